import {
  authenticate,
  type Credentials,
  toActor,
  type UserFacts,
  userFacts,
} from '../authentication/index.ts'
import { type Actor, isPrivileged, refusal, type UserActor } from '../authorization/index.ts'
import type { Core } from '../context/index.ts'
import { idOf, isLive, isSecret, LIFETIME_MS, newSecret, type Session } from './model.ts'
import {
  insertSession,
  readSession,
  readSessionsOf,
  removeExpiredSessions,
  removeSession,
  removeSessionsOf,
  type StoredSession,
  touchSession,
} from './store.ts'

// A session ended on another node stops working here after at most this long.
const SESSION_TTL_MS = 3_000
/** How exactly the time of last use is kept: one write a minute per active session. */
const TOUCH_EVERY_MS = 60_000

const sessions = (core: Core) => core.cache<StoredSession>('sessions', SESSION_TTL_MS, 20_000)

export interface OpenedSession {
  /** For the person's cookie only; kept nowhere. */
  secret: string
  session: Session
  user: UserActor
}

/** @throws DomainError UNAUTHORIZED, TOO_MANY_REQUEST */
export async function signIn(
  core: Core,
  { userAgent, ...credentials }: Credentials & { userAgent: string },
): Promise<OpenedSession> {
  return openSession(core, await authenticate(core, { ...credentials, quiet: true }), {
    address: credentials.address,
    userAgent,
    credential: 'password',
  })
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
    expiresAt: new Date(now + LIFETIME_MS),
  }
  const user = toActor(facts, 'session')
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
  const session = await sessions(core).get(id, () => readSession(core, id))
  if (!session) return null
  const facts = await userFacts(core, session.userId)
  const now = core.now()
  if (!facts || !isLive(session, facts, now)) return null
  if (renew && now - session.lastSeenAt.getTime() >= TOUCH_EVERY_MS) {
    const at = new Date(now)
    // Unless it was ended while the person was looked up: then it must not come back.
    if (sessions(core).peek(id)) sessions(core).set(id, { ...session, lastSeenAt: at })
    await touchSession(core, id, at)
  }
  return { user: toActor(facts, 'session'), session }
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
  authorizeSelfOrAdministrator(actor, userId)
  return (await readSessionsOf(core, userId)).map(({ credentialEpoch: _, ...session }) => session)
}

export async function endAllSessions(core: Core, actor: Actor, userId: number): Promise<void> {
  authorizeSelfOrAdministrator(actor, userId)
  for (const id of await removeSessionsOf(core, userId)) sessions(core).delete(id)
}

/** What unsafe requests with this cookie must carry; follows from the secret, so that nothing is stored. */
export const csrfToken = (core: Core, secret: string): string => core.secrets.mac('csrf', idOf(secret))

/** Removes rows that open nothing any more; gives their number. For a job. */
export const purgeExpiredSessions = (core: Core): Promise<number> => removeExpiredSessions(core)

function authorizeSelfOrAdministrator(actor: Actor, userId: number): void {
  if (isPrivileged(actor) || (actor.kind === 'user' && actor.id === userId)) return
  throw refusal(actor)
}
