import type { Schemas } from '@berth/contract'
import {
  createMember,
  deleteMember,
  getMember,
  listMembers,
  type Member,
  updateMemberRole,
} from '@berth/core/members'
import type { Handlers } from './handler.ts'
import { projectRef, toId } from './references.ts'
import { created, done, ok, page } from './replies.ts'

const presentMember = (member: Member): Schemas['ProjectMemberEntity'] => ({
  id: member.id,
  project_id: member.projectId,
  entity_name: member.username,
  entity_id: member.userId,
  entity_type: 'u',
  role_id: member.roleId,
  role_name: member.roleName,
})

export const members: Handlers<
  | 'listProjectMembers'
  | 'createProjectMember'
  | 'getProjectMember'
  | 'updateProjectMember'
  | 'deleteProjectMember'
> = {
  async listProjectMembers(context) {
    const { core, actor, path, headers, query } = context
    const range = context.listQuery()
    const ref = projectRef(path.project_name_or_id, headers['X-Is-Resource-Name'])
    const found = await listMembers(core, actor, ref, { ...range, entityName: query.entityname })
    return page(context, range, found, presentMember)
  },

  async createProjectMember(context) {
    const { core, actor, path, headers, body } = context
    const ref = projectRef(path.project_name_or_id, headers['X-Is-Resource-Name'])
    const { role_id: roleId, member_user: user, member_group: group } = body ?? {}
    const input = { roleId, userId: user?.user_id, username: user?.username, group: group !== undefined }
    return created(context, await createMember(core, actor, ref, input))
  },

  async getProjectMember({ core, actor, path, headers }) {
    const ref = projectRef(path.project_name_or_id, headers['X-Is-Resource-Name'])
    return ok(presentMember(await getMember(core, actor, ref, toId(path.mid))))
  },

  async updateProjectMember({ core, actor, path, headers, body }) {
    const ref = projectRef(path.project_name_or_id, headers['X-Is-Resource-Name'])
    await updateMemberRole(core, actor, ref, toId(path.mid), body?.role_id)
    return done()
  },

  async deleteProjectMember({ core, actor, path, headers }) {
    const ref = projectRef(path.project_name_or_id, headers['X-Is-Resource-Name'])
    await deleteMember(core, actor, ref, toId(path.mid))
    return done()
  },
}
