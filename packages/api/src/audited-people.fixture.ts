import type { OperationId } from '@berth/contract'
import { type CallInput, PASSWORD } from './api.fixture.ts'
import { type Makers, team, type World } from './audited-makers.fixture.ts'

export type Input = CallInput<OperationId>
/** Makes what the operation needs, and says how it is called. `session`: as the person of that session, else as root. */
export type Story = () => Promise<Input & { session?: string }> | (Input & { session?: string })
/** Where the line is proven instead, with servers that stand there. */
export type Elsewhere = { provenBy: string }

/** How each operation on people, machines and their ways in is called so that it does something. */
export function storiesOfPeople({ api }: World, makers: Makers, directory: { url: string }) {
  const {
    next,
    idOf,
    held,
    person,
    session,
    robot,
    trustOf,
    member,
    groupId,
    tokenId,
    codeOf,
    withFactor,
    inSession,
    listedSession,
  } = makers
  return {
    createMyAccessToken: () => ({ body: { name: 'laptop', scopes: ['pull'] } }),
    deleteMyAccessToken: async () => ({ path: { token_id: await tokenId('root') } }),
    deleteAccessToken: async () => {
      const { id, username } = await person()
      return { path: { user_id: id, token_id: await tokenId(username) } }
    },
    importLdapUser: async () => {
      const body = {
        auth_mode: 'ldap_auth',
        ldap_url: directory.url,
        ldap_base_dn: 'ou=people,dc=example,dc=com',
        ldap_uid: 'uid',
        ldap_search_dn: 'cn=search,dc=example,dc=com',
        ldap_search_password: 'search-secret',
      }
      await api.call('root', 'updateConfigurations', { body: body as never })
      return { body: { ldap_uid_list: ['ann'] } }
    },
    endHeldLdapUsers: async () => ({ body: { held_up_to: await held() } }),
    keepHeldLdapUsers: async () => ({ body: { held_up_to: await held() } }),
    createIdentityTrust: async () => ({ path: team, body: await trustOf('project') }),
    updateIdentityTrust: async () => {
      const made = await api.call('root', 'createIdentityTrust', {
        path: team,
        body: await trustOf('project'),
      })
      return { path: { ...team, identity_trust_id: idOf(made) }, body: { name: `renamed-${next()}` } }
    },
    deleteIdentityTrust: async () => {
      const made = await api.call('root', 'createIdentityTrust', {
        path: team,
        body: await trustOf('project'),
      })
      return { path: { ...team, identity_trust_id: idOf(made) } }
    },
    createSystemIdentityTrust: async () => ({ body: await trustOf('system') }),
    updateSystemIdentityTrust: async () => {
      const made = await api.call('root', 'createSystemIdentityTrust', { body: await trustOf('system') })
      return { path: { identity_trust_id: idOf(made) }, body: { name: `renamed-${next()}` } }
    },
    deleteSystemIdentityTrust: async () => {
      const made = await api.call('root', 'createSystemIdentityTrust', { body: await trustOf('system') })
      return { path: { identity_trust_id: idOf(made) } }
    },
    createProjectMember: async () => ({
      path: team,
      body: { role_id: 3, member_user: { username: (await person()).username } },
    }),
    updateProjectMember: async () => ({ path: { ...team, mid: await member() }, body: { role_id: 2 } }),
    deleteProjectMember: async () => ({ path: { ...team, mid: await member() } }),
    markMyNoticesRead: () => ({ body: { up_to_id: 0 } }),
    updateMyNoticePreferences: () => ({ body: {} }),
    setCliSecret: { provenBy: '../../core/src/oidc-accounts/cli-secrets.db.test.ts' },
    createCliSecret: { provenBy: '../../core/src/oidc-accounts/cli-secrets.db.test.ts' },
    CreateRobot: () => ({
      body: {
        name: `robot-${next()}`,
        level: 'project',
        duration: 5,
        permissions: [
          { kind: 'project', namespace: 'team', access: [{ resource: 'repository', action: 'pull' }] },
        ],
      } as never,
    }),
    UpdateRobot: async () => ({
      path: { robot_id: await robot('project') },
      body: { disable: true } as never,
    }),
    RefreshSec: async () => ({ path: { robot_id: await robot('project') }, body: {} }),
    DeleteRobot: async () => ({ path: { robot_id: await robot('project') } }),
    beginMySecondFactor: async () => ({
      session: await session((await person()).username),
      body: { password: PASSWORD },
    }),
    confirmMySecondFactor: async () => {
      const at = await session((await person()).username)
      const begun = await api.call(undefined, 'beginMySecondFactor', {
        ...(await inSession(at)),
        body: { password: PASSWORD },
      })
      return { session: at, body: { code: codeOf((begun.data as { secret: string }).secret) } }
    },
    renewMyRecoveryCodes: async () => {
      const { at, secret } = await withFactor()
      return { session: at, body: { password: PASSWORD, code: codeOf(secret) } }
    },
    disableMySecondFactor: async () => {
      const { at, secret } = await withFactor()
      return { session: at, body: { password: PASSWORD, code: codeOf(secret) } }
    },
    resetSecondFactor: async () => ({ path: { user_id: (await withFactor()).id } }),
    deleteMySessions: async () => {
      const { username } = await person()
      await session(username)
      return { session: await session(username) }
    },
    deleteMySession: async () => {
      const { at, id } = await listedSession((await person()).username)
      return { session: at, path: { session_id: id } }
    },
    deleteSessions: async () => {
      const { id, username } = await person()
      await session(username)
      return { path: { user_id: id } }
    },
    deleteSession: async () => {
      const { id, username } = await person()
      return { path: { user_id: id, session_id: (await listedSession(username)).id } }
    },
    createUserGroup: () => ({ body: { group_name: `group-${next()}`, group_type: 3 } }),
    updateUserGroup: async () => {
      const name = `directory-${next()}`
      const group = { group_name: name, group_type: 1, ldap_group_dn: `cn=${name},dc=example,dc=com` }
      const made = await api.call('root', 'createUserGroup', { body: group })
      return { path: { group_id: idOf(made) }, body: { ...group, group_name: `renamed-${name}` } }
    },
    deleteUserGroup: async () => ({ path: { group_id: await groupId() } }),
    createUser: () => ({
      body: { username: `made-${next()}`, password: PASSWORD, email: `m${next()}@e.example`, realname: 'M' },
    }),
    updateUserProfile: async () => ({
      path: { user_id: (await person()).id },
      body: { realname: 'Other', email: `o${next()}@e.example` },
    }),
    deleteUser: async () => ({ path: { user_id: (await person()).id } }),
    setUserSysAdmin: async () => ({ path: { user_id: (await person()).id }, body: { sysadmin_flag: true } }),
    setUserDisabled: async () => ({ path: { user_id: (await person()).id }, body: { disabled: true } }),
    updateUserPassword: async () => ({
      path: { user_id: (await person()).id },
      body: { new_password: 'Another-secret-1' },
    }),
  } satisfies Record<string, Story | Elsewhere>
}
