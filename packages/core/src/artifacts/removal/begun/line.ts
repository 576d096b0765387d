import { type AuditLine, recordPast } from '../../../audit/index.ts'
import type { Core } from '../../../context/index.ts'
import { resourceOf } from '../../news.ts'
import type { Removal } from './store.ts'

/**
 * The line of a removal: in the name of who asked for it, from where and when it was asked. An artifact's has no event
 * here, since an event names more of it than the removal knows.
 */
export const writeRemoval = (
  core: Core,
  tx: Parameters<typeof recordPast>[1],
  removal: Removal,
  how: Partial<AuditLine> = {},
): Promise<void> => {
  const { kind, actor, repository, projectId, origin, at } = removal
  const resource =
    kind === 'repository'
      ? repository
      : resourceOf(repository, removal.digest, kind === 'tag' ? removal.tag : null)
  const line = { resourceType: kind, action: 'delete', actor, resource, projectId, ...how } as AuditLine
  return recordPast(core, tx, [{ line, origin, at, told: kind !== 'artifact' }])
}
