import { LdapError } from '@berth/ldap-client'
import { forgetUser, usernameKey } from '../authentication/index.ts'
import { type Actor, SYSTEM } from '../authorization/index.ts'
import { robotNamePrefix } from '../configurations/index.ts'
import type { Core } from '../context/index.ts'
import { DomainError } from '../errors/index.ts'
import { type DirectoryPerson, externalId, type ImportFailure, isAdministrator, usernameOf } from './model.ts'
import { directoryFailure, type OpenedDirectory, signInDirectory } from './opened.ts'
import { type Admitted, type InTurn, writeAdmission } from './store.ts'

const MINUTE_MS = 60_000

/**
 * When a person is looked at next. Sooner than the interval, so that the look, a second one where somebody is missing, and
 * the other people whose turn it is are done within it.
 */
export const nextLook = (core: Core, { configuration }: OpenedDirectory): Date =>
  new Date(core.now() + configuration.ldap_refresh_interval * MINUTE_MS * 0.75)

/** Makes what the directory says true here: account, name, address, administrator's right and groups. */
export async function admit(
  core: Core,
  current: OpenedDirectory,
  person: DirectoryPerson,
  { onboard, actor = SYSTEM, inTurn }: { onboard: boolean; actor?: Actor; inTurn?: InTurn },
): Promise<Admitted | 'invalid name'> {
  const username = usernameOf(person.user)
  const robots = (await robotNamePrefix(core)).toLowerCase()
  const usable = username !== undefined && !usernameKey(username).startsWith(robots)
  const admission = {
    person,
    username: usable ? username : undefined,
    administrator: isAdministrator(person, current.configuration.ldap_group_admin_dn),
    nextLookAt: nextLook(core, current),
    onboard,
    actor,
  }
  const admitted = await writeAdmission(core, admission, inTurn)
  if (typeof admitted === 'object') forgetUser(core, admitted.userId)
  return admitted === 'name taken' && !usable ? 'invalid name' : admitted
}

/** Verdicts about the person or the password. To strangers they are one and the same. */
const refusals: readonly string[] = [
  'INVALID_CREDENTIALS',
  'ACCOUNT_DISABLED',
  'ACCOUNT_LOCKED',
  'PASSWORD_EXPIRED',
  'AMBIGUOUS',
]

interface Asking {
  found?: (externalId: string) => void
  /** Hears what the directory says against it, for the log. A wrong password is no news. */
  refused?: ((why: Record<string, unknown>) => void) | undefined
  ask: InTurn
  write: InTurn
}

const whyOf = ({ code, resultCode, hint }: LdapError) => ({
  in_directory: code,
  ...(resultCode !== undefined && { result_code: resultCode }),
  ...(hint && { hint }),
})

/**
 * The account of the person with this login name and password; undefined when the directory refuses them, or is not
 * asked. Whoever was never here gets an account if new people come from the directory. The directory is asked in one
 * turn and what it says is written in another: while one person is written, the next is asked about. `found` hears whose
 * password is about to be tried; when it throws, it is not.
 *
 * @throws DomainError UNAVAILABLE without a verdict; FORBIDDEN for a right password that opens no account here
 */
export async function signInThroughDirectory(
  core: Core,
  login: string,
  password: string,
  { found, refused, ask, write }: Asking,
): Promise<number | undefined> {
  const current = await signInDirectory(core)
  if (!current) return undefined
  const { directory, configuration } = current
  let person: DirectoryPerson
  try {
    person = await ask(async () => {
      const user = await directory.authenticate(login, password, (who) => found?.(externalId(who)))
      return { user, groups: await directory.groupsOf(user) }
    })
  } catch (error) {
    if (error instanceof LdapError && error.code !== 'INVALID_CREDENTIALS') refused?.(whyOf(error))
    if (error instanceof LdapError && refusals.includes(error.code)) return undefined
    throw directoryFailure(error)
  }
  const admitted = await admit(core, current, person, {
    onboard: configuration.auth_mode === 'ldap_auth',
    inTurn: write,
  })
  if (typeof admitted === 'object') return admitted.userId
  // The password was right, so this tells nobody anything about others.
  throw new DomainError('FORBIDDEN', notAdmitted[admitted])
}

const notAdmitted = {
  'name taken':
    'another account here has the name that the directory gives you; an administrator has to delete or rename one of them',
  'invalid name': 'the name that the directory gives you cannot be used here; ask an administrator',
  unknown: 'you have no account here, and new people do not come from the directory',
} as const

/**
 * Asks what costs as much as looking for somebody, so that the names of local people do not answer faster than others.
 * Never longer than `mostMs`, and never with an error: a local person's answer does not depend on the directory.
 */
export async function seemToAsk(core: Core, login: string, mostMs: number): Promise<void> {
  const current = await signInDirectory(core).catch(() => undefined)
  if (!current) return
  const asked = current.directory.findUser(login).catch(() => {})
  await Promise.race([asked, core.wait(mostMs)])
}

/** Makes an account without a password. @throws DomainError UNAVAILABLE */
export async function importUser(
  core: Core,
  current: OpenedDirectory,
  login: string,
  actor: Actor,
): Promise<{ userId: number } | { failure: ImportFailure }> {
  if (login.trim() === '') return { failure: 'empty_uid' }
  const { directory } = current
  try {
    const user = await directory.findUser(login)
    if (!user) return { failure: 'unknown_user' }
    if (user.disabled) return { failure: 'disabled_user' }
    const groups = await directory.groupsOf(user)
    const admitted = await admit(core, current, { user, groups }, { onboard: true, actor })
    if (typeof admitted === 'object') return { userId: admitted.userId }
    return { failure: admitted === 'invalid name' ? 'invalid_name' : 'name_taken' }
  } catch (error) {
    if (error instanceof LdapError && error.code === 'AMBIGUOUS') return { failure: 'ambiguous_name' }
    throw directoryFailure(error)
  }
}

/**
 * An account for somebody who is to get a role before the first sign-in; undefined for whom the directory does not know, or
 * while new people come from elsewhere.
 *
 * @throws DomainError UNAVAILABLE
 */
export async function onboardByName(core: Core, actor: Actor, login: string): Promise<number | undefined> {
  const current = await signInDirectory(core)
  if (current?.configuration.auth_mode !== 'ldap_auth') return undefined
  const imported = await importUser(core, current, login, actor)
  return 'userId' in imported ? imported.userId : undefined
}
