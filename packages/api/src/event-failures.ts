import type { Schemas } from '@berth/contract'
import {
  discardEventFailure,
  type EventFailure,
  listEventFailures,
  retryEventFailure,
} from '@berth/core/event-failures'
import type { Handlers } from './handler.ts'
import { toId } from './references.ts'
import { done, page } from './replies.ts'

const presentFailure = (failure: EventFailure): Schemas['EventFailure'] => ({
  id: failure.id,
  subscriber: failure.subscriber,
  type: failure.type,
  subject: failure.subject,
  project_id: failure.projectId ?? undefined,
  username: failure.actorName,
  request_id: failure.requestId === '' ? undefined : failure.requestId,
  status: failure.dueAt ? 'retrying' : 'given up',
  attempts: failure.attempts,
  error: failure.error,
  at: failure.at.toISOString(),
  failed_at: failure.failedAt.toISOString(),
  due_at: failure.dueAt?.toISOString(),
})

export const eventFailures: Handlers<'listEventFailures' | 'retryEventFailure' | 'discardEventFailure'> = {
  async listEventFailures(context) {
    const query = context.listQuery()
    return page(context, query, await listEventFailures(context.core, context.actor, query), presentFailure)
  },

  async retryEventFailure({ core, actor, path }) {
    await retryEventFailure(core, actor, toId(path.event_failure_id))
    return done()
  },

  async discardEventFailure({ core, actor, path }) {
    await discardEventFailure(core, actor, toId(path.event_failure_id))
    return done()
  },
}
