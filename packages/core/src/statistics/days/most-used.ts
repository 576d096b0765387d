import { type Actor, authorizeSystem, authorizeWithin, isPrivileged } from '../../authorization/index.ts'
import type { Core } from '../../context/index.ts'
import { requireRepository } from './activity.ts'
import { dayOf, parseWindow, type RepositoryUse, type TagUse, type UseKind } from './model.ts'
import { readMostUsed, readMostUsedTags } from './most-used-store.ts'
import { daysWithin, visibleDays } from './store.ts'

export interface MostUsedInput {
  by: UseKind
  /** Days up to and with today, as `7d`; at most `90d`. */
  window: string
  limit: number
}

const EVERYTHING_TTL_MS = 30_000

const wanted = (core: Core, { by, window, limit }: MostUsedInput) => ({
  by,
  limit,
  period: parseWindow(dayOf(core.now()), window),
})

/** Of everything that the actor may list; for administrators half a minute old at most. @throws DomainError UNAUTHORIZED, BAD_REQUEST */
export async function listMostUsed(core: Core, actor: Actor, input: MostUsedInput): Promise<RepositoryUse[]> {
  authorizeSystem(actor, 'read', 'statistics')
  const look = async () => readMostUsed(core, await visibleDays(core, actor), wanted(core, input))
  // Over everything it is the same for everybody who may see everything, and adds up the most.
  if (!isPrivileged(actor)) return look()
  const known = core.cache<RepositoryUse[]>('statistics.most-used', EVERYTHING_TTL_MS, 100)
  return (await known.get(`${input.by} ${input.window} ${input.limit}`, look))!
}

/** @throws DomainError UNAUTHORIZED, FORBIDDEN, NOT_FOUND, BAD_REQUEST */
export async function listMostUsedOfProject(
  core: Core,
  actor: Actor,
  { project: name, ...input }: MostUsedInput & { project: string },
): Promise<RepositoryUse[]> {
  const { project, within } = await authorizeWithin(core, actor, 'list', 'repository', { name })
  const inProject = { sql: 'd.project_id = ?', params: [project.id] }
  const some = within && daysWithin(within)
  const scope = some
    ? { sql: `${inProject.sql} AND ${some.sql}`, params: [...inProject.params, ...some.params] }
    : inProject
  return readMostUsed(core, scope, wanted(core, input))
}

/** Of one repository, by its full name. @throws DomainError UNAUTHORIZED, FORBIDDEN, NOT_FOUND, BAD_REQUEST */
export async function listMostUsedTags(
  core: Core,
  actor: Actor,
  { repository, ...input }: MostUsedInput & { repository: string },
): Promise<TagUse[]> {
  const repositoryId = await requireRepository(core, actor, repository)
  return readMostUsedTags(core, repositoryId, wanted(core, input))
}
