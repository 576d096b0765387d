import type { Schemas } from '@berth/contract'
import {
  checkDirectory,
  endHeldPeople,
  type Held,
  importUsers,
  keepHeldPeople,
  listHeldPeople,
  pingDirectory,
  searchDirectoryGroups,
  searchDirectoryUsers,
} from '@berth/core/directories'
import type { Handlers } from './handler.ts'
import { done, ok, page } from './replies.ts'

type Step = Awaited<ReturnType<typeof checkDirectory>>['steps'][number]

const presentStep = ({ resultCode, resultName, ...step }: Step): Schemas['LdapCheckStep'] => ({
  step: step.step,
  outcome: step.outcome,
  ...(step.url !== undefined && { url: step.url }),
  ...(step.code !== undefined && { code: step.code }),
  ...(resultCode !== undefined && { result_code: resultCode }),
  ...(resultName !== undefined && { result_name: resultName }),
  ...(step.message !== undefined && { message: step.message }),
  ...(step.detail !== undefined && { detail: step.detail }),
  ...(step.hint !== undefined && { hint: step.hint }),
  ...(step.found !== undefined && { found: step.found }),
})

const presentHeld = (held: Held): Schemas['HeldLdapUser'] => ({
  user_id: held.userId,
  username: held.username,
  realname: held.realname,
  dn: held.dn,
  missing_since: held.missingSince.toISOString(),
  held_since: held.heldSince.toISOString(),
  held_until: held.until.toISOString(),
})

const upTo = (body: Schemas['HeldLdapUsersReq']): Date => new Date(body.held_up_to)

export const directories: Handlers<
  | 'pingLdap'
  | 'checkLdap'
  | 'searchLdapUser'
  | 'importLdapUser'
  | 'searchLdapGroup'
  | 'listHeldLdapUsers'
  | 'endHeldLdapUsers'
  | 'keepHeldLdapUsers'
> = {
  async pingLdap({ core, actor, body = {} }) {
    const { ldap_connection_timeout, ...given } = body
    const timeout = ldap_connection_timeout === undefined ? {} : { ldap_timeout: ldap_connection_timeout }
    return ok(await pingDirectory(core, actor, { ...given, ...timeout }))
  },

  async checkLdap({ core, actor, body = {} }) {
    const { configuration, username, password } = body
    const { success, steps } = await checkDirectory(core, actor, { configuration, login: username, password })
    return ok({ success, steps: steps.map(presentStep) })
  },

  async searchLdapUser({ core, actor, query }) {
    const users = await searchDirectoryUsers(core, actor, query.username ?? '')
    return ok(
      users.map(({ username, displayName = '', email = '' }) => ({ username, realname: displayName, email })),
    )
  },

  async importLdapUser({ core, actor, body }) {
    const failures = await importUsers(core, actor, body.ldap_uid_list ?? [])
    if (failures.length === 0) return done()
    const failed: Schemas['LdapFailedImportUser'][] = failures.map(({ login, failure }) => ({
      uid: login,
      error: failure,
    }))
    // The contract's one answer of this kind that is not 2xx and has a body of its own.
    return { status: 404, body: failed as never }
  },

  async searchLdapGroup({ core, actor, query: { groupname, groupdn } }) {
    const what = groupdn ? { dn: groupdn } : { part: groupname ?? '' }
    const groups = await searchDirectoryGroups(core, actor, what)
    return ok(groups.map(({ name, dn }) => ({ id: 0, group_name: name, group_type: 1, ldap_group_dn: dn })))
  },

  async listHeldLdapUsers(context) {
    const list = context.listQuery()
    return page(context, list, await listHeldPeople(context.core, context.actor, list), presentHeld)
  },

  async endHeldLdapUsers({ core, actor, body }) {
    return ok(await endHeldPeople(core, actor, upTo(body)))
  },

  async keepHeldLdapUsers({ core, actor, body }) {
    return ok({ ...(await keepHeldPeople(core, actor, upTo(body))), left: 0 })
  },
}
