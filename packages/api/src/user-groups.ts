import type { Schemas } from '@berth/contract'
import {
  createUserGroup,
  deleteUserGroup,
  getUserGroup,
  listUserGroups,
  searchUserGroups,
  type UserGroup,
  type UserGroupInput,
  updateUserGroup,
} from '@berth/core/user-groups'
import type { Handlers } from './handler.ts'
import { toId } from './references.ts'
import { created, done, ok, page } from './replies.ts'

const presentGroup = ({ id, name, type, ldapDn }: UserGroup): Schemas['UserGroup'] => ({
  id,
  group_name: name,
  group_type: type,
  ldap_group_dn: ldapDn,
})

/** A group as it stands in bodies. */
export const userGroupInput = (body: Schemas['UserGroup']): UserGroupInput => ({
  id: body.id,
  name: body.group_name,
  type: body.group_type,
  ldapDn: body.ldap_group_dn,
})

export const userGroups: Handlers<
  | 'listUserGroups'
  | 'createUserGroup'
  | 'searchUserGroups'
  | 'getUserGroup'
  | 'updateUserGroup'
  | 'deleteUserGroup'
> = {
  async listUserGroups(context) {
    const { core, actor, query } = context
    const range = context.listQuery()
    const filter = { name: query.group_name, ldapDn: query.ldap_group_dn }
    return page(context, range, await listUserGroups(core, actor, filter, range), presentGroup)
  },

  async createUserGroup(context) {
    const input = userGroupInput(context.body ?? {})
    return created(context, await createUserGroup(context.core, context.actor, input))
  },

  async searchUserGroups(context) {
    const { core, actor, query } = context
    const range = context.listQuery()
    const found = await searchUserGroups(core, actor, { ...range, name: query.groupname })
    return page(context, range, found, ({ id, name, type }) => ({ id, group_name: name, group_type: type }))
  },

  async getUserGroup({ core, actor, path }) {
    return ok(presentGroup(await getUserGroup(core, actor, toId(path.group_id))))
  },

  async updateUserGroup({ core, actor, path, body }) {
    await updateUserGroup(core, actor, toId(path.group_id), { name: body?.group_name })
    return done()
  },

  async deleteUserGroup({ core, actor, path }) {
    await deleteUserGroup(core, actor, toId(path.group_id))
    return done()
  },
}
