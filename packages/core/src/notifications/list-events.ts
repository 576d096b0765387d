import { type Actor, authorizeSystem } from '../authorization/index.ts'
import type { Core } from '../context/index.ts'
import type { ListQuery, Page } from '../list-query/index.ts'
import type { ListedEvent } from './model.ts'
import { readEvents } from './store.ts'

/** The inbox, newest first: what waits, what fails and why, what is done. @throws DomainError UNAUTHORIZED, FORBIDDEN */
export async function listRegistryEvents(
  core: Core,
  actor: Actor,
  query: ListQuery,
): Promise<Page<ListedEvent>> {
  authorizeSystem(actor, 'list', 'registry-event')
  return readEvents(core, query)
}
