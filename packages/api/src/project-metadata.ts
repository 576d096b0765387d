import {
  addProjectMetadata,
  deleteProjectMetadata,
  getProjectMetadata,
  listProjectMetadata,
  updateProjectMetadata,
} from '@berth/core/project-metadata'
import type { Handlers } from './handler.ts'
import { projectRef } from './references.ts'
import { done, ok } from './replies.ts'

export const projectMetadata: Handlers<
  | 'listProjectMetadatas'
  | 'addProjectMetadatas'
  | 'getProjectMetadata'
  | 'updateProjectMetadata'
  | 'deleteProjectMetadata'
> = {
  async listProjectMetadatas({ core, actor, path, headers }) {
    const ref = projectRef(path.project_name_or_id, headers['X-Is-Resource-Name'])
    return ok(await listProjectMetadata(core, actor, ref))
  },

  async addProjectMetadatas({ core, actor, path, headers, body }) {
    const ref = projectRef(path.project_name_or_id, headers['X-Is-Resource-Name'])
    await addProjectMetadata(core, actor, ref, body ?? {})
    return done()
  },

  async getProjectMetadata({ core, actor, path, headers }) {
    const ref = projectRef(path.project_name_or_id, headers['X-Is-Resource-Name'])
    return ok(await getProjectMetadata(core, actor, ref, path.meta_name))
  },

  async updateProjectMetadata({ core, actor, path, headers, body }) {
    const ref = projectRef(path.project_name_or_id, headers['X-Is-Resource-Name'])
    await updateProjectMetadata(core, actor, ref, path.meta_name, body ?? {})
    return done()
  },

  async deleteProjectMetadata({ core, actor, path, headers }) {
    const ref = projectRef(path.project_name_or_id, headers['X-Is-Resource-Name'])
    await deleteProjectMetadata(core, actor, ref, path.meta_name)
    return done()
  },
}
