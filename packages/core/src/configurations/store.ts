import { type AuditActor, oldAndNew, record } from '../audit/index.ts'
import type { Core } from '../context/index.ts'
import type { Configuration, ConfigurationValue } from './kinds.ts'
import { type ConfigurationKey, configurationKeys, configurations, propertyOf } from './model.ts'

type Values = Partial<Record<ConfigurationKey, ConfigurationValue>>

const isSecret = (key: ConfigurationKey): boolean => (configurations[key] as Configuration).secret === true
const opened = (core: Core, key: ConfigurationKey, stored: ConfigurationValue): ConfigurationValue =>
  isSecret(key) && stored !== '' ? core.secrets.decrypt('configurations', stored as string) : stored
const closed = (core: Core, key: ConfigurationKey, value: ConfigurationValue): ConfigurationValue =>
  isSecret(key) && value !== '' ? core.secrets.encrypt('configurations', value as string) : value

/** What has been set, of these keys; secrets as plain text. */
export async function readConfigurations(
  core: Core,
  keys: readonly ConfigurationKey[] = configurationKeys,
): Promise<Values> {
  const rows = await core.db.prisma.systemProperty.findMany({
    where: { name: { in: keys.map(propertyOf) } },
  })
  const values = new Map(rows.map(({ name, value }) => [name, value as ConfigurationValue]))
  return Object.fromEntries(
    keys.flatMap((key) => {
      const value = values.get(propertyOf(key))
      return value === undefined ? [] : [[key, opened(core, key, value)]]
    }),
  )
}

/** One setting as it holds now, asked of the database. */
export async function readConfiguration<K extends ConfigurationKey>(
  core: Core,
  key: K,
): Promise<(typeof configurations)[K]['fallback']> {
  const set = await readConfigurations(core, [key])
  return (set[key] ?? configurations[key].fallback) as (typeof configurations)[K]['fallback']
}

/** Not a setting: until when tokens may be out that were signed under a longer `token_expiration`. Milliseconds. */
const LONGER_TOKENS_UNTIL = 'token_expiration.longer_until'
const MINUTE_MS = 60_000

/** When the last of the registry tokens that are out ends, whether signed under the setting as it is or as it was; milliseconds. */
export async function lastTokenEndsAt(core: Core): Promise<number> {
  const name = propertyOf('token_expiration')
  const rows = await core.db.prisma.systemProperty.findMany({
    where: { name: { in: [name, LONGER_TOKENS_UNTIL] } },
  })
  const values = new Map(rows.map((row) => [row.name, row.value as number]))
  const minutes = values.get(name) ?? configurations.token_expiration.fallback
  return Math.max(core.now() + minutes * MINUTE_MS, values.get(LONGER_TOKENS_UNTIL) ?? 0)
}

/** What is as it was before stays out of the audit log. */
export async function writeConfigurations(core: Core, values: Values, actor: AuditActor): Promise<void> {
  const keys = Object.keys(values).sort() as ConfigurationKey[]
  // One after the other: what a line calls the old value must be the one that was replaced.
  await core.db.lock('configurations', async () => {
    const set = await readConfigurations(core, keys)
    const before = Object.fromEntries(keys.map((key) => [key, set[key] ?? configurations[key].fallback]))
    const changed = keys.filter((key) => before[key] !== values[key])
    const longerUntil = changed.includes('token_expiration') ? await lastTokenEndsAt(core) : undefined
    await core.db.transaction(async (tx) => {
      const put = async (name: string, value: ConfigurationValue) => {
        await tx.systemProperty.createMany({ data: [{ name, value }], skipDuplicates: true })
        await tx.systemProperty.updateMany({ where: { name }, data: { value } })
      }
      for (const key of keys) await put(propertyOf(key), closed(core, key, values[key]!))
      if (longerUntil !== undefined) await put(LONGER_TOKENS_UNTIL, longerUntil)
      if (changed.length > 0) await record(core, tx, lineOf(actor, before, values, changed))
    })
  })
}

function lineOf(actor: AuditActor, before: Values, values: Values, changed: readonly ConfigurationKey[]) {
  const change = Object.fromEntries(
    // Whatever its name: a secret is told apart from none, and nothing else.
    changed.map((key) => [key, isSecret(key) ? { secret: values[key] } : values[key]]),
  )
  const old = Object.fromEntries(
    changed.map((key) => [key, isSecret(key) ? { secret: before[key] } : before[key]]),
  )
  return {
    resourceType: 'configuration',
    action: 'update',
    actor,
    resource: changed.join(', '),
    subject: 'configurations',
    detail: oldAndNew(old, change),
  } as const
}

/** Whatever the case, as names of people compare. `prefix` is ASCII. */
export async function someUsernameBeginsWith(core: Core, prefix: string): Promise<boolean> {
  const key = prefix.toLowerCase()
  const sql = 'SELECT id FROM users WHERE LEFT(username_key, ?) = ? LIMIT 1'
  return (await core.db.query(sql, [key.length, key])).length > 0
}
