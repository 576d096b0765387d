// Brings the database and the registry's trust up to date: run once before the parts start, by `npm start` as a child
// of its own (so that the supervisor stays small) and by compose as a service that ends.
import { writeFile } from 'node:fs/promises'
import { type Core, createCore } from '@berth/core'
import { notificationsSecret } from '@berth/core/notifications'
import { parseSettings, SettingsError } from '@berth/core/settings'
import { writeCertificateBundle } from '@berth/core/tokens'
import { ensureAdministrator, rescueAdministrator } from '@berth/core/users'
import { migrate } from '@berth/db/migrate'
import { notificationsConfig } from '@berth/servers'
import { dataLayout, describeProblems } from './start/settings.ts'

/** The last line of the output, for `npm start`. */
export interface Prepared {
  migrations: string[]
  administratorCreated: boolean
  /** Somebody who was locked out has the administrator's password now. */
  administratorReset: boolean
}

/** What a registry that clients reach directly adds to its configuration; it carries a secret. */
async function writeNotifications(core: Core, path: string): Promise<void> {
  const url = `${core.settings.externalUrl}/service/notifications`
  const text = `${notificationsConfig({ url, secret: notificationsSecret(core) }).join('\n')}\n`
  await writeFile(path, text, { mode: 0o600 })
}

/** The database's refusals by code: what is meant is the setting, and the driver does not know its name. */
const refusals: Record<string, string> = {
  '28P01': 'is refused by the database: user or password is wrong',
  '28000': 'is refused by the database: this user may not connect',
  '3D000': 'names a database that does not exist',
  '42501': 'names a user who may not make tables there',
  ER_ACCESS_DENIED_ERROR: 'is refused by the database: user or password is wrong',
  ER_DBACCESS_DENIED_ERROR: 'names a user who may not use that database',
  ER_BAD_DB_ERROR: 'names a database that does not exist',
  ER_TABLEACCESS_DENIED_ERROR: 'names a user who may not make tables there',
}

function wordsOf(error: unknown): string {
  const { code = '', message } = error as { code?: string; message: string }
  return refusals[code] ? `DATABASE_URL ${refusals[code]} (${message})` : message
}

try {
  const settings = parseSettings(process.env, [
    'DATABASE_URL',
    'BERTH_SECRET_KEY',
    'BERTH_DATA_DIR',
    'BERTH_EXTERNAL_URL',
    'BERTH_ADMIN_PASSWORD',
    'BERTH_RESET_ADMINISTRATOR?',
    'REGISTRY_URL?',
    'REDIS_URL?',
  ])
  const migrations = await migrate(settings.DATABASE_URL)
  const core = createCore({
    databaseUrl: settings.DATABASE_URL,
    secretKey: settings.BERTH_SECRET_KEY,
    externalUrl: settings.BERTH_EXTERNAL_URL,
    registryUrl: settings.REGISTRY_URL ?? 'http://127.0.0.1:9',
    poolSize: 2,
  })
  try {
    const password = settings.BERTH_ADMIN_PASSWORD
    const administrator = await ensureAdministrator(core, { password })
    const locked = settings.BERTH_RESET_ADMINISTRATOR
    if (locked !== undefined) await rescueAdministrator(core, { username: locked, password })
    await writeCertificateBundle(core, dataLayout(settings.BERTH_DATA_DIR).tokenBundle)
    await writeNotifications(core, dataLayout(settings.BERTH_DATA_DIR).notifications)
    const prepared: Prepared = {
      migrations,
      administratorCreated: administrator.created,
      administratorReset: locked !== undefined,
    }
    console.log(JSON.stringify(prepared))
  } finally {
    await core.close()
  }
} catch (error) {
  console.error(error instanceof SettingsError ? describeProblems(error) : wordsOf(error))
  process.exitCode = 1
}
