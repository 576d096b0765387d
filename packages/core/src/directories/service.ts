import {
  type CheckedStep,
  type DirectoryGroup,
  type DirectoryUser,
  LdapError,
  openDirectory,
} from '@berth/ldap-client'
import { record } from '../audit/index.ts'
import { type Actor, authorizeSystem } from '../authorization/index.ts'
import { parseConfigurations } from '../configurations/index.ts'
import type { Core } from '../context/index.ts'
import { badRequest, DomainError } from '../errors/index.ts'
import { importUser } from './accounts.ts'
import type { ImportFailure } from './model.ts'
import { configuredDirectory, type OpenedDirectory } from './opened.ts'
import {
  type DirectoryConfiguration,
  isOfDirectory,
  mayHavePassword,
  readDirectoryConfiguration,
  toSettings,
} from './settings.ts'

const MAX_FOUND = 200
const MAX_IMPORTED = 500
const AT_ONCE = 4

export interface CheckInput {
  /** Settings as they stand in `/configurations`; those that are absent are taken as they are stored. */
  configuration?: Record<string, unknown>
  login?: string
  password?: string
}

/**
 * Tries settings of the directory, given or stored. Only for administrators: it connects to wherever the settings say.
 *
 * @throws DomainError UNAUTHORIZED, FORBIDDEN, BAD_REQUEST
 */
export async function checkDirectory(
  core: Core,
  actor: Actor,
  { configuration = {}, login, password }: CheckInput,
): Promise<{ success: boolean; steps: CheckedStep[] }> {
  authorizeSystem(actor, 'update', 'configuration')
  const settings = toSettings(await withGiven(core, configuration), core.now)
  if (!settings) throw badRequest('a directory needs ldap_url and ldap_base_dn')
  let steps: CheckedStep[]
  try {
    const directory = openDirectory(settings)
    steps = await directory.check({ ...(login && { login }), ...(password && { password }) })
    directory.close()
  } catch (error) {
    if (!(error instanceof LdapError)) throw error
    const rest = (['bind', 'user', 'groups'] as const).map(
      (step): CheckedStep => ({ step, outcome: 'skipped' }),
    )
    steps = [{ step: 'settings', outcome: 'failed', code: error.code, message: error.message }, ...rest]
  }
  const success = succeeded(steps)
  const failed = steps.find(({ outcome }) => outcome === 'failed')
  // Never the words of a login that was tried along, which may be a password in the wrong field.
  const detail = {
    success,
    urls: settings.urls,
    ...(failed && { failed_step: failed.step, code: failed.code }),
  }
  await record(core, undefined, {
    resourceType: 'configuration',
    action: 'test',
    actor,
    resource: 'ldap',
    detail,
  })
  return { success, steps }
}

/** Connects and signs the search account in; what went wrong otherwise. @throws as `checkDirectory` */
export async function pingDirectory(
  core: Core,
  actor: Actor,
  configuration: Record<string, unknown>,
): Promise<{ success: boolean; message: string }> {
  const { steps } = await checkDirectory(core, actor, { configuration })
  const bound = steps.find(({ step }) => step === 'bind')
  if (bound?.outcome === 'ok') return { success: true, message: '' }
  const failed = steps.find(({ outcome }) => outcome === 'failed')
  const message = [failed?.message, failed?.hint].filter(Boolean).join('. ')
  return { success: false, message: message || 'the directory could not be asked' }
}

/** One server that answers is enough; what was not tried because of an earlier step is no success. */
const succeeded = (steps: readonly CheckedStep[]): boolean =>
  steps.some(({ step, outcome }) => step === 'bind' && outcome === 'ok') &&
  steps.every(({ step, outcome }) => step === 'connect' || outcome !== 'failed')

async function withGiven(core: Core, given: Record<string, unknown>): Promise<DirectoryConfiguration> {
  const stored = await readDirectoryConfiguration(core)
  const changes = parseConfigurations(
    Object.fromEntries(Object.entries(given).filter(([key]) => isOfDirectory(key))),
  )
  // An empty field of a form is a password that nobody typed again.
  if (changes.ldap_search_password === '') delete changes.ldap_search_password
  const next = { ...stored, ...changes } as DirectoryConfiguration
  if (changes.ldap_search_password === undefined && !mayHavePassword(stored, next))
    throw badRequest(
      'the stored password is for other servers, or for a way to them that is protected otherwise; give ldap_search_password, too',
    )
  return next
}

/** @throws DomainError UNAUTHORIZED, FORBIDDEN, BAD_REQUEST without a directory, UNAVAILABLE */
export async function searchDirectoryUsers(core: Core, actor: Actor, part: string): Promise<DirectoryUser[]> {
  authorizeSystem(actor, 'list', 'ldap-user')
  const found = await asking(core, ({ directory }) => directory.searchUsers(part, MAX_FOUND))
  await recordSearch(core, actor, part, { people: found.length })
  return found
}

/** Another system is read with a password that Berth keeps: who had it done, and for what, is worth a line. */
const recordSearch = (core: Core, actor: Actor, resource: string, detail: Record<string, number>) =>
  record(core, undefined, { actor, action: 'read', resourceType: 'directory', resource, detail })

/** By a part of the name, or by DN. @throws as `searchDirectoryUsers`; BAD_REQUEST for a DN that is none */
export async function searchDirectoryGroups(
  core: Core,
  actor: Actor,
  what: { part?: string; dn?: string },
): Promise<DirectoryGroup[]> {
  authorizeSystem(actor, 'list', 'ldap-user')
  const found = await asking(core, ({ directory }) => directory.searchGroups(what, MAX_FOUND))
  await recordSearch(core, actor, what.dn ?? what.part ?? '', { groups: found.length })
  return found
}

/**
 * Makes accounts for people before their first sign-in. Gives those for whom it could not.
 *
 * @throws DomainError as `searchDirectoryUsers`
 */
export async function importUsers(
  core: Core,
  actor: Actor,
  logins: readonly string[],
): Promise<{ login: string; failure: ImportFailure }[]> {
  authorizeSystem(actor, 'create', 'ldap-user')
  if (logins.length > MAX_IMPORTED) throw badRequest(`at most ${MAX_IMPORTED} people can be imported at once`)
  const current = await required(core)
  const wanted = [...new Set(logins)]
  const failures: { login: string; failure: ImportFailure }[] = []
  const queue = [...wanted]
  const work = async () => {
    for (let login = queue.shift(); login !== undefined; login = queue.shift()) {
      const imported = await importUser(core, current, login, actor)
      if ('failure' in imported) failures.push({ login, failure: imported.failure })
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, work))
  return failures.sort((one, other) => wanted.indexOf(one.login) - wanted.indexOf(other.login))
}

async function required(core: Core): Promise<OpenedDirectory> {
  const current = await configuredDirectory(core)
  if (!current) throw badRequest('no directory is configured: ldap_url and ldap_base_dn are missing')
  return current
}

async function asking<T>(core: Core, ask: (current: OpenedDirectory) => Promise<T>): Promise<T> {
  try {
    return await ask(await required(core))
  } catch (error) {
    if (!(error instanceof LdapError)) throw error
    if (error.code === 'INVALID_DN') throw badRequest(error.message)
    // Who asks may test the settings, too: what went wrong is for them.
    throw new DomainError('UNAVAILABLE', error.message, { cause: error })
  }
}
