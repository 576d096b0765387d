import type { Schemas } from '@berth/contract'
import type { Actor } from '@berth/core'
import { endAllSessions, endSessionById, listSessions, type Session } from '@berth/core/sessions'
import type { Handlers } from './handler.ts'
import { ownId, toId } from './references.ts'
import { done, ok } from './replies.ts'

const currentOf = (actor: Actor) => (actor.kind === 'user' ? actor.sessionId : undefined)

const presentSession =
  (actor: Actor) =>
  (session: Session): Schemas['Session'] => ({
    id: session.id,
    current: session.id === currentOf(actor),
    address: session.address,
    user_agent: session.userAgent,
    creation_time: session.createdAt.toISOString(),
    last_seen_time: session.lastSeenAt.toISOString(),
    expiration_time: session.expiresAt.toISOString(),
  })

export const sessions: Handlers<
  | 'listMySessions'
  | 'deleteMySessions'
  | 'deleteMySession'
  | 'listSessions'
  | 'deleteSessions'
  | 'deleteSession'
> = {
  async listMySessions({ core, actor }) {
    return ok((await listSessions(core, actor, ownId(actor))).map(presentSession(actor)))
  },

  async deleteMySessions({ core, actor, query }) {
    await endAllSessions(core, actor, ownId(actor), query.keep_current ? currentOf(actor) : undefined)
    return done()
  },

  async deleteMySession({ core, actor, path }) {
    await endSessionById(core, actor, ownId(actor), path.session_id)
    return done()
  },

  async listSessions({ core, actor, path }) {
    return ok((await listSessions(core, actor, toId(path.user_id))).map(presentSession(actor)))
  },

  async deleteSessions({ core, actor, path }) {
    await endAllSessions(core, actor, toId(path.user_id))
    return done()
  },

  async deleteSession({ core, actor, path }) {
    await endSessionById(core, actor, toId(path.user_id), path.session_id)
    return done()
  },
}
