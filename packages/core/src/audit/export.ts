import { type Actor, authorize, type ProjectRef, refusal } from '../authorization/index.ts'
import type { Core } from '../context/index.ts'
import { DomainError } from '../errors/index.ts'
import { LOOK_AGAIN_MS, takePlace } from '../feeds/index.ts'
import { type Filter, toValue } from '../list-query/index.ts'
import { type Place, readStretch, readStretchEnd } from './export-store.ts'
import { auditColumns, type ListedAuditLine } from './model.ts'
import { record, visibleTo } from './service.ts'
import type { Visible } from './store.ts'
import { requireParts } from './text-search.ts'

/** No more is held in memory at once. */
const STRETCH_LINES = 500

export interface AuditExport {
  filters: readonly Filter[]
  /** Only what happened in this project. */
  project?: ProjectRef
  /** As the line about the export tells it: the form and the filter as they were asked for. */
  detail: Record<string, unknown>
  /** Who the actor is now; undefined when what they were let in with has ended. */
  current(): Promise<Actor | undefined>
}

/**
 * All lines up to now that the actor may list, oldest first, batch by batch: the next is read when it is asked for, and none
 * after `gone`. The export itself is a line, and with all others the last of it. What the actor was let in with and their
 * rights are looked at again every few seconds: when they end, so does the export, with an error.
 *
 * @throws DomainError BAD_REQUEST, UNAUTHORIZED, TOO_MANY_REQUEST, UNAVAILABLE; FORBIDDEN and NOT_FOUND with a project
 */
export async function exportAuditLines(
  core: Core,
  actor: Actor,
  { filters, project, detail, current }: AuditExport,
): Promise<(gone: AbortSignal) => AsyncGenerator<ListedAuditLine[]>> {
  if (actor.kind === 'anonymous') throw refusal(actor)
  const facts = project && (await authorize(core, actor, 'list', 'log', project))
  const visible: Visible = facts ? [facts.id] : await visibleTo(core, actor)
  requireParts(filters)
  const place = takePlace(core, actor, 'export')
  try {
    await record(core, undefined, {
      resourceType: 'audit_log',
      action: 'export',
      actor,
      resource: facts?.name ?? 'audit log',
      projectId: facts?.id ?? null,
      detail,
    })
  } catch (error) {
    place.leave()
    throw error
  }
  const lookAgain = async () => {
    const now = await current()
    if (!now || now.kind === 'anonymous') throw refusal(actor)
    const still = facts
      ? [(await authorize(core, now, 'list', 'log', { id: facts.id })).id]
      : await visibleTo(core, now)
    // What follows would not be whole any more, and nothing would tell.
    if (!covers(still, visible))
      throw new DomainError('FORBIDDEN', 'the right to a part of the export has ended')
  }
  let lookedAtMs = core.now()
  const { since, until } = times(filters, new Date(lookedAtMs))
  return async function* (gone) {
    place.keep()
    try {
      // Stretch by stretch of these times, whatever else is asked for: each costs the same, and nothing is held open in between.
      let behind: Place | undefined = since && { at: new Date(+since - 1), id: Number.MAX_SAFE_INTEGER }
      while (!gone.aborted) {
        if (core.now() - lookedAtMs >= LOOK_AGAIN_MS) {
          lookedAtMs = core.now()
          await lookAgain()
        }
        const upTo = await readStretchEnd(core, visible, { behind, upTo: undefined, until }, STRETCH_LINES)
        const lines = await readStretch(core, visible, filters, { behind, upTo, until })
        if (lines.length > 0) yield lines
        if (!upTo) return
        behind = upTo
      }
    } finally {
      place.leave()
    }
  }
}

function covers(now: Visible, before: Visible): boolean {
  if (now === 'everything' || now === before) return true
  if (before === 'everything' || before === 'projects') return false
  return now === 'projects' || before.every((id) => now.includes(id))
}

/** The times that the filters leave: outside of them nothing need be walked through. */
function times(filters: readonly Filter[], now: Date): { since: Date | undefined; until: Date } {
  let since: Date | undefined
  let until = now
  for (const filter of filters) {
    if (filter.field !== 'op_time' || filter.match !== 'range') continue
    const [min, max] = [filter.min, filter.max].map((bound) =>
      bound === undefined ? undefined : toValue(auditColumns.op_time!, bound),
    )
    if (min instanceof Date && !(since && since > min)) since = min
    if (max instanceof Date && max < until) until = max
  }
  return { since, until }
}
