import type { OutboxEvent, Subscriber } from '../events/index.ts'
import { countUses, type Use } from './days/count-uses.ts'
import { dayOf } from './days/model.ts'
import { forgetDays } from './days/store.ts'
import { markStorageDue } from './repository-storage/store.ts'

/**
 * Counts pushes, in the transaction that removes their events: each once, however often a process ends. A push itself
 * does not count, because all pushes of a day would wait for one row then. What is deleted takes its days along.
 */
export const statisticsSubscriber: Subscriber = {
  name: 'statistics',
  types: ['artifact.pushed', 'artifact.deleted', 'project.deleted', 'repository.deleted'],
  async take(core, tx, events) {
    const uses = events.flatMap(({ type, projectId, payload, at }): Use[] => {
      const { repositoryId, tag } = payload
      if (type !== 'artifact.pushed' || projectId === null || typeof repositoryId !== 'number') return []
      return [{ projectId, repositoryId, tag: typeof tag === 'string' ? tag : undefined, at, pushes: 1 }]
    })
    // First, for whoever counts locks the rows of days in this order.
    await markStorageDue(core, tx, events.flatMap(whatTookSpace))
    if (uses.length > 0) await countUses(core, tx, uses)
    const repositories = events.flatMap(({ type, payload }) =>
      type === 'repository.deleted' && typeof payload.repositoryId === 'number' ? [payload.repositoryId] : [],
    )
    const projects = events.flatMap(({ type, projectId }) =>
      type === 'project.deleted' && projectId !== null ? [projectId] : [],
    )
    await forgetDays(tx, { repositories, projects })
  },
}

function whatTookSpace({ type, projectId, payload, at }: OutboxEvent) {
  const { repositoryId } = payload
  const isOne = type === 'artifact.pushed' || type === 'artifact.deleted'
  return isOne && projectId !== null && typeof repositoryId === 'number'
    ? [{ day: dayOf(at), repositoryId, projectId }]
    : []
}
