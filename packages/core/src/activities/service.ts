import { type Actor, authorize, authorizeRepository, refusal } from '../authorization/index.ts'
import type { Core } from '../context/index.ts'
import { DomainError } from '../errors/index.ts'
import { type FeedSource, followWatched, takePlace } from '../feeds/index.ts'
import { and, type Condition } from '../list-query/index.ts'
import { currentActor } from '../sessions/index.ts'
import { type Activity, KEEP_COUNT, KEEP_MS } from './model.ts'
import { type Sight, seen, sightOf, withinSight } from './rights.ts'
import {
  type KnownActivity,
  readActivities,
  readActivitiesBehind,
  readLastId,
  removeActivities,
} from './store.ts'

/** A part of what changed: of one project, or of one repository by its full name. */
export interface Part {
  project?: string
  repository?: string
}

/**
 * What changed lately where the actor may see it, newest first. `before`: only what was told before this position.
 *
 * @throws DomainError UNAUTHORIZED; with a part FORBIDDEN and NOT_FOUND
 */
export async function listActivities(
  core: Core,
  actor: Actor,
  { before, limit, ...part }: Part & { before?: number; limit: number },
): Promise<Activity[]> {
  const conditions = await opened(core, actor, part)
  const sight = await sightOf(core, actor)
  conditions.push(withinSight(core, sight))
  if (before !== undefined) conditions.push({ sql: 'r.id < ?', params: [before] })
  const found = await readActivities(core, and(conditions), limit)
  return found.flatMap((activity) => seen(sight, activity) ?? [])
}

/** Conditions over the alias r. */
async function opened(core: Core, actor: Actor, { project, repository }: Part): Promise<Condition[]> {
  if (actor.kind === 'anonymous') throw refusal(actor)
  if (repository !== undefined) {
    const { id } = await authorizeRepository(core, actor, 'list', 'artifact', repository)
    return [{ sql: 'r.project_id = ? AND r.name = ?', params: [id, repository] }]
  }
  if (project === undefined) return []
  const { id } = await authorize(core, actor, 'read', 'project', { name: project })
  return [{ sql: 'r.project_id = ?', params: [id] }]
}

const source: FeedSource<KnownActivity> = {
  name: 'activities',
  head: readLastId,
  readBehind: readActivitiesBehind,
}

/** Whoever was away for longer reads the list again. */
const MAX_BEHIND = 1_000

/**
 * What changes from now on, or from behind `after` on; empty batches in between, so that the connection lives. Ends when
 * what the actor was let in with ends, and with the right to the part.
 *
 * @throws DomainError as `listActivities`; TOO_MANY_REQUEST, UNAVAILABLE
 */
export async function followActivities(
  core: Core,
  actor: Actor,
  { after, ...part }: Part & { after?: number },
): Promise<(gone: AbortSignal) => AsyncGenerator<Activity[]>> {
  await opened(core, actor, part)
  const head = await readLastId(core)
  const from = after === undefined ? head : Math.max(Math.min(after, head), head - MAX_BEHIND)
  const look = async () => {
    const now = await currentActor(core, actor)
    const still = now && (await stillOpen(core, now, part))
    // Asked for only when there is something to show: most of the time nothing has changed.
    let sight: Promise<Sight> | undefined
    return still && { ...still, sight: () => (sight ??= sightOf(core, now)) }
  }
  const place = takePlace(core, actor)
  return async function* (gone) {
    const watched = followWatched(core, place, { source, after: from, look }, gone)
    for await (const { batch, sight: now } of watched) {
      const sight = batch.length > 0 ? await now.sight() : undefined
      yield batch.flatMap((activity) => {
        if (now.projectId !== undefined && activity.projectId !== now.projectId) return []
        if (part.repository !== undefined && activity.name !== part.repository) return []
        return seen(sight!, activity) ?? []
      })
    }
  }
}

/** Undefined once the right to the part has ended. */
async function stillOpen(
  core: Core,
  actor: Actor,
  part: Part,
): Promise<{ projectId: number | undefined } | undefined> {
  try {
    const [condition] = await opened(core, actor, part)
    return { projectId: condition?.params[0] as number | undefined }
  } catch (error) {
    if (error instanceof DomainError) return undefined
    throw error
  }
}

/** Gives how many were removed. */
export async function purgeActivities(core: Core): Promise<number> {
  const last = await readLastId(core)
  return removeActivities(core, new Date(core.now() - KEEP_MS), last - KEEP_COUNT)
}
