import type { OperationId } from '@berth/contract'
import type { Action, ProjectResource } from '@berth/core/authorization'
import type { CallInput } from '../api.fixture.ts'
import { DIGEST } from './world.fixture.ts'

/** An operation in a project: which cell of `projectMatrix` says who may. */
export interface InProject {
  resource: ProjectResource
  action: Action
  /** What to send. Those who may get something harmless: an input that ends in 404, 409 or 412. */
  input?(allowed: boolean): CallInput<OperationId>
}

const repository = { repository_name: 'app' }
const artifact = { ...repository, reference: DIGEST }
const missing = { repository_name: 'missing' }
const missingArtifact = { ...missing, reference: DIGEST }
const trust = { identity_trust_id: 999_999 }
const hook = { webhook_policy_id: 999_999 }

export const inProjects = {
  getProject: { resource: 'project', action: 'read' },
  updateProject: { resource: 'project', action: 'update', input: () => ({ body: {} }) },
  deleteProject: { resource: 'project', action: 'delete' },
  getProjectDeletable: { resource: 'project', action: 'delete' },
  getProjectSummary: { resource: 'project', action: 'read' },
  listProjectMembers: { resource: 'member', action: 'list' },
  createProjectMember: {
    resource: 'member',
    action: 'create',
    input: (allowed) => ({ body: { role_id: 1, member_user: { username: allowed ? 'guest' : 'outsider' } } }),
  },
  getProjectMember: { resource: 'member', action: 'read', input: () => ({ path: { mid: 1 } }) },
  updateProjectMember: {
    resource: 'member',
    action: 'update',
    input: (allowed) => ({ path: { mid: allowed ? 999_999 : 1 }, body: { role_id: 1 } }),
  },
  deleteProjectMember: {
    resource: 'member',
    action: 'delete',
    input: (allowed) => ({ path: { mid: allowed ? 999_999 : 1 } }),
  },
  listProjectMetadatas: { resource: 'metadata', action: 'read' },
  addProjectMetadatas: {
    resource: 'metadata',
    action: 'create',
    input: () => ({ body: { public: 'true' } }),
  },
  getProjectMetadata: {
    resource: 'metadata',
    action: 'read',
    input: () => ({ path: { meta_name: 'public' } }),
  },
  updateProjectMetadata: {
    resource: 'metadata',
    action: 'update',
    input: () => ({ path: { meta_name: 'severity' }, body: { severity: 'low' } }),
  },
  deleteProjectMetadata: {
    resource: 'metadata',
    action: 'delete',
    input: () => ({ path: { meta_name: 'severity' } }),
  },
  listRepositories: { resource: 'repository', action: 'list' },
  getRepository: { resource: 'repository', action: 'read', input: () => ({ path: repository }) },
  updateRepository: {
    resource: 'repository',
    action: 'update',
    input: () => ({ path: repository, body: { description: '' } }),
  },
  deleteRepository: {
    resource: 'repository',
    action: 'delete',
    input: (allowed) => ({ path: allowed ? missing : repository }),
  },
  listArtifacts: { resource: 'artifact', action: 'list', input: () => ({ path: repository }) },
  listArtifactsOfProject: { resource: 'artifact', action: 'list' },
  getArtifact: { resource: 'artifact', action: 'read', input: () => ({ path: artifact }) },
  deleteArtifact: {
    resource: 'artifact',
    action: 'delete',
    input: (allowed) => ({ path: allowed ? missingArtifact : artifact }),
  },
  CopyArtifact: {
    resource: 'artifact',
    action: 'create',
    input: () => ({ path: missing, query: { from: 'open/missing:latest' } }),
  },
  listAccessories: { resource: 'accessory', action: 'list', input: () => ({ path: artifact }) },
  getAddition: {
    resource: 'artifact-addition',
    action: 'read',
    input: () => ({ path: { ...missingArtifact, addition: 'build_history' } }),
  },
  listTags: { resource: 'tag', action: 'list', input: () => ({ path: artifact }) },
  createTag: {
    resource: 'tag',
    action: 'create',
    input: (allowed) => ({ path: allowed ? missingArtifact : artifact, body: { name: 'new' } }),
  },
  deleteTag: {
    resource: 'tag',
    action: 'delete',
    input: (allowed) => ({ path: { ...(allowed ? missingArtifact : artifact), tag_name: 'v1' } }),
  },

  getLogs: { resource: 'log', action: 'list' },
  getLogExts: { resource: 'log', action: 'list' },
  exportLogExts: { resource: 'log', action: 'list' },
  followLogExts: { resource: 'log', action: 'list' },
  getProjectStorage: { resource: 'quota', action: 'read' },
  getProjectActivity: { resource: 'repository', action: 'list' },
  listMostUsedOfProject: { resource: 'repository', action: 'list' },
  getRepositoryActivity: { resource: 'repository', action: 'list', input: () => ({ path: repository }) },
  listMostUsedTags: { resource: 'repository', action: 'list', input: () => ({ path: repository }) },
  addLabel: {
    resource: 'artifact-label',
    action: 'create',
    input: (allowed) => ({ path: allowed ? missingArtifact : artifact, body: { id: 1 } }),
  },
  removeLabel: {
    resource: 'artifact-label',
    action: 'delete',
    input: (allowed) => ({ path: { ...(allowed ? missingArtifact : artifact), label_id: 1 } }),
  },
  ListImmuRules: { resource: 'immutable-tag', action: 'list' },
  CreateImmuRule: { resource: 'immutable-tag', action: 'create', input: () => ({ body: {} }) },
  previewImmuRule: { resource: 'immutable-tag', action: 'create', input: () => ({ body: {} }) },
  UpdateImmuRule: {
    resource: 'immutable-tag',
    action: 'update',
    input: () => ({ path: { immutable_rule_id: 999_999 }, body: { disabled: true } }),
  },
  DeleteImmuRule: {
    resource: 'immutable-tag',
    action: 'delete',
    input: () => ({ path: { immutable_rule_id: 999_999 } }),
  },

  ListWebhookPoliciesOfProject: { resource: 'notification-policy', action: 'list' },
  CreateWebhookPolicyOfProject: {
    resource: 'notification-policy',
    action: 'create',
    input: () => ({ body: {} }),
  },
  GetWebhookPolicyOfProject: {
    resource: 'notification-policy',
    action: 'read',
    input: () => ({ path: hook }),
  },
  UpdateWebhookPolicyOfProject: {
    resource: 'notification-policy',
    action: 'update',
    input: () => ({ path: hook, body: {} }),
  },
  DeleteWebhookPolicyOfProject: {
    resource: 'notification-policy',
    action: 'delete',
    input: () => ({ path: hook }),
  },
  ListExecutionsOfWebhookPolicy: {
    resource: 'notification-policy',
    action: 'read',
    input: () => ({ path: hook }),
  },
  ListTasksOfWebhookExecution: {
    resource: 'notification-policy',
    action: 'read',
    input: () => ({ path: { ...hook, execution_id: 1 } }),
  },
  GetLogsOfWebhookTask: {
    resource: 'notification-policy',
    action: 'read',
    input: () => ({ path: { ...hook, execution_id: 1, task_id: 1 } }),
  },
  LastTrigger: { resource: 'notification-policy', action: 'list' },
  GetSupportedEventTypes: { resource: 'notification-policy', action: 'read' },
  ListWebhookJobs: {
    resource: 'notification-policy',
    action: 'read',
    input: () => ({ query: { policy_id: 999_999 } }),
  },
  testWebhookPolicy: {
    resource: 'notification-policy',
    action: 'update',
    input: () => ({ path: hook, body: {} }),
  },
  rotateWebhookSecret: {
    resource: 'notification-policy',
    action: 'update',
    input: () => ({ path: hook, body: {} }),
  },
  deleteWebhookSecret: { resource: 'notification-policy', action: 'update', input: () => ({ path: hook }) },
  listWebhookDeliveries: { resource: 'notification-policy', action: 'read', input: () => ({ path: hook }) },
  getWebhookDelivery: {
    resource: 'notification-policy',
    action: 'read',
    input: () => ({ path: { ...hook, delivery_id: 1 } }),
  },
  redeliverWebhook: {
    resource: 'notification-policy',
    action: 'update',
    input: () => ({ path: { ...hook, delivery_id: 1 } }),
  },
  redeliverDeadWebhooks: {
    resource: 'notification-policy',
    action: 'update',
    input: () => ({ path: hook }),
  },

  listIdentityTrusts: { resource: 'identity-trust', action: 'list' },
  createIdentityTrust: { resource: 'identity-trust', action: 'create', input: () => ({ body: {} }) },
  getIdentityTrust: { resource: 'identity-trust', action: 'read', input: () => ({ path: trust }) },
  updateIdentityTrust: {
    resource: 'identity-trust',
    action: 'update',
    input: () => ({ path: trust, body: {} }),
  },
  deleteIdentityTrust: { resource: 'identity-trust', action: 'delete', input: () => ({ path: trust }) },
} satisfies Partial<Record<OperationId, InProject>>
