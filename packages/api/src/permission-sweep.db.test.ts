import { type OperationId, operations } from '@berth/contract'
import { SYSTEM } from '@berth/core'
import {
  type Action,
  type Column,
  crossesRepositories,
  type ProjectResource,
  projectMatrix,
  roleIds,
} from '@berth/core/authorization'
import { createMember } from '@berth/core/members'
import { grantableInProjects, grantableInSystem } from '@berth/core/permissions'
import { createRobot } from '@berth/core/robots'
import { type TestDatabase, testDatabase } from '@berth/testing'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type CallInput, openTestApi, PASSWORD, ROLES, type TestApi } from './api.fixture.ts'

// Every operation as everybody, in a private and in a public project, against the one table. A new operation does not
// compile until it has a line here.

type Who =
  | 'anonymous'
  | 'outsider'
  | 'sysadmin'
  | (typeof ROLES)[number]
  | 'limitedMember'
  | 'projectRobot'
  | 'systemRobot'
  | 'bareRobot'
/** Of the project with all that can be granted there; of the system with that and the right to look at every project; and of no project here. */
const robots: readonly Who[] = ['projectRobot', 'systemRobot', 'bareRobot']
const everybody: Who[] = ['anonymous', 'outsider', ...ROLES, 'limitedMember', ...robots, 'sysadmin']
const signedIn = everybody.filter((who) => who !== 'anonymous')
const people = signedIn.filter((who) => !robots.includes(who))

const looking = grantableInProjects.filter(({ action }) => ['read', 'list', 'pull'].includes(action))
/** What the robot's own list holds in a project. */
const listed = (who: Who, resource: ProjectResource, action: Action): boolean =>
  (who === 'projectRobot' ? grantableInProjects : who === 'systemRobot' ? looking : []).some(
    (entry) => entry.resource === resource && entry.action === action,
  )
const robotIds = { machine: 0, spare: [] as number[] }

interface InProject {
  resource: ProjectResource
  action: Action
  /** What to send. Those who may get something harmless: an input that ends in 404, 409 or 412. */
  input?(allowed: boolean): CallInput<OperationId>
}
interface InSystem {
  allowed: readonly Who[]
  input?: CallInput<OperationId> | ((allowed: boolean) => CallInput<OperationId>)
  /** To whom the thing looks as if it were not there. */
  hiddenFrom?: readonly Who[]
}

const repository = { repository_name: 'app' }
const artifact = { ...repository, reference: 'sha256:'.padEnd(71, 'a') }
const missing = { repository_name: 'missing' }
const missingArtifact = { ...missing, reference: artifact.reference }
const user = { path: { user_id: 999_999 } }
const group = { path: { group_id: 999_999 } }
const quota = { path: { id: 999_999 } }
const trust = { identity_trust_id: 999_999 }
const hook = { webhook_policy_id: 999_999 }
const destination = { input: { path: { audit_destination_id: 999_999 } } }
const walk = { path: { walk_id: 999_999 } }
const strangersToRobots = signedIn.filter((who) => who !== 'sysadmin' && who !== 'systemRobot')

const rows: Record<OperationId, InProject | InSystem> = {
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
  listSystemIdentityTrusts: { allowed: ['sysadmin'] },
  createSystemIdentityTrust: { allowed: ['sysadmin'], input: { body: {} } },
  getSystemIdentityTrust: { allowed: ['sysadmin'], input: { path: trust } },
  updateSystemIdentityTrust: { allowed: ['sysadmin'], input: { path: trust, body: {} } },
  deleteSystemIdentityTrust: { allowed: ['sysadmin'], input: { path: trust } },

  // Robots of the system; those of projects stand in robots.db.test.ts.
  ListRobot: { allowed: ['sysadmin', 'systemRobot'] },
  CreateRobot: { allowed: ['sysadmin', 'systemRobot'], input: { body: { level: 'system' } } },
  GetRobotByID: {
    allowed: ['sysadmin', 'systemRobot'],
    hiddenFrom: strangersToRobots,
    input: () => ({ path: { robot_id: robotIds.machine } }),
  },
  UpdateRobot: {
    allowed: ['sysadmin'],
    hiddenFrom: strangersToRobots,
    input: () => ({ path: { robot_id: robotIds.machine }, body: {} }),
  },
  RefreshSec: {
    allowed: ['sysadmin'],
    hiddenFrom: strangersToRobots,
    input: () => ({ path: { robot_id: robotIds.machine }, body: { secret: 'weak' } }),
  },
  DeleteRobot: {
    allowed: ['sysadmin', 'systemRobot'],
    hiddenFrom: strangersToRobots,
    input: (allowed) => ({ path: { robot_id: allowed ? robotIds.spare.pop()! : robotIds.machine } }),
  },

  getHealth: { allowed: everybody },
  getPing: { allowed: everybody },
  getOpenapi: { allowed: everybody },
  getSystemInfo: { allowed: everybody },
  listProjects: { allowed: everybody },
  headProject: { allowed: everybody, input: { query: { project_name: 'closed' } } },
  listAllRepositories: { allowed: everybody },
  search: { allowed: everybody, input: { query: { q: 'app' } } },
  searchEverything: { allowed: everybody, input: { query: { q: 'app' } } },
  listRegistryEvents: { allowed: ['sysadmin'] },
  retryRegistryEvent: { allowed: ['sysadmin'], input: { path: { event_id: 0 } } },
  getStatistic: { allowed: signedIn },
  getActivity: { allowed: signedIn },
  listMostUsed: { allowed: signedIn },
  getStorageHistory: { allowed: signedIn },
  // Global labels; those of projects stand in labels.db.test.ts.
  ListLabels: { allowed: signedIn },
  GetLabelByID: { allowed: signedIn, input: { path: { label_id: 1 } } },
  CreateLabel: { allowed: ['sysadmin', 'systemRobot'], input: { body: { name: '' } } },
  UpdateLabel: { allowed: ['sysadmin', 'systemRobot'], input: { path: { label_id: 1 }, body: { name: '' } } },
  DeleteLabel: {
    allowed: ['sysadmin', 'systemRobot'],
    input: (allowed) => ({ path: { label_id: allowed ? 999_999 : 1 } }),
  },
  // Those who may read no project's log get an empty list.
  listAuditLogs: { allowed: signedIn },
  listAuditLogExts: { allowed: signedIn },
  listAuditDestinations: { allowed: ['sysadmin'] },
  createAuditDestination: {
    allowed: ['sysadmin'],
    input: { body: { name: '', kind: 'http', address: 'nowhere' } },
  },
  getAuditDestination: { allowed: ['sysadmin'], ...destination },
  updateAuditDestination: {
    allowed: ['sysadmin'],
    input: { path: { audit_destination_id: 999_999 }, body: { name: 'x', kind: 'http', address: 'nowhere' } },
  },
  deleteAuditDestination: { allowed: ['sysadmin'], ...destination },
  testAuditDestination: { allowed: ['sysadmin'], ...destination },
  exportAuditLogExts: { allowed: signedIn },
  followAuditLogExts: { allowed: signedIn },
  listActivities: { allowed: signedIn },
  followActivities: { allowed: signedIn },
  listAuditLogEventTypes: { allowed: signedIn },
  getConfigurations: { allowed: ['sysadmin'] },
  updateConfigurations: { allowed: ['sysadmin'], input: { body: { auth_mode: 'NOT VALID' } } },
  pingOIDC: { allowed: ['sysadmin'], input: { body: { url: 'NOT VALID' } } },
  pingLdap: { allowed: ['sysadmin'] },
  checkLdap: { allowed: ['sysadmin'] },
  searchLdapUser: { allowed: ['sysadmin', 'systemRobot'] },
  importLdapUser: { allowed: ['sysadmin', 'systemRobot'], input: { body: { ldap_uid_list: ['somebody'] } } },
  searchLdapGroup: { allowed: ['sysadmin', 'systemRobot'] },
  createProject: { allowed: [...people, 'systemRobot'], input: { body: { project_name: 'NOT VALID' } } },
  listUserGroups: { allowed: ['sysadmin', 'systemRobot'] },
  searchUserGroups: { allowed: people, input: { query: { groupname: 'ops' } } },
  createUserGroup: { allowed: ['sysadmin', 'systemRobot'], input: { body: { group_type: 2 } } },
  getUserGroup: { allowed: ['sysadmin', 'systemRobot'], input: group },
  updateUserGroup: { allowed: ['sysadmin', 'systemRobot'], input: { ...group, body: { group_name: 'x' } } },
  deleteUserGroup: { allowed: ['sysadmin', 'systemRobot'], input: group },
  searchUsers: { allowed: people, input: { query: { username: 'guest' } } },
  // Robots learn by 412 that they are no people.
  getCurrentUserInfo: { allowed: signedIn },
  getCurrentUserPermissions: { allowed: signedIn },
  getPermissions: { allowed: ['projectAdmin', 'sysadmin'] },
  listUsers: { allowed: ['sysadmin', 'systemRobot'] },
  createUser: { allowed: ['sysadmin', 'systemRobot'], input: { body: { username: 'x', password: 'weak' } } },
  getUser: { allowed: ['sysadmin', 'systemRobot'], input: user },
  updateUserProfile: { allowed: ['sysadmin', 'systemRobot'], input: { ...user, body: { realname: 'x' } } },
  deleteUser: { allowed: ['sysadmin', 'systemRobot'], input: user },
  setUserSysAdmin: { allowed: ['sysadmin'], input: { ...user, body: { sysadmin_flag: true } } },
  setUserDisabled: { allowed: ['sysadmin'], input: { ...user, body: { disabled: true } } },
  listQuotas: { allowed: ['sysadmin', 'systemRobot'] },
  getQuota: { allowed: ['sysadmin', 'systemRobot'], input: quota },
  updateQuota: { allowed: ['sysadmin', 'systemRobot'], input: { ...quota, body: { hard: { storage: 1 } } } },
  recalculateQuota: { allowed: ['sysadmin', 'systemRobot'], input: quota },
  getAuditLogHead: { allowed: ['sysadmin'] },
  verifyAuditLog: { allowed: ['sysadmin'] },
  getPurgeHistory: { allowed: ['sysadmin', 'systemRobot'] },
  getPurgeJob: { allowed: ['sysadmin', 'systemRobot'], input: { path: { purge_id: 999_999 } } },
  stopPurge: { allowed: ['sysadmin', 'systemRobot'], input: { path: { purge_id: 999_999 } } },
  getPurgeJobLog: { allowed: ['sysadmin', 'systemRobot'], input: { path: { purge_id: 999_999 } } },
  getPurgeSchedule: { allowed: ['sysadmin', 'systemRobot'] },
  createPurgeSchedule: { allowed: ['sysadmin', 'systemRobot'], input: { body: {} } },
  updatePurgeSchedule: { allowed: ['sysadmin', 'systemRobot'], input: { body: {} } },
  listSchedules: { allowed: ['sysadmin', 'systemRobot'] },
  getSchedulePaused: { allowed: ['sysadmin', 'systemRobot'], input: { path: { job_type: 'all' } } },
  listRegistryWalks: { allowed: ['sysadmin'] },
  startRegistryWalk: { allowed: ['sysadmin'], input: { body: { kind: 'plan', projects: ['NOT VALID'] } } },
  getRegistryWalk: { allowed: ['sysadmin'], input: walk },
  stopRegistryWalk: { allowed: ['sysadmin'], input: walk },
  resumeRegistryWalk: { allowed: ['sysadmin'], input: walk },
  listRegistryFindings: { allowed: ['sysadmin'], input: walk },
  listRegistryProposals: { allowed: ['sysadmin'], input: walk },
  setCliSecret: { allowed: ['sysadmin'], input: { ...user, body: { secret: 'weak' } } },
  // To people from elsewhere it says by 412 that they have none.
  createCliSecret: { allowed: people },
  listMyAccessTokens: { allowed: people },
  createMyAccessToken: { allowed: people, input: { body: { name: '', scopes: ['pull'] } } },
  deleteMyAccessToken: { allowed: people, input: { path: { token_id: 999_999 } } },
  listAccessTokens: { allowed: ['sysadmin'], input: user },
  deleteAccessToken: { allowed: ['sysadmin'], input: { path: { ...user.path, token_id: 999_999 } } },
  getMySecondFactor: { allowed: people },
  beginMySecondFactor: { allowed: people, input: { body: { password: PASSWORD } } },
  confirmMySecondFactor: { allowed: people, input: { body: { code: '' } } },
  renewMyRecoveryCodes: { allowed: people, input: { body: { password: PASSWORD, code: '' } } },
  disableMySecondFactor: { allowed: people, input: { body: { password: PASSWORD, code: '' } } },
  getSecondFactor: { allowed: ['sysadmin'], input: user },
  resetSecondFactor: { allowed: ['sysadmin'], input: user },
  listMyNotices: { allowed: people },
  countMyUnreadNotices: { allowed: people },
  markMyNoticesRead: { allowed: people, input: { body: { up_to_id: 0 } } },
  getMyNoticePreferences: { allowed: people },
  updateMyNoticePreferences: { allowed: people, input: { body: {} } },
  sendTestMail: { allowed: ['sysadmin'], input: { body: { to: 'x' } } },
  listMySessions: { allowed: people },
  deleteMySessions: { allowed: people },
  deleteMySession: { allowed: people, input: { path: { session_id: 'none' } } },
  listSessions: { allowed: ['sysadmin'], input: user },
  deleteSessions: { allowed: ['sysadmin'], input: user },
  deleteSession: { allowed: ['sysadmin'], input: { path: { ...user.path, session_id: 'none' } } },
  updateUserPassword: { allowed: ['sysadmin'], input: { ...user, body: { new_password: 'An0therOne' } } },
}

let database: TestDatabase
let api: TestApi

beforeAll(async () => {
  database = await testDatabase()
  api = await openTestApi(database.url)
  await api.addUser('sysadmin', { sysadmin: true })
  await api.addUser('outsider')
  await api.addUser('limitedMember')
  for (const name of ['closed', 'open']) {
    const id = await api.addProject(name, { public: name === 'open', members: ROLES })
    await addImage(id, `${name}/app`)
    const limited = { roleId: roleIds.maintainer, username: 'limitedMember', repositories: ['*'] }
    await createMember(api.core, SYSTEM, { id }, limited)
  }
  await addRobots()
  await database.db.prisma.label.create({ data: { space: 0, name: 'global' } })
})
afterAll(async () => {
  await api.close()
  await database.drop()
})

async function addImage(projectId: number, name: string): Promise<void> {
  const { prisma } = database.db
  const { id: repositoryId } = await prisma.repository.create({ data: { projectId, name } })
  const { id: artifactId } = await prisma.artifact.create({
    data: {
      projectId,
      repositoryId,
      digest: artifact.reference,
      type: 'IMAGE',
      mediaType: 'application/vnd.oci.image.config.v1+json',
      manifestMediaType: 'application/vnd.oci.image.manifest.v1+json',
      manifestSizeBytes: 1,
      sizeBytes: 1n,
      annotations: {},
      extraAttrs: {},
    },
  })
  await prisma.tag.create({ data: { repositoryId, artifactId, name: 'v1' } })
}

async function addRobots(): Promise<void> {
  const common = { secret: PASSWORD, durationDays: 1 }
  const inProject = (namespace: string, access = grantableInProjects) => ({
    kind: 'project',
    namespace,
    access,
  })
  const systemWide = { kind: 'system', namespace: '/', access: grantableInSystem }
  const add = async (input: Parameters<typeof createRobot>[2]) =>
    (await createRobot(api.core, SYSTEM, { ...common, ...input })).robot.id
  for (const project of ['closed', 'open'])
    await add({ level: 'project', name: 'robot', permissions: [inProject(project)] })
  const machine = [systemWide, inProject('*', looking)]
  robotIds.machine = await add({ level: 'system', name: 'machine', permissions: machine })
  await api.addProject('elsewhere')
  await add({ level: 'system', name: 'bare', permissions: [inProject('elsewhere')] })
  for (const name of ['spare-1', 'spare-2'])
    robotIds.spare.push(await add({ level: 'system', name, permissions: [systemWide] }))
}

const usernameOf = (who: Who, project: string): string | undefined =>
  who === 'anonymous'
    ? undefined
    : who === 'projectRobot'
      ? `robot$${project}+robot`
      : (({ systemRobot: 'robot$machine', bareRobot: 'robot$bare' } as Partial<Record<Who, string>>)[who] ??
        who)

/** How the answer must look: a refusal is 401 for nobody and 403 for somebody; anything else means allowed. */
async function verdict(
  who: Who,
  op: OperationId,
  input: CallInput<OperationId>,
  project = 'closed',
  hidden = false,
): Promise<string> {
  const { status } = await api.call(usernameOf(who, project), op, input)
  if (status === 401 || status === 403 || (hidden && status === 404)) return `${status}`
  expect(status, `${op} as ${who}`).toBeLessThan(500)
  return 'allowed'
}
const refusal = (who: Who) => (who === 'anonymous' ? '401' : '403')

const ops = Object.keys(operations) as OperationId[]

describe.each(['closed', 'open'])('in the project %s', (project) => {
  it.each(ops.filter((op) => 'resource' in rows[op]))('%s follows the table', async (op) => {
    const { resource, action, input } = rows[op] as InProject
    const cells = projectMatrix[resource]
    const verdicts: Record<string, string> = {}
    const expected: Record<string, string> = {}
    for (const who of everybody) {
      const columns: Column[] = [
        ...(ROLES.includes(who as never) ? [who as Column] : []),
        ...(project === 'open' ? (['anyone'] as const) : []),
      ]
      const allowed =
        who === 'sysadmin' ||
        listed(who, resource, action) ||
        // A maintainer limited to all that has a name of one part: what reaches every repository is not theirs.
        (who === 'limitedMember' && cells.maintainer.has(action) && !crossesRepositories(resource, action)) ||
        columns.some((column) => cells[column].has(action))
      expected[who] = allowed ? 'allowed' : refusal(who)
      const { path, ...rest } = input?.(allowed) ?? {}
      const where = { project_name_or_id: project, project_name: project, ...path }
      verdicts[who] = await verdict(who, op, { ...rest, path: where }, project)
    }
    expect(verdicts).toEqual(expected)
  })
})

describe('outside projects', () => {
  it.each(ops.filter((op) => 'allowed' in rows[op]))('%s is for those it is meant for', async (op) => {
    const { allowed, input = {}, hiddenFrom = [] } = rows[op] as InSystem
    const verdicts: Record<string, string> = {}
    for (const who of everybody) {
      const sent = typeof input === 'function' ? input(allowed.includes(who)) : input
      verdicts[who] = await verdict(who, op, sent, 'closed', hiddenFrom.includes(who))
    }
    expect(verdicts).toEqual(
      Object.fromEntries(
        everybody.map((who) => [
          who,
          allowed.includes(who) ? 'allowed' : hiddenFrom.includes(who) ? '404' : refusal(who),
        ]),
      ),
    )
  })
})

it('has changed nothing on the way', async () => {
  const [members] = await database.db.query('SELECT count(*) AS n FROM members', [])
  const [others] = await database.db.query('SELECT count(*) AS n FROM users WHERE sysadmin = TRUE', [])
  const [labels] = await database.db.query('SELECT count(*) AS n FROM labels', [])
  const images = await database.db.query('SELECT id FROM tags', [])
  expect([members, others, images.length, labels]).toEqual([{ n: 12 }, { n: 1 }, 2, { n: 1 }])
})
