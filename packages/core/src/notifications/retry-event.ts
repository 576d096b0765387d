import { record } from '../audit/index.ts'
import { type Actor, authorizeSystem } from '../authorization/index.ts'
import type { Core } from '../context/index.ts'
import { DomainError, notFound } from '../errors/index.ts'
import { makeDue } from './store.ts'

/**
 * Makes an event that fails, or was given up, due now, with all its attempts before it again.
 *
 * @throws DomainError UNAUTHORIZED, FORBIDDEN, NOT_FOUND; PRECONDITION when it is done
 */
export async function retryRegistryEvent(core: Core, actor: Actor, id: number): Promise<void> {
  authorizeSystem(actor, 'update', 'registry-event')
  const outcome = await core.db.transaction(async (tx) => {
    const made = await makeDue(tx, id, new Date(core.now()))
    if (made === 'due')
      await record(core, tx, {
        resourceType: 'registry_event',
        action: 'retry',
        actor,
        resource: String(id),
      })
    return made
  })
  if (outcome === 'missing') throw notFound('event')
  if (outcome === 'done') throw new DomainError('PRECONDITION', 'this event is done')
}
