import type { OperationId, operations } from '@berth/contract'
import { type Actor, type Core, DomainError } from '@berth/core'
import { type AuditEvent, recordAttempt } from '@berth/core/audit'
import { type ProjectRef, projectFacts } from '@berth/core/authorization'
import { statuses } from './errors.ts'
import { projectRef } from './references.ts'

/** Operations that change something, by their methods. */
export type Unsafe = {
  [Op in OperationId]: (typeof operations)[Op]['method'] extends 'GET' | 'HEAD' ? never : Op
}[OperationId]

/** Why an operation leaves no line: it asks, and changes nothing. */
type Asks = { changesNothing: true }
const asks: Asks = { changesNothing: true }

/** The line that each operation leaves. A new one does not compile until it stands here; a test calls each. */
export const audited: Readonly<Record<Unsafe, AuditEvent | Asks>> = {
  createAuditDestination: { resourceType: 'audit_destination', action: 'create' },
  updateAuditDestination: { resourceType: 'audit_destination', action: 'update' },
  deleteAuditDestination: { resourceType: 'audit_destination', action: 'delete' },
  testAuditDestination: { resourceType: 'audit_destination', action: 'test' },
  createMyAccessToken: { resourceType: 'access_token', action: 'create' },
  deleteMyAccessToken: { resourceType: 'access_token', action: 'delete' },
  deleteAccessToken: { resourceType: 'access_token', action: 'delete' },
  CopyArtifact: { resourceType: 'artifact', action: 'create' },
  deleteArtifact: { resourceType: 'artifact', action: 'delete' },
  addLabel: { resourceType: 'artifact', action: 'update' },
  removeLabel: { resourceType: 'artifact', action: 'update' },
  updateConfigurations: { resourceType: 'configuration', action: 'update' },
  pingLdap: { resourceType: 'configuration', action: 'test' },
  checkLdap: { resourceType: 'configuration', action: 'test' },
  importLdapUser: { resourceType: 'user', action: 'create' },
  endHeldLdapUsers: { resourceType: 'user', action: 'update' },
  keepHeldLdapUsers: { resourceType: 'directory_hold', action: 'stop' },
  createIdentityTrust: { resourceType: 'identity_trust', action: 'create' },
  updateIdentityTrust: { resourceType: 'identity_trust', action: 'update' },
  deleteIdentityTrust: { resourceType: 'identity_trust', action: 'delete' },
  createSystemIdentityTrust: { resourceType: 'identity_trust', action: 'create' },
  updateSystemIdentityTrust: { resourceType: 'identity_trust', action: 'update' },
  deleteSystemIdentityTrust: { resourceType: 'identity_trust', action: 'delete' },
  createPurgeSchedule: { resourceType: 'audit_purge', action: 'create' },
  stopPurge: { resourceType: 'audit_purge', action: 'stop' },
  updatePurgeSchedule: { resourceType: 'schedule', action: 'create' },
  actionPendingJobs: { resourceType: 'job_queue', action: 'pause' },
  stopRunningJob: { resourceType: 'job', action: 'stop' },
  CreateImmuRule: { resourceType: 'immutable_rule', action: 'create' },
  UpdateImmuRule: { resourceType: 'immutable_rule', action: 'update' },
  DeleteImmuRule: { resourceType: 'immutable_rule', action: 'delete' },
  previewImmuRule: asks,
  previewReplicationPolicy: asks,
  CreateLabel: { resourceType: 'label', action: 'create' },
  UpdateLabel: { resourceType: 'label', action: 'update' },
  DeleteLabel: { resourceType: 'label', action: 'delete' },
  createProjectMember: { resourceType: 'member', action: 'create' },
  updateProjectMember: { resourceType: 'member', action: 'update' },
  deleteProjectMember: { resourceType: 'member', action: 'delete' },
  pingOIDC: { resourceType: 'configuration', action: 'test' },
  // What somebody reads and follows is their own business.
  markMyNoticesRead: asks,
  updateMyNoticePreferences: asks,
  sendTestMail: { resourceType: 'configuration', action: 'test' },
  setCliSecret: { resourceType: 'cli_secret', action: 'refresh' },
  createCliSecret: { resourceType: 'cli_secret', action: 'refresh' },
  addProjectMetadatas: { resourceType: 'project', action: 'update' },
  updateProjectMetadata: { resourceType: 'project', action: 'update' },
  deleteProjectMetadata: { resourceType: 'project', action: 'update' },
  createProject: { resourceType: 'project', action: 'create' },
  updateProject: { resourceType: 'project', action: 'update' },
  deleteProject: { resourceType: 'project', action: 'delete' },
  updateQuota: { resourceType: 'quota', action: 'update' },
  recalculateQuota: { resourceType: 'quota', action: 'recalculate' },
  retryEventFailure: { resourceType: 'event_failure', action: 'retry' },
  discardEventFailure: { resourceType: 'event_failure', action: 'delete' },
  createRegistry: { resourceType: 'registry', action: 'create' },
  updateRegistry: { resourceType: 'registry', action: 'update' },
  deleteRegistry: { resourceType: 'registry', action: 'delete' },
  pingRegistry: { resourceType: 'registry', action: 'test' },
  createReplicationPolicy: { resourceType: 'replication_policy', action: 'create' },
  updateReplicationPolicy: { resourceType: 'replication_policy', action: 'update' },
  deleteReplicationPolicy: { resourceType: 'replication_policy', action: 'delete' },
  startReplication: { resourceType: 'replication', action: 'start' },
  stopReplication: { resourceType: 'replication', action: 'stop' },
  retryReplication: { resourceType: 'replication', action: 'retry' },
  retryReplicationTask: { resourceType: 'replication', action: 'retry' },
  retryRegistryEvent: { resourceType: 'registry_event', action: 'retry' },
  startRegistryWalk: { resourceType: 'registry_walk', action: 'start' },
  stopRegistryWalk: { resourceType: 'registry_walk', action: 'stop' },
  resumeRegistryWalk: { resourceType: 'registry_walk', action: 'resume' },
  updateRepository: { resourceType: 'repository', action: 'update' },
  deleteRepository: { resourceType: 'repository', action: 'delete' },
  CreateRobot: { resourceType: 'robot', action: 'create' },
  UpdateRobot: { resourceType: 'robot', action: 'update' },
  RefreshSec: { resourceType: 'robot', action: 'refresh' },
  DeleteRobot: { resourceType: 'robot', action: 'delete' },
  // A secret that is not confirmed within minutes is forgotten.
  beginMySecondFactor: asks,
  confirmMySecondFactor: { resourceType: 'second_factor', action: 'create' },
  renewMyRecoveryCodes: { resourceType: 'second_factor', action: 'refresh' },
  disableMySecondFactor: { resourceType: 'second_factor', action: 'delete' },
  resetSecondFactor: { resourceType: 'second_factor', action: 'delete' },
  deleteMySessions: { resourceType: 'session', action: 'delete' },
  deleteMySession: { resourceType: 'session', action: 'delete' },
  deleteSessions: { resourceType: 'session', action: 'delete' },
  deleteSession: { resourceType: 'session', action: 'delete' },
  createTag: { resourceType: 'tag', action: 'create' },
  deleteTag: { resourceType: 'tag', action: 'delete' },
  createUserGroup: { resourceType: 'user_group', action: 'create' },
  updateUserGroup: { resourceType: 'user_group', action: 'update' },
  deleteUserGroup: { resourceType: 'user_group', action: 'delete' },
  createUser: { resourceType: 'user', action: 'create' },
  updateUserProfile: { resourceType: 'user', action: 'update' },
  deleteUser: { resourceType: 'user', action: 'delete' },
  setUserSysAdmin: { resourceType: 'user', action: 'update' },
  setUserDisabled: { resourceType: 'user', action: 'update' },
  CreateWebhookPolicyOfProject: { resourceType: 'webhook', action: 'create' },
  UpdateWebhookPolicyOfProject: { resourceType: 'webhook', action: 'update' },
  DeleteWebhookPolicyOfProject: { resourceType: 'webhook', action: 'delete' },
  testWebhookPolicy: { resourceType: 'webhook', action: 'test' },
  rotateWebhookSecret: { resourceType: 'webhook', action: 'refresh' },
  deleteWebhookSecret: { resourceType: 'webhook', action: 'refresh' },
  redeliverWebhook: { resourceType: 'webhook', action: 'retry' },
  redeliverDeadWebhooks: { resourceType: 'webhook', action: 'retry' },
  updateUserPassword: { resourceType: 'user', action: 'update' },
}

export interface Asked {
  operationId: OperationId
  actor: Actor
  /** Path of the API, below its base. */
  path: string
  params: Readonly<Record<string, string>>
  isResourceName: boolean
}

/** The part of a path that reads are counted by: `/projects/team`, whatever of it was asked for. */
const READ_SEGMENTS = 3

/**
 * Writes down that an operation was refused to somebody known (403), or failed for them (5xx). What looks missing leaves
 * nothing, a read only when it was refused, and the line is the project's only where the path names one: what else it may have been about is for
 * administrators.
 */
export async function noteAttempt(core: Core, asked: Asked, error: unknown): Promise<void> {
  const status = error instanceof DomainError ? statuses[error.code] : 500
  const event = audited[asked.operationId as Unsafe] as AuditEvent | Asks | undefined
  const reads = !event
  if (status !== 403 && (reads || status < 500)) return
  if (event && 'changesNothing' in event) return
  // While the database is away there is no line; the answer goes out all the same.
  const project = await projectOf(core, asked).catch(() => undefined)
  const attempted =
    event ?? ({ resourceType: namesProject(asked) ? 'project' : 'system', action: 'read' } as const)
  await recordAttempt(core, {
    ...attempted,
    actor: asked.actor,
    result: status === 403 ? 'refused' : 'failed',
    resource: reads ? asked.path.split('/').slice(0, READ_SEGMENTS).join('/') : asked.path,
    projectId: project?.id ?? null,
    detail: { operation: asked.operationId, ...(reads && { path: asked.path }) },
  })
}

const namesProject = ({ params }: Asked): boolean =>
  params.project_name !== undefined || params.project_name_or_id !== undefined

async function projectOf(core: Core, { params, isResourceName }: Asked) {
  const ref: ProjectRef | undefined =
    params.project_name !== undefined
      ? { name: params.project_name }
      : params.project_name_or_id !== undefined
        ? projectRef(params.project_name_or_id, isResourceName)
        : undefined
  return ref && projectFacts(core, ref)
}
