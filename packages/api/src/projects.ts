import type { Body, Schemas } from '@berth/contract'
import { DomainError } from '@berth/core'
import {
  createProject,
  deleteProject,
  getProject,
  headProject,
  listProjects,
  type Project,
  type ProjectInput,
  type ProjectSummary,
  projectDeletable,
  projectSummary,
  updateProject,
} from '@berth/core/projects'
import type { Handlers } from './handler.ts'
import { projectRef } from './references.ts'
import { created, done, ok, page } from './replies.ts'

export const presentProject = (project: Project): Schemas['Project'] => ({
  project_id: project.id,
  name: project.name,
  ...(project.ownerId !== null && { owner_id: project.ownerId, owner_name: project.ownerName ?? '' }),
  ...(project.currentUserRoleIds.length > 0 && {
    current_user_role_id: project.currentUserRoleIds[0]!,
    current_user_role_ids: project.currentUserRoleIds,
  }),
  repo_count: project.repositoryCount,
  metadata: { ...project.metadata, public: String(project.public) },
  creation_time: project.createdAt.toISOString(),
  update_time: project.updatedAt.toISOString(),
})

const presentSummary = ({
  repositoryCount,
  memberCounts,
  quota,
}: ProjectSummary): Schemas['ProjectSummary'] => ({
  repo_count: repositoryCount,
  ...(memberCounts && {
    project_admin_count: memberCounts[1] ?? 0,
    developer_count: memberCounts[2] ?? 0,
    guest_count: memberCounts[3] ?? 0,
    maintainer_count: memberCounts[4] ?? 0,
    limited_guest_count: memberCounts[5] ?? 0,
  }),
  ...(quota && {
    quota: {
      hard: { storage: quota.hardBytes },
      used: { storage: quota.usedBytes },
      nearly_full: quota.nearlyFull,
    },
  }),
})

const toInput = (body: Body<'createProject'>): ProjectInput => ({
  name: body.project_name,
  public: body.public ?? undefined,
  metadata: { ...body.metadata },
  storageLimitBytes: body.storage_limit ?? undefined,
  registryId: body.registry_id ?? undefined,
})

export const projects: Handlers<
  | 'listProjects'
  | 'headProject'
  | 'createProject'
  | 'getProject'
  | 'updateProject'
  | 'deleteProject'
  | 'getProjectDeletable'
  | 'getProjectSummary'
> = {
  async listProjects(context) {
    const query = context.listQuery()
    const { name, public: isPublic, owner } = context.query
    const found = await listProjects(context.core, context.actor, { ...query, name, public: isPublic, owner })
    return page(context, query, found, presentProject)
  },

  async headProject({ core, actor, query }) {
    if (!(await headProject(core, actor, query.project_name)))
      throw new DomainError('NOT_FOUND', 'project not found')
    return done()
  },

  async createProject(context) {
    const id = await createProject(context.core, context.actor, toInput(context.body))
    return created(context, context.headers['X-Resource-Name-In-Location'] ? context.body.project_name! : id)
  },

  async getProject({ core, actor, path, headers }) {
    const ref = projectRef(path.project_name_or_id, headers['X-Is-Resource-Name'])
    return ok(presentProject(await getProject(core, actor, ref)))
  },

  async updateProject({ core, actor, path, headers, body }) {
    const ref = projectRef(path.project_name_or_id, headers['X-Is-Resource-Name'])
    await updateProject(core, actor, ref, toInput(body))
    return done()
  },

  async deleteProject({ core, actor, path, headers }) {
    await deleteProject(core, actor, projectRef(path.project_name_or_id, headers['X-Is-Resource-Name']))
    return done()
  },

  async getProjectDeletable({ core, actor, path, headers }) {
    const ref = projectRef(path.project_name_or_id, headers['X-Is-Resource-Name'])
    return ok(await projectDeletable(core, actor, ref))
  },

  async getProjectSummary({ core, actor, path, headers }) {
    const ref = projectRef(path.project_name_or_id, headers['X-Is-Resource-Name'])
    return ok(presentSummary(await projectSummary(core, actor, ref)))
  },
}
