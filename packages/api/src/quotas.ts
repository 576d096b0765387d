import type { Schemas } from '@berth/contract'
import {
  getQuota,
  listQuotas,
  nearlyFull,
  projectStorage,
  type Quota,
  recalculateQuota,
  updateQuota,
} from '@berth/core/quotas'
import type { Handlers } from './handler.ts'
import { projectRef, toId } from './references.ts'
import { done, ok, page } from './replies.ts'

const presentQuota = (quota: Quota): Schemas['Quota'] => ({
  id: quota.id,
  ref: { id: quota.projectId, name: quota.projectName, owner_name: quota.ownerName ?? '' },
  hard: { storage: quota.limitBytes },
  used: { storage: quota.usedBytes },
  nearly_full: nearlyFull(quota),
  creation_time: quota.createdAt.toISOString(),
  update_time: quota.updatedAt.toISOString(),
})

export const quotas: Handlers<
  'listQuotas' | 'getQuota' | 'updateQuota' | 'recalculateQuota' | 'getProjectStorage'
> = {
  async listQuotas(context) {
    const query = context.listQuery()
    const { reference, reference_id: referenceId } = context.query
    const found = await listQuotas(context.core, context.actor, { reference, referenceId, query })
    return page(context, query, found, presentQuota)
  },

  async getQuota({ core, actor, path }) {
    return ok(presentQuota(await getQuota(core, actor, toId(path.id))))
  },

  async updateQuota({ core, actor, path, body }) {
    await updateQuota(core, actor, toId(path.id), body.hard)
    return done()
  },

  async recalculateQuota({ core, actor, path }) {
    const result = await recalculateQuota(core, actor, toId(path.id))
    return ok({
      used_before: result.usedBytesBefore,
      used: result.usedBytes,
      mended_blobs: result.mendedBlobs,
      resized_blobs: result.resizedBlobs,
    })
  },

  async getProjectStorage(context) {
    const query = context.listQuery()
    const { project_name_or_id: nameOrId } = context.path
    const ref = projectRef(nameOrId, context.headers['X-Is-Resource-Name'])
    const storage = await projectStorage(context.core, context.actor, ref, query)
    const { body, headers } = page(context, query, storage, (row) => ({
      repository_id: row.repositoryId,
      repository_name: row.name,
      own: row.ownBytes,
      shared: row.sharedBytes,
    }))
    const { usedBytes: used, ownBytes: own, sharedBytes: shared } = storage
    return { ...ok({ used, own, shared, repositories: body! }), headers }
  },
}
