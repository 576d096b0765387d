import { type Actor, authorizeSystem, isPrivileged, projectsWith } from '../../authorization/index.ts'
import type { Core } from '../../context/index.ts'
import { storeChangedBytes, storeRepositoryBytes } from '../../quotas/index.ts'
import {
  type Day,
  dayOf,
  EVERYTHING,
  type Measured,
  type Period,
  type PeriodInput,
  parsePeriod,
} from '../days/model.ts'
import { storagePerDay } from '../days/rules.ts'
import { readDue, writeRepositoryStorage } from '../repository-storage/store.ts'
import { readChanged, readMeasured, readUsedBytes, readWholeBytes, writeMeasured } from './store.ts'

/** A project's storage is written down whenever it changed, and again after so many days: nobody looks further back. */
export const STORAGE_KNOWN_DAYS = 30

// Adding up every blob is the only count here that grows with what is stored.
const WHOLE_TTL_MS = 60_000

/** Bytes of all blobs and manifests that some project holds, each counted once; at most a minute old. */
export const wholeStorageBytes = async (core: Core): Promise<number> =>
  (await core.cache<number>('statistics.storage', WHOLE_TTL_MS, 1).get('bytes', () => readWholeBytes(core)))!

// Repositories of one run; the rest comes with the next.
const MOST_REPOSITORIES = 5_000

/**
 * Writes down what is stored now, for each project, each repository where something came or went, and as a whole; the last word of a day stays. What has not changed
 * since it was written down is not written again.
 *
 * @returns rows written
 */
export async function measureStorage(core: Core): Promise<number> {
  const today = dayOf(core.now())
  const whole = { projectId: EVERYTHING, day: today, storageBytes: await readWholeBytes(core) }
  const changed = await readChanged(core, today, today - STORAGE_KNOWN_DAYS)
  const written = await writeMeasured(core, [whole, ...changed])
  // Events of yesterday may come after midnight.
  const due = await readDue(core, today - 1, MOST_REPOSITORIES)
  const ids = [...new Set(due.map(({ repositoryId }) => repositoryId))]
  await writeRepositoryStorage(core, due, await storeRepositoryBytes(core, ids))
  // What was adopted, and what came before its bytes were stored.
  await storeChangedBytes(core, MOST_REPOSITORIES)
  return written + due.length
}

export interface StorageHistory extends Period {
  /** In order, from the first day that is known on. */
  days: { day: Day; storageBytes: number }[]
}

/**
 * For administrators all that is stored, each blob once; for others the sum of the projects whose quota they may read.
 *
 * @throws DomainError UNAUTHORIZED, BAD_REQUEST
 */
export async function getStorageHistory(
  core: Core,
  actor: Actor,
  input: PeriodInput,
): Promise<StorageHistory> {
  authorizeSystem(actor, 'read', 'statistics')
  const today = dayOf(core.now())
  const period = parsePeriod(today, input.from, input.to)
  const before = { from: period.from - STORAGE_KNOWN_DAYS, to: period.to }
  const ids = await measuredFor(core, actor)
  const [measured, now] = await Promise.all([
    readMeasured(core, ids, before),
    today <= period.to ? storageNow(core, ids) : [],
  ])
  return { ...period, days: storagePerDay(period, [...measured, ...now], today) }
}

async function measuredFor(core: Core, actor: Actor): Promise<number[] | 'all'> {
  if (isPrivileged(actor)) return [EVERYTHING]
  const [set] = await projectsWith(core, actor, [{ action: 'read', resource: 'quota' }])
  return set === 'all' ? 'all' : [...set!.own, ...set!.others]
}

/** What is stored at this moment, as of today. */
export async function storageNow(core: Core, projectIds: readonly number[] | 'all'): Promise<Measured[]> {
  const day = dayOf(core.now())
  if (projectIds !== 'all' && projectIds[0] === EVERYTHING)
    return [{ projectId: EVERYTHING, day, storageBytes: await wholeStorageBytes(core) }]
  return readUsedBytes(core, projectIds, day)
}
