import { type Actor, authorize, type ProjectRef, refusal } from '../authorization/index.ts'
import type { Core } from '../context/index.ts'
import type { Filter } from '../list-query/index.ts'
import { type Place, readStretch, readStretchEnd } from './export-store.ts'
import type { ListedAuditLine } from './model.ts'
import { record, visibleTo } from './service.ts'
import type { Visible } from './store.ts'

/** No more is held in memory at once. */
const STRETCH_LINES = 500

export interface AuditExport {
  filters: readonly Filter[]
  /** Only what happened in this project. */
  project?: ProjectRef
  /** As the line about the export tells it: the form and the filter as they were asked for. */
  detail: Record<string, unknown>
}

/**
 * All lines up to now that the actor may list, oldest first, batch by batch: the next is read when it is asked for, and none
 * after `gone`. The export itself is a line, and with all others the last of it.
 *
 * @throws DomainError UNAUTHORIZED; FORBIDDEN and NOT_FOUND with a project
 */
export async function exportAuditLines(
  core: Core,
  actor: Actor,
  { filters, project, detail }: AuditExport,
): Promise<(gone: AbortSignal) => AsyncGenerator<ListedAuditLine[]>> {
  if (actor.kind === 'anonymous') throw refusal(actor)
  const facts = project && (await authorize(core, actor, 'list', 'log', project))
  const visible: Visible = facts ? [facts.id] : await visibleTo(core, actor)
  await record(core, undefined, {
    resourceType: 'audit_log',
    action: 'export',
    actor,
    resource: facts?.name ?? 'audit log',
    projectId: facts?.id ?? null,
    detail,
  })
  const until = new Date(core.now())
  return async function* (gone) {
    // Stretch by stretch of the log, whatever the filter: each costs the same, and nothing is held open in between.
    let behind: Place | undefined
    while (!gone.aborted) {
      const upTo = await readStretchEnd(core, visible, { behind, upTo: undefined, until }, STRETCH_LINES)
      const lines = await readStretch(core, visible, filters, { behind, upTo, until })
      if (lines.length > 0) yield lines
      if (!upTo) return
      behind = upTo
    }
  }
}
