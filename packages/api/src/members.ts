import type { Schemas } from '@berth/contract'
import {
  createMember,
  deleteMember,
  getMember,
  listMembers,
  type Member,
  updateMember,
} from '@berth/core/members'
import type { Handlers } from './handler.ts'
import { projectRef, toId } from './references.ts'
import { created, done, ok, page } from './replies.ts'
import { userGroupInput } from './user-groups.ts'

const presentMember = (member: Member): Schemas['ProjectMemberEntity'] => ({
  id: member.id,
  project_id: member.projectId,
  entity_name: member.entityName,
  entity_id: member.entityId,
  entity_type: member.kind === 'user' ? 'u' : 'g',
  role_id: member.roleId,
  role_name: member.roleName,
  ...(member.repositories && { repositories: member.repositories }),
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
    const { entityname: entityName, username } = query
    const found = await listMembers(core, actor, ref, { ...range, entityName, username })
    return page(context, range, found, presentMember)
  },

  async createProjectMember(context) {
    const { core, actor, path, headers, body } = context
    const ref = projectRef(path.project_name_or_id, headers['X-Is-Resource-Name'])
    const { role_id: roleId, member_user: user, member_group: group, repositories } = body ?? {}
    const input = {
      roleId,
      userId: user?.user_id,
      username: user?.username,
      // Harbor's own clients send an empty group beside a person.
      group: group && Object.values(group).some(Boolean) ? userGroupInput(group) : undefined,
      repositories,
    }
    return created(context, await createMember(core, actor, ref, input))
  },

  async getProjectMember({ core, actor, path, headers }) {
    const ref = projectRef(path.project_name_or_id, headers['X-Is-Resource-Name'])
    return ok(presentMember(await getMember(core, actor, ref, toId(path.mid))))
  },

  async updateProjectMember({ core, actor, path, headers, body }) {
    const ref = projectRef(path.project_name_or_id, headers['X-Is-Resource-Name'])
    await updateMember(core, actor, ref, toId(path.mid), {
      roleId: body?.role_id,
      repositories: body?.repositories,
    })
    return done()
  },

  async deleteProjectMember({ core, actor, path, headers }) {
    const ref = projectRef(path.project_name_or_id, headers['X-Is-Resource-Name'])
    await deleteMember(core, actor, ref, toId(path.mid))
    return done()
  },
}
