import { type Actor, authorize, type ProjectRef, reachOf } from '../../authorization/index.ts'
import type { Core } from '../../context/index.ts'
import type { ListQuery, Page } from '../../list-query/index.ts'
import { includes } from '../../repository-limits/index.ts'
import { readUsage } from '../store.ts'
import { type RepositoryStorage, readRepositoryStorage } from './store.ts'

export interface ProjectStorage extends Page<RepositoryStorage> {
  usedBytes: number
  /** Of those, what just one repository holds. */
  ownBytes: number
  /** Of those, what several repositories share, counted once. */
  sharedBytes: number
}

// It reads every artifact of the project; pages of one list should agree with each other.
const TTL_MS = 10_000
const MAX_ROWS = 1_000

/**
 * What takes the project's space, by repository; at most 1,000 rows. For those who may read the project's quota: rows of
 * the repositories that they may list, and the sums of all.
 */
export async function projectStorage(
  core: Core,
  actor: Actor,
  ref: ProjectRef,
  { page, pageSize }: Pick<ListQuery, 'page' | 'pageSize'>,
): Promise<ProjectStorage> {
  const project = await authorize(core, actor, 'read', 'quota', ref)
  const [rows, usage] = await Promise.all([
    core
      .cache<RepositoryStorage[]>('quotas.storage', TTL_MS, 100)
      .get(String(project.id), () => readRepositoryStorage(core, project.id)),
    readUsage(core, project.name),
  ])
  const known = rows ?? []
  const reach = await reachOf(core, actor, 'list', 'repository', project)
  const all = known.filter(({ name }) => reach && includes(reach, name.slice(project.name.length + 1)))
  const ownBytes = known.reduce((sum, row) => sum + row.ownBytes, 0)
  const usedBytes = usage?.usedBytes ?? 0
  const size = pageSize === 0 ? MAX_ROWS : pageSize
  return {
    items: all.slice((page - 1) * size, page * size),
    total: all.length,
    usedBytes,
    ownBytes,
    // The two were read one after the other; a push in between must not make this negative.
    sharedBytes: Math.max(usedBytes - ownBytes, 0),
  }
}
