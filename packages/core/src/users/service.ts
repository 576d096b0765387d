import { type AuditLine, oldAndNew } from '../audit/index.ts'
import {
  confirmPassword,
  forgetAccessTokens,
  forgetUser,
  hashPassword,
  networkOf,
  parseNewPassword,
  usernameKey,
} from '../authentication/index.ts'
import {
  type Action,
  type Actor,
  authorizeInPerson,
  authorizeSelf,
  authorizeSystem,
  isPrivileged,
  refusal,
  SYSTEM,
} from '../authorization/index.ts'
import { robotNamePrefix } from '../configurations/index.ts'
import type { Core } from '../context/index.ts'
import { badRequest, conflict, DomainError, notFound } from '../errors/index.ts'
import type { ListQuery, Page } from '../list-query/index.ts'
import { type Profile, parseProfile, parseUsername, type User, type UserName } from './model.ts'
import { authorizeRegistration, takeRegistrationPlace } from './registration.ts'
import {
  type AdministratorChange,
  administratorExists,
  insertUser,
  readUser,
  readUserNames,
  readUsers,
  removeUser,
  updateDisabled,
  updatePassword,
  updateProfile,
  updateSysadmin,
} from './store.ts'

export async function listUsers(core: Core, actor: Actor, query: ListQuery): Promise<Page<User>> {
  authorizeSystem(actor, 'list', 'user')
  return readUsers(core, query)
}

/** People whose name contains the text; ids and names only, because everybody signed in may ask. */
export async function searchUsers(
  core: Core,
  actor: Actor,
  { username, ...query }: { username: string } & ListQuery,
): Promise<Page<UserName>> {
  authorizeSystem(actor, 'list', 'user-search')
  if (username === '') throw badRequest('give a part of the name to search for')
  return readUserNames(core, username, query)
}

/** Oneself; anybody for administrators. To others every id looks the same. */
export async function getUser(core: Core, actor: Actor, id: number): Promise<User> {
  authorizeSelfOr(actor, id, 'read')
  const user = await readUser(core, id)
  if (!user) throw notFound('user')
  return user
}

/** The actor's own account. */
export async function currentUserInfo(core: Core, actor: Actor): Promise<User> {
  if (actor.kind === 'robot')
    throw new DomainError('PRECONDITION', 'a robot is not a person; ask for it among the robots')
  if (actor.kind !== 'user') throw refusal({ kind: 'anonymous' })
  const user = await readUser(core, actor.id)
  if (!user) throw refusal({ kind: 'anonymous' })
  return user
}

/**
 * Gives the id. Nothing here can make an administrator: only `setSysadmin` does. `address`: of who registers alone.
 *
 * @throws DomainError BAD_REQUEST, CONFLICT; as `authorizeRegistration` and `takeRegistrationPlace` for who has not signed in
 */
export async function createUser(
  core: Core,
  actor: Actor,
  input: { username: string; password: string } & Profile,
  address = '',
): Promise<number> {
  if (actor.kind === 'anonymous') await authorizeRegistration(core, actor)
  else authorizeSystem(actor, 'create', 'user')
  const username = await parseNewUsername(core, input.username)
  const password = parseNewPassword(input.password)
  const profile = parseProfile(input)
  const place = actor.kind === 'anonymous' ? takeRegistrationPlace(core, address) : undefined
  let id: number | 'taken'
  try {
    const passwordHash = await hashPassword(password, networkOf(address))
    const user = { ...profile, username, passwordHash, sysadmin: false }
    id = await insertUser(core, user, { ...ofUser, action: 'create', actor, resource: username })
  } catch (error) {
    place?.giveBack()
    throw error
  }
  if (id !== 'taken') return id
  place?.taken()
  throw conflict('a user with this name or email address exists already')
}

/** For whoever makes a person. @throws DomainError BAD_REQUEST */
export async function parseNewUsername(core: Core, value: unknown): Promise<string> {
  const username = parseUsername(value)
  if (usernameKey(username).startsWith((await robotNamePrefix(core)).toLowerCase()))
    throw badRequest('the username must not begin as the names of robots do')
  return username
}

export async function updateUserProfile(
  core: Core,
  actor: Actor,
  id: number,
  profile: Profile,
): Promise<void> {
  authorizeSelfOr(actor, id, 'update')
  const change = parseProfile(profile)
  const before = await readUser(core, id)
  if (!before) throw notFound('user')
  const detail = oldAndNew({ ...before }, { ...change })
  const result = await updateProfile(core, id, change, updated(actor, before, detail))
  if (result === 'missing') throw notFound('user')
  if (result === 'taken') throw conflict('another account has this email address')
}

/** Memberships and sessions go with the account; projects the person made stay, without an owner. */
export async function deleteUser(core: Core, actor: Actor, id: number): Promise<void> {
  authorizeSystem(actor, 'delete', 'user')
  if (actor.kind === 'user' && actor.id === id)
    throw new DomainError('FORBIDDEN', 'you cannot delete your own account')
  const line = await lineAbout(core, actor, id)
  settle(await removeUser(core, id, { ...line, action: 'delete' }))
  forgetUser(core, id)
}

export async function setSysadmin(core: Core, actor: Actor, id: number, sysadmin: boolean): Promise<void> {
  authorizeSystem(actor, 'update', 'user')
  // A robot that may change people would make itself everything.
  authorizeInPerson(actor)
  settle(await updateSysadmin(core, id, sysadmin, await lineAbout(core, actor, id, { sysadmin })))
  forgetUser(core, id)
}

/** A disabled person cannot sign in, and what they hold (sessions, tokens) stops working within seconds, for good. */
export async function setDisabled(core: Core, actor: Actor, id: number, disabled: boolean): Promise<void> {
  authorizeSystem(actor, 'update', 'user')
  if (actor.kind === 'robot') throw refusal(actor)
  if (disabled && actor.kind === 'user' && actor.id === id)
    throw new DomainError('FORBIDDEN', 'you cannot disable your own account')
  settle(await updateDisabled(core, id, disabled, await lineAbout(core, actor, id, { disabled })))
  forgetUser(core, id)
  forgetAccessTokens(core)
}

/**
 * One's own password needs the old one; administrators set anybody else's without. All sessions of that person end.
 *
 * @throws DomainError FORBIDDEN when the old password is wrong, and for people who come from elsewhere
 */
export async function changePassword(
  core: Core,
  actor: Actor,
  id: number,
  { oldPassword, newPassword }: { oldPassword?: string; newPassword: string },
): Promise<void> {
  authorizeSelfOrAdministrator(actor, id)
  authorizeInPerson(actor)
  const password = parseNewPassword(newPassword)
  const user = await readUser(core, id)
  // A password here would outlive the person's account there.
  if (user && user.authSource !== 'local')
    throw new DomainError('FORBIDDEN', 'the password of this person is not kept here')
  if (actor.kind === 'user' && actor.id === id) {
    if (oldPassword === password) throw badRequest('the new password must differ from the old one')
    await confirmOldPassword(core, actor.username, oldPassword ?? '')
  }
  const line = await lineAbout(core, actor, id, { changed: ['password'] })
  if (!(await updatePassword(core, id, await hashPassword(password), line))) throw notFound('user')
  forgetUser(core, id)
}

const ofUser = { resourceType: 'user' } as const

const updated = (actor: Actor, { username }: User, detail: Record<string, unknown>) =>
  ({ ...ofUser, action: 'update', actor, resource: username, detail }) as const

/** @throws DomainError NOT_FOUND */
async function lineAbout(
  core: Core,
  actor: Actor,
  id: number,
  detail: Record<string, unknown> = {},
): Promise<AuditLine & { resourceType: 'user' }> {
  const user = await readUser(core, id)
  if (!user) throw notFound('user')
  return updated(actor, user, detail)
}

async function confirmOldPassword(core: Core, username: string, password: string): Promise<void> {
  try {
    await confirmPassword(core, username, password)
  } catch (error) {
    if (error instanceof DomainError && error.code === 'UNAUTHORIZED')
      throw new DomainError('FORBIDDEN', 'the old password is wrong')
    throw error
  }
}

/**
 * Makes the account `admin` when the installation has no administrator yet, and never changes an existing one:
 * a password that was changed stays changed, and a deleted `admin` stays deleted while there are others.
 */
export async function ensureAdministrator(
  core: Core,
  { password }: { password: string },
): Promise<{ created: boolean }> {
  if (await administratorExists(core)) return { created: false }
  const passwordHash = await hashPassword(parseNewPassword(password))
  // One node at a time: a refused insert would use up id 1, which Harbor's clients take for the administrator's.
  return core.db.lock('users.first-administrator', async () => {
    if (await administratorExists(core)) return { created: false }
    const admin = { username: 'admin', passwordHash, sysadmin: true, realname: 'Administrator' }
    const line = { ...ofUser, action: 'create', actor: SYSTEM, resource: 'admin' } as const
    const id = await insertUser(core, admin, line)
    return { created: id !== 'taken' }
  })
}

function authorizeSelfOr(actor: Actor, id: number, action: Action): void {
  if (!authorizeSelf(actor, id, action)) authorizeSystem(actor, action, 'user')
}

/** Not for robots, whatever they hold: who sets a password can be that person. */
function authorizeSelfOrAdministrator(actor: Actor, id: number): void {
  if (isPrivileged(actor) || (actor.kind === 'user' && actor.id === id)) return
  throw refusal(actor)
}

function settle(change: AdministratorChange): void {
  if (change === 'missing') throw notFound('user')
  if (change === 'last administrator')
    throw new DomainError('FORBIDDEN', 'this is the last administrator; appoint another one first')
}
