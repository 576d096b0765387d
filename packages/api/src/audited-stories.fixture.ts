import type { OperationId } from '@berth/contract'
import { SYSTEM } from '@berth/core'
import { addLabel } from '@berth/core/artifacts'
import { requestPurge } from '@berth/core/audit'
import { createTag } from '@berth/core/tags'
import { type CallInput, PASSWORD } from './api.fixture.ts'
import type { Unsafe } from './audited.ts'
import { makersOf, rule, team, type World } from './audited-makers.fixture.ts'

export type Input = CallInput<OperationId>
/** Makes what the operation needs, and says how it is called. `session`: as the person of that session, else as root. */
export type Story = () => Promise<Input & { session?: string }> | (Input & { session?: string })
/** Where the line is proven instead, with servers that stand there. */
export type Elsewhere = { provenBy: string }

/** How each operation is called so that it does something. */
export function storiesOf(
  world: World,
  directory: { url: string },
): Readonly<Record<Unsafe, Story | Elsewhere>> {
  const { api, database } = world
  const {
    next,
    webhookId,
    registry,
    registryId,
    replicationPolicy,
    replicationPolicyId,
    stoppedReplication,
    destination,
    destinationAt,
    deadDelivery,
    failureId,
    idOf,
    held,
    person,
    session,
    artifact,
    label,
    robot,
    trustOf,
    ruleId,
    member,
    groupId,
    quotaId,
    walkId,
    endWalks,
    tokenId,
    codeOf,
    withFactor,
    inSession,
    listedSession,
  } = makersOf(world)
  return {
    createMyAccessToken: () => ({ body: { name: 'laptop', scopes: ['pull'] } }),
    deleteMyAccessToken: async () => ({ path: { token_id: await tokenId('root') } }),
    deleteAccessToken: async () => {
      const { id, username } = await person()
      return { path: { user_id: id, token_id: await tokenId(username) } }
    },
    createAuditDestination: () => ({ body: destination() }),
    updateAuditDestination: async () => ({ path: await destinationAt(), body: destination() }),
    deleteAuditDestination: async () => ({ path: await destinationAt() }),
    testAuditDestination: async () => ({ path: await destinationAt() }),
    createPurgeSchedule: () => ({ body: { schedule: { type: 'Manual' } } }),
    stopPurge: async () => {
      const id = await requestPurge(api.core, SYSTEM, { schedule: { type: 'Manual' } }, 'create')
      return { path: { purge_id: id! } }
    },
    updatePurgeSchedule: () => ({ body: { schedule: { type: 'Daily' } } }),
    actionPendingJobs: () => ({ path: { job_type: 'PURGE_AUDIT_LOG' }, body: { action: 'pause' } }),
    stopRunningJob: async () => {
      await requestPurge(api.core, SYSTEM, { schedule: { type: 'Manual' } }, 'create')
      const task = await api.core.db.prisma.task.findFirstOrThrow({ where: { status: 'Pending' } })
      return { path: { job_id: String(task.id) } }
    },
    CopyArtifact: async () => {
      const { name, path } = await artifact()
      return {
        path: { project_name: 'team', repository_name: `copy-${next()}` },
        query: { from: `${name}@${path.reference}` },
      }
    },
    deleteArtifact: async () => ({ path: (await artifact()).path }),
    addLabel: async () => ({ path: (await artifact()).path, body: { id: await label() } }),
    removeLabel: async () => {
      const [{ path, name }, labelId] = [await artifact(), await label()]
      await addLabel(api.core, SYSTEM, { repository: name, reference: path.reference, labelId })
      return { path: { ...path, label_id: labelId } }
    },
    updateConfigurations: () => ({ body: { robot_token_duration: 77 } }),
    pingLdap: () => ({ body: { ldap_url: directory.url, ldap_base_dn: 'ou=people,dc=example,dc=com' } }),
    checkLdap: () => ({
      body: { configuration: { ldap_url: directory.url, ldap_base_dn: 'ou=people,dc=example,dc=com' } },
    }),
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
    CreateImmuRule: () => ({ path: team, body: rule() as never }),
    UpdateImmuRule: async () => ({
      path: { ...team, immutable_rule_id: await ruleId() },
      body: { ...rule(), disabled: true } as never,
    }),
    DeleteImmuRule: async () => ({ path: { ...team, immutable_rule_id: await ruleId() } }),
    previewImmuRule: () => ({ path: team, body: rule() as never }),
    CreateLabel: () => ({ body: { name: `label-${next()}`, scope: 'g' } }),
    UpdateLabel: async () => ({
      path: { label_id: await label() },
      body: { name: `renamed-${next()}`, scope: 'g' },
    }),
    DeleteLabel: async () => ({ path: { label_id: await label() } }),
    createProjectMember: async () => ({
      path: team,
      body: { role_id: 3, member_user: { username: (await person()).username } },
    }),
    updateProjectMember: async () => ({ path: { ...team, mid: await member() }, body: { role_id: 2 } }),
    deleteProjectMember: async () => ({ path: { ...team, mid: await member() } }),
    markMyNoticesRead: () => ({ body: { up_to_id: 0 } }),
    updateMyNoticePreferences: () => ({ body: {} }),
    sendTestMail: { provenBy: '../../core/src/notices/mails.db.test.ts' },
    pingOIDC: { provenBy: '../../core/src/oidc-accounts/oidc-accounts.db.test.ts' },
    setCliSecret: { provenBy: '../../core/src/oidc-accounts/cli-secrets.db.test.ts' },
    createCliSecret: { provenBy: '../../core/src/oidc-accounts/cli-secrets.db.test.ts' },
    addProjectMetadatas: () => ({ path: team, body: { auto_scan: 'true' } }),
    updateProjectMetadata: async () => {
      const path = { ...team, meta_name: 'severity' }
      await api.call('root', 'addProjectMetadatas', { path: team, body: { severity: 'high' } })
      return { path, body: { severity: 'low' } }
    },
    deleteProjectMetadata: async () => {
      const path = { ...team, meta_name: 'prevent_vul' }
      await api.call('root', 'addProjectMetadatas', { path: team, body: { prevent_vul: 'true' } })
      return { path }
    },
    createProject: () => ({ body: { project_name: `made-${next()}` } }),
    updateProject: () => ({ path: team, body: { metadata: { public: 'true' } } }),
    deleteProject: async () => {
      const name = `gone-${next()}`
      await api.addProject(name)
      return { path: { project_name_or_id: name } }
    },
    updateQuota: async () => ({
      path: { id: await quotaId() },
      body: { hard: { storage: 10_000 + next() } },
    }),
    recalculateQuota: async () => ({ path: { id: await quotaId() } }),
    retryEventFailure: async () => ({ path: { event_failure_id: await failureId() } }),
    discardEventFailure: async () => ({ path: { event_failure_id: await failureId() } }),
    createRegistry: () => ({ body: registry() }),
    updateRegistry: async () => ({ path: await registryId(), body: { description: 'about it' } }),
    deleteRegistry: async () => ({ path: await registryId() }),
    pingRegistry: async () => ({ body: await registryId() }),
    createReplicationPolicy: async () => ({ body: await replicationPolicy() }),
    updateReplicationPolicy: async () => ({
      path: await replicationPolicyId(),
      body: await replicationPolicy(),
    }),
    deleteReplicationPolicy: async () => ({ path: await replicationPolicyId() }),
    startReplication: async () => ({ body: { policy_id: (await replicationPolicyId()).id } }),
    stopReplication: async () => {
      const body = { policy_id: (await replicationPolicyId()).id }
      return { path: { id: idOf(await api.call('root', 'startReplication', { body })) } }
    },
    retryReplication: async () => ({ path: { id: (await stoppedReplication()).id } }),
    retryReplicationTask: async () => ({ path: await stoppedReplication() }),
    previewReplicationPolicy: async () => ({ body: await replicationPolicy() }),
    retryRegistryEvent: async () => {
      const event = { eventId: `event-${next()}`, action: 'push', repository: 'team/app', at: new Date() }
      const { id } = await database.db.prisma.registryEvent.create({ data: { ...event, error: 'x' } })
      return { path: { event_id: Number(id) } }
    },
    startRegistryWalk: () => ({ body: { kind: 'plan' } as never }),
    stopRegistryWalk: async () => {
      await endWalks()
      return { path: { walk_id: await walkId() } }
    },
    resumeRegistryWalk: async () => {
      await endWalks()
      const path = { walk_id: await walkId() }
      await api.call('root', 'stopRegistryWalk', { path })
      return { path }
    },
    updateRepository: async () => ({ path: (await artifact()).path, body: { description: 'about it' } }),
    deleteRepository: async () => ({ path: (await artifact()).path }),
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
    createTag: async () => ({ path: (await artifact()).path, body: { name: 'another' } }),
    deleteTag: async () => {
      const { path, name } = await artifact()
      await createTag(api.core, SYSTEM, { repository: name, reference: path.reference, name: 'another' })
      return { path: { ...path, tag_name: 'another' } }
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
    CreateWebhookPolicyOfProject: () => ({
      path: team,
      body: {
        name: `webhook-${next()}`,
        event_types: ['PUSH_ARTIFACT'],
        targets: [{ type: 'http', address: 'https://hooks.example.com/' }],
      } as never,
    }),
    UpdateWebhookPolicyOfProject: async () => ({
      path: { ...team, webhook_policy_id: await webhookId() },
      body: {
        name: `webhook-${next()}`,
        enabled: false,
        event_types: ['DELETE_ARTIFACT'],
        targets: [{ type: 'http', address: 'https://hooks.example.com/' }],
      } as never,
    }),
    DeleteWebhookPolicyOfProject: async () => ({
      path: { ...team, webhook_policy_id: await webhookId() },
    }),
    testWebhookPolicy: async () => ({
      path: { ...team, webhook_policy_id: await webhookId() },
      body: {},
    }),
    rotateWebhookSecret: async () => ({
      path: { ...team, webhook_policy_id: await webhookId() },
      body: {},
    }),
    deleteWebhookSecret: async () => {
      const path = { ...team, webhook_policy_id: await webhookId() }
      await api.call('root', 'rotateWebhookSecret', { path, body: {} })
      return { path }
    },
    redeliverWebhook: async () => ({ path: await deadDelivery() }),
    redeliverDeadWebhooks: async () => ({ path: await deadDelivery() }),
    updateUserPassword: async () => ({
      path: { user_id: (await person()).id },
      body: { new_password: 'Another-secret-1' },
    }),
  }
}
