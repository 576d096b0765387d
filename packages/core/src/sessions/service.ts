import type { AuditLine } from '../audit/index.ts'
import {
  authenticate,
  type Credentials,
  forgetUser,
  proveDevice,
  toActor,
  type UserFacts,
  userFacts,
  witnessPassword,
} from '../authentication/index.ts'
import {
  type Action,
  type Actor,
  authorizeSelf,
  isPrivileged,
  refusal,
  type UserActor,
} from '../authorization/index.ts'
import { currentSetting } from '../configurations/index.ts'
import type { Core } from '../context/index.ts'
import { DomainError, notFound } from '../errors/index.ts'
import { checkSecondFactor } from '../second-factors/index.ts'
import { idOf, isLive, isSecret, lifetimeMs, newSecret, type Session } from './model.ts'
import {
  insertSession,
  readSession,
  readSessionsOf,
  removeExpiredSessions,
  removeSession,
  removeSessionOf,
  removeSessionsOf,
  type StoredSession,
  touchSession,
} from './store.ts'

// A session ended on another node stops working here after at most this long.
const SESSION_TTL_MS = 3_000
/** How exactly the time of last use is kept: one write a minute per active session, more where sessions end sooner. */
const TOUCH_EVERY_MS = 60_000
const touchEveryMs = (idleMs: number) => Math.min(TOUCH_EVERY_MS, idleMs / 4)

const idleLimitMs = async (core: Core): Promise<number> =>
  (await currentSetting(core, 'session_timeout')) * 60_000

const sessions = (core: Core) => core.cache<StoredSession>('sessions', SESSION_TTL_MS, 20_000)

export interface OpenedSession {
  /** For the person's cookie only; kept nowhere. */
  secret: string
  session: Session
  user: UserActor
}

/** The password was right; the same again with a code opens a session. */
export class SecondFactorNeeded extends DomainError {
  constructor() {
    super('UNAUTHORIZED', 'a code of the second factor is needed')
  }
}

/**
 * `code`: of the second factor, for who has one. With the session comes a proof for the browser to keep: the next time, it
 * waits for nobody's guesses.
 *
 * @throws SecondFactorNeeded; DomainError UNAUTHORIZED, TOO_MANY_REQUEST
 */
export async function signIn(
  core: Core,
  { userAgent, code = '', ...credentials }: Credentials & { userAgent: string; code?: string },
): Promise<OpenedSession & { device: string }> {
  const facts = await authenticate(core, { ...credentials, quiet: true })
  if (facts.secondFactor) {
    if (code === '') throw new SecondFactorNeeded()
    await witnessPassword(core, credentials, checkSecondFactor(core, facts.id, code), 'second-factor')
  }
  const { address, username } = credentials
  const opened = await openSession(core, facts, { address, userAgent, credential: 'password' })
  return { ...opened, device: proveDevice(core, username) }
}

/** For somebody who has just proved who they are. `credential`: by what, as the audit log calls it. */
export async function openSession(
  core: Core,
  facts: UserFacts,
  { address, userAgent, credential }: { address: string; userAgent: string; credential: string },
): Promise<OpenedSession> {
  const secret = newSecret()
  const now = core.now()
  const session: StoredSession = {
    id: idOf(secret),
    userId: facts.id,
    credentialEpoch: facts.credentialEpoch,
    address: address.slice(0, 64),
    userAgent: userAgent.slice(0, 512),
    createdAt: new Date(now),
    lastSeenAt: new Date(now),
    expiresAt: new Date(now + lifetimeMs(await idleLimitMs(core))),
  }
  const user: UserActor = { ...toActor(facts, 'session'), sessionId: session.id }
  await insertSession(core, session, {
    resourceType: 'user',
    action: 'login',
    actor: user,
    credential,
    resource: user.username,
  })
  return { secret, session, user }
}

/**
 * Null for whatever opens no session now: unknown, ended, idle for too long, or from before a password change.
 * `renew: false` leaves the time of last use alone, for requests a page makes by itself.
 */
export async function resolveSession(
  core: Core,
  secret: string,
  { renew = true }: { renew?: boolean } = {},
): Promise<{ user: UserActor; session: Session } | null> {
  if (!isSecret(secret)) return null
  const id = idOf(secret)
  const load = () => readSession(core, id)
  let session = await sessions(core).get(id, load)
  if (!session) return null
  let facts = await userFacts(core, session.userId)
  if (facts && facts.credentialEpoch !== session.credentialEpoch) {
    // What this node remembers of the two may be of different moments: one session outlives the change it made.
    if (facts.credentialEpoch > session.credentialEpoch) session = await sessions(core).reload(id, load)
    else {
      forgetUser(core, session.userId)
      facts = await userFacts(core, session.userId)
    }
    if (!session) return null
  }
  const now = core.now()
  const idleMs = await idleLimitMs(core)
  if (!facts || !isLive(session, facts, now, idleMs)) return null
  if (renew && now - session.lastSeenAt.getTime() >= touchEveryMs(idleMs)) {
    const at = new Date(now)
    // Unless it was ended while the person was looked up: then it must not come back.
    if (sessions(core).peek(id)) sessions(core).set(id, { ...session, lastSeenAt: at })
    await touchSession(core, id, at)
  }
  return { user: { ...toActor(facts, 'session'), sessionId: id }, session }
}

/** By its id, as of at most three seconds ago. */
export async function isSessionLive(core: Core, id: string): Promise<boolean> {
  const session = await sessions(core).get(id, () => readSession(core, id))
  if (!session) return false
  const [facts, idleMs] = await Promise.all([userFacts(core, session.userId), idleLimitMs(core)])
  return isLive(session, facts, core.now(), idleMs)
}

/** Signing out. An unknown secret is no error: the aim is reached. */
export async function endSession(core: Core, secret: string): Promise<void> {
  const id = idOf(secret)
  const session = await readSession(core, id)
  const facts = session && (await userFacts(core, session.userId))
  if (facts) {
    const actor = toActor(facts, 'session')
    const line = { resourceType: 'user', action: 'logout', actor, resource: actor.username } as const
    await removeSession(core, id, line)
  }
  sessions(core).delete(id)
}

/** One's own; anybody's for administrators. */
export async function listSessions(core: Core, actor: Actor, userId: number): Promise<Session[]> {
  authorizeSelfOrAdministrator(actor, userId, 'list')
  return (await readSessionsOf(core, userId, await idleLimitMs(core))).map(
    ({ credentialEpoch: _, ...session }) => session,
  )
}

/** `except`: the id of one that stays. Those of the node ended at once, of other nodes within seconds. */
export async function endAllSessions(
  core: Core,
  actor: Actor,
  userId: number,
  except?: string,
): Promise<void> {
  authorizeSelfOrAdministrator(actor, userId, 'delete')
  const line = await lineAbout(core, actor, userId)
  for (const id of await removeSessionsOf(core, userId, except, line)) sessions(core).delete(id)
}

/** @throws DomainError UNAUTHORIZED, FORBIDDEN; NOT_FOUND also for another person's session */
export async function endSessionById(core: Core, actor: Actor, userId: number, id: string): Promise<void> {
  authorizeSelfOrAdministrator(actor, userId, 'delete')
  const removed = await removeSessionOf(core, userId, id, await lineAbout(core, actor, userId))
  sessions(core).delete(id)
  if (!removed) throw notFound('session')
}

async function lineAbout(core: Core, actor: Actor, userId: number): Promise<AuditLine> {
  const facts = await userFacts(core, userId)
  return { resourceType: 'session', action: 'delete', actor, resource: facts?.username ?? String(userId) }
}

/** What unsafe requests with this cookie must carry; follows from the secret, so that nothing is stored. */
export const csrfToken = (core: Core, secret: string): string => core.secrets.mac('csrf', idOf(secret))

/** Removes rows that open nothing any more; gives their number. For a job. */
export const purgeExpiredSessions = async (core: Core): Promise<number> =>
  removeExpiredSessions(core, await idleLimitMs(core))

function authorizeSelfOrAdministrator(actor: Actor, userId: number, action: Action): void {
  if (authorizeSelf(actor, userId, action) || isPrivileged(actor)) return
  throw refusal(actor)
}
