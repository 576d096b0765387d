import type { Schemas } from '@berth/contract'
import { type ListedEvent, listRegistryEvents, retryRegistryEvent } from '@berth/core/notifications'
import type { Handlers } from './handler.ts'
import { toId } from './references.ts'
import { done, page } from './replies.ts'

const presentEvent = (event: ListedEvent): Schemas['RegistryEvent'] => ({
  id: event.id,
  event_id: event.eventId,
  action: event.action,
  repository: event.repository,
  digest: event.digest ?? undefined,
  tag: event.tag ?? undefined,
  actor: event.actor,
  status: event.status,
  attempts: event.attempts,
  error: event.error ?? undefined,
  at: event.at.toISOString(),
  received_at: event.receivedAt.toISOString(),
  due_at: event.dueAt?.toISOString(),
  processed_at: event.processedAt?.toISOString(),
})

export const registryEvents: Handlers<'listRegistryEvents' | 'retryRegistryEvent'> = {
  async listRegistryEvents(context) {
    const query = context.listQuery()
    return page(context, query, await listRegistryEvents(context.core, context.actor, query), presentEvent)
  },

  async retryRegistryEvent({ core, actor, path }) {
    await retryRegistryEvent(core, actor, toId(path.event_id))
    return done()
  },
}
