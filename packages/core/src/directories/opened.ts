import { type Directory, LdapError, mayPass, openDirectory } from '@berth/ldap-client'
import { madeOfSettings } from '../configurations/index.ts'
import type { Core } from '../context/index.ts'
import { DomainError } from '../errors/index.ts'
import {
  type DirectoryConfiguration,
  fingerprint,
  readDirectoryConfiguration,
  toSettings,
} from './settings.ts'

/** What was begun with old settings is ended with them. */
const CLOSE_OLD_AFTER_MS = 30_000
const RETRY_AFTER_SECONDS = 5

export interface OpenedDirectory {
  directory: Directory
  configuration: DirectoryConfiguration
}

type Opened = OpenedDirectory & { fingerprint: string }
const opened = new WeakMap<Core, Opened>()

/**
 * The directory as it is configured now, whatever `auth_mode` says: one per process, opened again when a setting changes.
 *
 * @throws DomainError UNAVAILABLE for settings that cannot work, though they were checked when they were set
 */
export async function configuredDirectory(core: Core): Promise<OpenedDirectory | undefined> {
  const configuration = await madeOfSettings(core, 'directories', () => readDirectoryConfiguration(core))
  const print = fingerprint(configuration)
  const known = opened.get(core)
  if (known?.fingerprint === print) return known
  const wanted = toSettings(configuration, core.now)
  const next = wanted && { directory: opening(wanted), configuration, fingerprint: print }
  if (known) closeLater(known.directory)
  else core.beforeClose(async () => opened.get(core)?.directory.close())
  if (next) opened.set(core, next)
  else opened.delete(core)
  return next
}

/** The directory that people sign in with; undefined while `auth_mode` is `db_auth`. @throws as `configuredDirectory` */
export async function signInDirectory(core: Core): Promise<OpenedDirectory | undefined> {
  const current = await configuredDirectory(core)
  return current?.configuration.auth_mode === 'db_auth' ? undefined : current
}

function opening(wanted: Parameters<typeof openDirectory>[0]): Directory {
  try {
    return openDirectory(wanted)
  } catch (error) {
    throw directoryFailure(error)
  }
}

function closeLater(directory: Directory): void {
  setTimeout(() => directory.close(), CLOSE_OLD_AFTER_MS).unref()
}

/** What people are told when the directory gives no verdict. The cause, with the directory's own words, is for the log. */
export function directoryFailure(error: unknown): unknown {
  if (!(error instanceof LdapError)) return error
  const away = mayPass(error) || error.code === 'POOL_EXHAUSTED' || error.code === 'CLOSED'
  return new DomainError(
    'UNAVAILABLE',
    away
      ? 'the directory that people sign in with does not answer; try again, or sign in with a local account'
      : 'the directory that people sign in with cannot be asked; an administrator can test its settings',
    { cause: error, retryAfterSeconds: RETRY_AFTER_SECONDS },
  )
}
