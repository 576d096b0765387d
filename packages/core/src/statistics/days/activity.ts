import {
  type Actor,
  authorizeRepository,
  authorizeSystem,
  authorizeWithin,
  isPrivileged,
  reachOf,
} from '../../authorization/index.ts'
import type { Core } from '../../context/index.ts'
import { notFound } from '../../errors/index.ts'
import { repositoryBytes } from '../../quotas/index.ts'
import { readRepositoryStorage } from '../repository-storage/store.ts'
import { STORAGE_KNOWN_DAYS, storageNow } from '../storage/history.ts'
import { type DayCount, dayOf, EVERYTHING, type Period, type PeriodInput, parsePeriod } from './model.ts'
import { everyDay, storagePerDay } from './rules.ts'
import {
  readDaysWithin,
  readProjectDays,
  readRepositoryDays,
  readRepositoryId,
  readTagDays,
  readVisibleDays,
} from './store.ts'

export interface Activity extends Period {
  /** One for every day of the period, in order; the storage of a project's or a repository's where it is known. */
  days: (DayCount & { storageBytes?: number })[]
}

const periodOf = (core: Core, { from, to }: PeriodInput): Period => parsePeriod(dayOf(core.now()), from, to)

/**
 * Of everything whose repositories the actor may list; for administrators of what has been deleted, too.
 *
 * @throws DomainError UNAUTHORIZED, BAD_REQUEST
 */
export async function getActivity(core: Core, actor: Actor, input: PeriodInput): Promise<Activity> {
  authorizeSystem(actor, 'read', 'statistics')
  const period = periodOf(core, input)
  const counts = isPrivileged(actor)
    ? (await readProjectDays(core, EVERYTHING, period)).counts
    : await readVisibleDays(core, actor, period)
  return { ...period, days: everyDay(period, counts) }
}

/** @throws DomainError UNAUTHORIZED, FORBIDDEN, NOT_FOUND, BAD_REQUEST */
export async function getProjectActivity(
  core: Core,
  actor: Actor,
  { project: name, ...input }: PeriodInput & { project: string },
): Promise<Activity> {
  const { project, within } = await authorizeWithin(core, actor, 'list', 'repository', { name })
  const period = periodOf(core, input)
  const [{ counts, measured }, some, tellsStorage] = await Promise.all([
    readProjectDays(core, project.id, period, STORAGE_KNOWN_DAYS),
    within && readDaysWithin(core, project.id, within, period),
    reachOf(core, actor, 'read', 'quota', project),
  ])
  const days = everyDay(period, some ?? counts)
  if (!tellsStorage) return { ...period, days }
  const today = dayOf(core.now())
  const now = today <= period.to ? await storageNow(core, [project.id]) : []
  return { ...period, days: withStorage(days, storagePerDay(period, [...measured, ...now], today)) }
}

function withStorage(
  days: readonly DayCount[],
  known: readonly { day: number; storageBytes: number }[],
): Activity['days'] {
  const byDay = new Map(known.map(({ day, storageBytes }) => [day, storageBytes]))
  return days.map((count) => {
    const storageBytes = byDay.get(count.day)
    return storageBytes === undefined ? count : { ...count, storageBytes }
  })
}

/** By its full name; `tag`: only what went by it. @throws DomainError UNAUTHORIZED, FORBIDDEN, NOT_FOUND, BAD_REQUEST */
export async function getRepositoryActivity(
  core: Core,
  actor: Actor,
  { repository, tag, ...input }: PeriodInput & { repository: string; tag?: string | undefined },
): Promise<Activity> {
  const repositoryId = await requireRepository(core, actor, repository)
  const period = periodOf(core, input)
  if (tag !== undefined)
    return { ...period, days: everyDay(period, await readTagDays(core, repositoryId, tag, period)) }
  const today = dayOf(core.now())
  const [counts, measured, nowBytes] = await Promise.all([
    readRepositoryDays(core, repositoryId, period),
    readRepositoryStorage(core, repositoryId, period),
    repositoryBytes(core, repositoryId),
  ])
  const known = storagePerDay(period, [...measured, { day: today, storageBytes: nowBytes }], today)
  return { ...period, days: withStorage(everyDay(period, counts), known) }
}

/** @throws DomainError UNAUTHORIZED, FORBIDDEN, NOT_FOUND */
export async function requireRepository(core: Core, actor: Actor, name: string): Promise<number> {
  await authorizeRepository(core, actor, 'list', 'repository', name)
  const id = await readRepositoryId(core, name)
  if (id === undefined) throw notFound('repository')
  return id
}
