import { record } from '../audit/index.ts'
import { type Actor, authorizeSystem } from '../authorization/index.ts'
import type { Core } from '../context/index.ts'
import { notFound } from '../errors/index.ts'
import type { ListQuery, Page } from '../list-query/index.ts'
import type { EventFailure } from './model.ts'
import { lockFailure, makeDue, readFailures, removeFailure } from './store.ts'

/** What subscribers could not take, the newest first; at most 1,000. @throws DomainError UNAUTHORIZED, FORBIDDEN */
export async function listEventFailures(
  core: Core,
  actor: Actor,
  query: ListQuery,
): Promise<Page<EventFailure>> {
  authorizeSystem(actor, 'list', 'event-failure')
  return readFailures(core, query)
}

/**
 * Has it told again within a second, with all its attempts before it. One that was given up then comes after what
 * happened to its subject since.
 *
 * @throws DomainError UNAUTHORIZED, FORBIDDEN, NOT_FOUND
 */
export async function retryEventFailure(core: Core, actor: Actor, id: number): Promise<void> {
  authorizeSystem(actor, 'update', 'event-failure')
  await change(core, actor, id, 'retry')
}

/** Its subscriber will never hear of it; what waits behind it goes on. @throws DomainError as `retryEventFailure` */
export async function discardEventFailure(core: Core, actor: Actor, id: number): Promise<void> {
  authorizeSystem(actor, 'delete', 'event-failure')
  await change(core, actor, id, 'delete')
}

const change = (core: Core, actor: Actor, id: number, action: 'retry' | 'delete'): Promise<void> =>
  core.db.transaction(async (tx) => {
    const failure = await lockFailure(tx, id)
    if (!failure) throw notFound('event')
    if (action === 'retry') await makeDue(tx, id, new Date(core.now()))
    else await removeFailure(tx, id)
    const detail = { subscriber: failure.subscriber, type: failure.type, subject: failure.subject }
    const line = { resourceType: 'event_failure', action, actor, resource: String(id), detail } as const
    await record(core, tx, line)
  })
