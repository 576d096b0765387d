import { record } from '../audit/index.ts'
import { type Actor, authorizeSystem } from '../authorization/index.ts'
import type { Core } from '../context/index.ts'
import { badRequest, notFound } from '../errors/index.ts'
import type { ListQuery, Page } from '../list-query/index.ts'
import { parseStorageLimit, type Quota } from './model.ts'
import { type Recalculation, recalculateProject } from './recalculation/recalculate.ts'
import { forgetUsage } from './room.ts'
import { readQuota, readQuotas, writeLimit } from './store.ts'

/** `reference`: only `project` has quotas; `referenceId`: a project's id. @throws DomainError UNAUTHORIZED, FORBIDDEN */
export async function listQuotas(
  core: Core,
  actor: Actor,
  { reference, referenceId, query }: { reference?: string; referenceId?: string; query: ListQuery },
): Promise<Page<Quota>> {
  authorizeSystem(actor, 'list', 'quota')
  if (reference !== undefined && reference !== 'project') return { items: [], total: 0 }
  const projectId = referenceId === undefined ? undefined : /^\d{1,9}$/.test(referenceId) ? +referenceId : 0
  return readQuotas(core, projectId, query)
}

/** @throws DomainError UNAUTHORIZED, FORBIDDEN, NOT_FOUND */
export async function getQuota(core: Core, actor: Actor, id: number): Promise<Quota> {
  authorizeSystem(actor, 'read', 'quota')
  const quota = await readQuota(core, id)
  if (!quota) throw notFound('quota')
  return quota
}

/**
 * A limit below what is used is no mistake: it refuses whatever is pushed from now on.
 *
 * @param hard resource → limit; there is one resource, `storage`, in bytes
 * @throws as `getQuota`; BAD_REQUEST
 */
export async function updateQuota(
  core: Core,
  actor: Actor,
  id: number,
  hard: Record<string, unknown> = {},
): Promise<void> {
  authorizeSystem(actor, 'update', 'quota')
  const others = Object.keys(hard).filter((resource) => resource !== 'storage')
  if (others.length > 0) throw badRequest('a quota limits storage and nothing else')
  const limitBytes = parseStorageLimit(hard.storage)
  if (!(await writeLimit(core, { id }, limitBytes, actor))) throw notFound('quota')
  forgetUsage(core)
}

/** Counts the project again, while pushes go on, and mends what was wrong. @throws as `getQuota` */
export async function recalculateQuota(core: Core, actor: Actor, id: number): Promise<Recalculation> {
  authorizeSystem(actor, 'update', 'quota')
  const quota = await readQuota(core, id)
  if (!quota) throw notFound('quota')
  const result = await recalculateProject(core, quota.projectId, {
    onMended: (tx, result) =>
      record(core, tx, {
        resourceType: 'quota',
        action: 'recalculate',
        actor,
        resource: quota.projectName,
        projectId: quota.projectId,
        detail: { ...result },
      }),
  })
  forgetUsage(core)
  return result
}
