import { SYSTEM } from '@berth/core'
import { addLabel } from '@berth/core/artifacts'
import { requestPurge } from '@berth/core/audit'
import { createTag } from '@berth/core/tags'
import type { Unsafe } from './audited.ts'
import { makersOf, rule, team, type World } from './audited-makers.fixture.ts'
import { type Elsewhere, type Story, storiesOfPeople } from './audited-people.fixture.ts'

/** How each operation is called so that it does something. */
export function storiesOf(
  world: World,
  directory: { url: string },
): Readonly<Record<Unsafe, Story | Elsewhere>> {
  const { api, database } = world
  const makers = makersOf(world)
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
    artifact,
    label,
    ruleId,
    quotaId,
    walkId,
    endWalks,
  } = makers
  return {
    ...storiesOfPeople(world, makers, directory),
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
    sendTestMail: { provenBy: '../../core/src/notices/mails.db.test.ts' },
    pingOIDC: { provenBy: '../../core/src/oidc-accounts/oidc-accounts.db.test.ts' },
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
    createTag: async () => ({ path: (await artifact()).path, body: { name: 'another' } }),
    deleteTag: async () => {
      const { path, name } = await artifact()
      await createTag(api.core, SYSTEM, { repository: name, reference: path.reference, name: 'another' })
      return { path: { ...path, tag_name: 'another' } }
    },
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
  }
}
