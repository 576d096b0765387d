import type { Schemas } from '@berth/contract'
import { type Core, DomainError } from '@berth/core'
import { oidcAccountOf } from '@berth/core/oidc-accounts'
import {
  changePassword,
  createUser,
  currentUserInfo,
  deleteUser,
  getUser,
  listUsers,
  searchUsers,
  setDisabled,
  setSysadmin,
  type User,
  updateUserProfile,
} from '@berth/core/users'
import type { Handlers } from './handler.ts'
import { toId } from './references.ts'
import { created, done, ok, page } from './replies.ts'

/** Field by field: a new column must never leave by itself. */
const presentUser = (user: User): Schemas['UserResp'] => ({
  user_id: user.id,
  username: user.username,
  email: user.email,
  realname: user.realname,
  comment: user.comment,
  sysadmin_flag: user.sysadmin,
  disabled: user.disabled,
  admin_role_in_auth: user.adminByGroup,
  auth_source: user.authSource,
  creation_time: user.createdAt.toISOString(),
  update_time: user.updatedAt.toISOString(),
})

/** With their account at the provider, for people who have one. Its secret is a hash, and stays here. */
async function presentPerson(core: Core, user: User): Promise<Schemas['UserResp']> {
  const account = user.authSource === 'oidc' ? await oidcAccountOf(core, user.id) : undefined
  return {
    ...presentUser(user),
    ...(account && {
      oidc_user_meta: {
        id: account.id,
        user_id: account.userId,
        subiss: account.subject + account.issuer,
        creation_time: account.createdAt.toISOString(),
        update_time: account.updatedAt.toISOString(),
      },
    }),
  }
}

export const users: Handlers<
  | 'listUsers'
  | 'createUser'
  | 'searchUsers'
  | 'getCurrentUserInfo'
  | 'getUser'
  | 'updateUserProfile'
  | 'deleteUser'
  | 'setUserSysAdmin'
  | 'setUserDisabled'
  | 'updateUserPassword'
> = {
  async listUsers(context) {
    const query = context.listQuery()
    return page(context, query, await listUsers(context.core, context.actor, query), presentUser)
  },

  async createUser(context) {
    const { username = '', password = '', email, realname, comment } = context.body
    const input = { username, password, email, realname, comment }
    const { core, actor, request } = context
    return created(context, await createUser(core, actor, input, request.remoteAddress))
  },

  async searchUsers(context) {
    const query = context.listQuery()
    const { username } = context.query
    const found = await searchUsers(context.core, context.actor, { ...query, username })
    return page(context, query, found, (user) => ({ user_id: user.id, username: user.username }))
  },

  async getCurrentUserInfo({ core, actor }) {
    return ok(await presentPerson(core, await currentUserInfo(core, actor)))
  },

  async getUser({ core, actor, path }) {
    return ok(await presentPerson(core, await getUser(core, actor, toId(path.user_id))))
  },

  async updateUserProfile({ core, actor, path, body: { email, realname, comment } }) {
    await updateUserProfile(core, actor, toId(path.user_id), { email, realname, comment })
    return done()
  },

  async deleteUser({ core, actor, path }) {
    await deleteUser(core, actor, toId(path.user_id))
    return done()
  },

  async setUserSysAdmin({ core, actor, path, body }) {
    const { sysadmin_flag: sysadmin } = body
    if (sysadmin === undefined) throw new DomainError('BAD_REQUEST', 'sysadmin_flag is required')
    await setSysadmin(core, actor, toId(path.user_id), sysadmin)
    return done()
  },

  async setUserDisabled({ core, actor, path, body }) {
    await setDisabled(core, actor, toId(path.user_id), body.disabled)
    return done()
  },

  async updateUserPassword({ core, actor, path, body }) {
    const { old_password: oldPassword, new_password: newPassword = '' } = body
    await changePassword(core, actor, toId(path.user_id), { oldPassword, newPassword })
    return done()
  },
}
