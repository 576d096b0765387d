import { type Actor, authorize, type ProjectRef, refusal } from '../authorization/index.ts'
import type { Core } from '../context/index.ts'
import { DomainError } from '../errors/index.ts'
import { type FeedSource, followWatched, takePlace } from '../feeds/index.ts'
import { type Filter, matches } from '../list-query/index.ts'
import { readLastPosition, readPlacedLines } from './export-store.ts'
import { auditColumns, type ListedAuditLine, type PlacedAuditLine } from './model.ts'
import { visibleTo } from './service.ts'
import type { Visible } from './store.ts'
import { hasTexts, requireParts } from './text-search.ts'

const source: FeedSource<PlacedAuditLine> = {
  name: 'audit-lines',
  head: readLastPosition,
  readBehind: readPlacedLines,
}

/** Whoever was away for longer reads the log again: the first thing they are told is what they missed. */
const MAX_BEHIND = 10_000

export interface LiveAudit {
  lines: PlacedAuditLine[]
  /** Lines behind this position were left out, up to where `lines` begin. */
  missedBehind?: number
}

export interface AuditFollowing {
  filters: readonly Filter[]
  /** Only what happens in this project. */
  project?: ProjectRef
  /** From behind this position on; from now on without one. */
  after?: number
  /** Who the actor is now; undefined when what they were let in with has ended. */
  current(): Promise<Actor | undefined>
}

/**
 * Lines as they come, a second or two after they were written, to whoever may list them; empty batches in between, so that
 * the connection lives. Ends when what the actor was let in with ends, or the right to the project.
 *
 * @throws DomainError BAD_REQUEST, UNAUTHORIZED, TOO_MANY_REQUEST, UNAVAILABLE; FORBIDDEN and NOT_FOUND with a project
 */
export async function followAuditLines(
  core: Core,
  actor: Actor,
  { filters, project, after, current }: AuditFollowing,
): Promise<(gone: AbortSignal) => AsyncGenerator<LiveAudit>> {
  const open = async (who: Actor): Promise<Visible> => {
    if (who.kind === 'anonymous') throw refusal(who)
    return project ? [(await authorize(core, who, 'list', 'log', project)).id] : visibleTo(core, who)
  }
  await open(actor)
  requireParts(filters)
  const head = await readLastPosition(core)
  const from = after === undefined ? head : Math.min(after, head)
  const begin = Math.max(from, head - MAX_BEHIND)
  const look = async () => {
    const now = await current()
    return now && unlessRefused(open(now))
  }
  const place = takePlace(core, actor)
  return async function* (gone) {
    if (begin > from) yield { lines: [], missedBehind: from }
    for await (const { batch, sight } of followWatched(core, place, { source, after: begin, look }, gone))
      yield { lines: batch.filter((line) => isVisible(sight, line) && fits(filters, line)) }
  }
}

async function unlessRefused(opening: Promise<Visible>): Promise<Visible | undefined> {
  try {
    return await opening
  } catch (error) {
    if (error instanceof DomainError) return undefined
    throw error
  }
}

function isVisible(visible: Visible, { projectId }: ListedAuditLine): boolean {
  if (visible === 'everything') return true
  if (projectId === null) return false
  return visible === 'projects' || visible.includes(projectId)
}

const fits = (filters: readonly Filter[], line: PlacedAuditLine): boolean =>
  matches(auditColumns, filters, (field) => fields[field]?.(line) ?? null) && hasTexts(filters, line)

const fields: Record<string, (line: PlacedAuditLine) => string | number | boolean | Date | null> = {
  id: ({ id }) => id,
  username: ({ actorName }) => actorName,
  resource: ({ resource }) => resource,
  resource_type: ({ resourceType }) => resourceType,
  operation: ({ action }) => action,
  operation_result: ({ result }) => result === 'ok',
  op_time: ({ at }) => at,
  project_id: ({ projectId }) => projectId,
  actor_kind: ({ actorKind }) => actorKind,
  credential: ({ credential }) => credential,
  address: ({ address }) => address,
  user_agent: ({ userAgent }) => userAgent,
  request_id: ({ requestId }) => requestId,
  result: ({ result }) => result,
  position: ({ position }) => position,
}
