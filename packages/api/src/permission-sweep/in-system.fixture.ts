import type { OperationId } from '@berth/contract'
import type { Action, SystemResource } from '@berth/core/authorization'
import { type CallInput, PASSWORD } from '../api.fixture.ts'
import { signedIn, type Who } from './everybody.fixture.ts'
import type { inProjects } from './in-projects.fixture.ts'
import { ofRegistries } from './of-registries.fixture.ts'
import type { RobotIds } from './world.fixture.ts'

interface Call {
  /** What to send. Those who may get something harmless, as in projects. */
  input?: CallInput<OperationId> | ((allowed: boolean, robots: RobotIds) => CallInput<OperationId>)
}
/** An operation that a cell of `systemMatrix` opens. */
export interface InSystem extends Call {
  resource: SystemResource
  action: Action
  /** Concerns how people prove who they are, or how far they reach: no robot does it, whatever its list holds. */
  inPerson?: true
  /** To whom the thing looks as if it were not there. */
  hiddenFrom?: readonly Who[]
}
/** An operation that no table decides: what it shows or changes is the caller's own, or for all. */
export interface Open extends Call {
  open: 'everybody' | 'signedIn' | 'people' | readonly Who[]
}

const user = { path: { user_id: 999_999 } }
const group = { path: { group_id: 999_999 } }
const quota = { path: { id: 999_999 } }
const trust = { identity_trust_id: 999_999 }
const destination = { input: { path: { audit_destination_id: 999_999 } } }
const walk = { path: { walk_id: 999_999 } }
const strangersToRobots = signedIn.filter((who) => who !== 'sysadmin' && who !== 'systemRobot')

/** A new operation does not compile until it has its line, here or in projects. */
export const inSystem: Record<Exclude<OperationId, keyof typeof inProjects>, InSystem | Open> = {
  listSystemIdentityTrusts: { resource: 'identity-trust', action: 'list' },
  createSystemIdentityTrust: { resource: 'identity-trust', action: 'create', input: { body: {} } },
  getSystemIdentityTrust: { resource: 'identity-trust', action: 'read', input: { path: trust } },
  updateSystemIdentityTrust: {
    resource: 'identity-trust',
    action: 'update',
    input: { path: trust, body: {} },
  },
  deleteSystemIdentityTrust: { resource: 'identity-trust', action: 'delete', input: { path: trust } },

  // Robots of the system; those of projects stand in robots.db.test.ts.
  ListRobot: { resource: 'robot', action: 'list' },
  CreateRobot: { resource: 'robot', action: 'create', input: { body: { level: 'system' } } },
  GetRobotByID: {
    resource: 'robot',
    action: 'read',
    hiddenFrom: strangersToRobots,
    input: (_, { machine }) => ({ path: { robot_id: machine } }),
  },
  UpdateRobot: {
    resource: 'robot',
    action: 'update',
    hiddenFrom: strangersToRobots,
    input: (_, { machine }) => ({ path: { robot_id: machine }, body: {} }),
  },
  RefreshSec: {
    resource: 'robot',
    action: 'update',
    hiddenFrom: strangersToRobots,
    input: (_, { machine }) => ({ path: { robot_id: machine }, body: { secret: 'weak' } }),
  },
  DeleteRobot: {
    resource: 'robot',
    action: 'delete',
    hiddenFrom: strangersToRobots,
    input: (allowed, { machine, spare }) => ({ path: { robot_id: allowed ? spare.pop()! : machine } }),
  },

  getHealth: { open: 'everybody' },
  getPing: { open: 'everybody' },
  getOpenapi: { open: 'everybody' },
  getSystemInfo: { open: 'everybody' },
  listProjects: { open: 'everybody' },
  headProject: { open: 'everybody', input: { query: { project_name: 'closed' } } },
  listAllRepositories: { open: 'everybody' },
  search: { open: 'everybody', input: { query: { q: 'app' } } },
  searchEverything: { open: 'everybody', input: { query: { q: 'app' } } },
  listEventFailures: { resource: 'event-failure', action: 'list' },
  retryEventFailure: {
    resource: 'event-failure',
    action: 'update',
    input: { path: { event_failure_id: 0 } },
  },
  discardEventFailure: {
    resource: 'event-failure',
    action: 'delete',
    input: { path: { event_failure_id: 0 } },
  },
  ...ofRegistries,
  listRegistryEvents: { resource: 'registry-event', action: 'list' },
  retryRegistryEvent: { resource: 'registry-event', action: 'update', input: { path: { event_id: 0 } } },
  getStatistic: { resource: 'statistics', action: 'read' },
  getActivity: { resource: 'statistics', action: 'read' },
  listMostUsed: { resource: 'statistics', action: 'read' },
  getStorageHistory: { resource: 'statistics', action: 'read' },
  // Global labels; those of projects stand in labels.db.test.ts.
  ListLabels: { resource: 'label', action: 'list' },
  GetLabelByID: { resource: 'label', action: 'read', input: { path: { label_id: 1 } } },
  CreateLabel: { resource: 'label', action: 'create', input: { body: { name: '' } } },
  UpdateLabel: { resource: 'label', action: 'update', input: { path: { label_id: 1 }, body: { name: '' } } },
  DeleteLabel: {
    resource: 'label',
    action: 'delete',
    input: (allowed) => ({ path: { label_id: allowed ? 999_999 : 1 } }),
  },
  // Those who may read no project's log get an empty list.
  listAuditLogs: { open: 'signedIn' },
  listAuditLogExts: { open: 'signedIn' },
  listAuditDestinations: { resource: 'audit-destination', action: 'list' },
  createAuditDestination: {
    resource: 'audit-destination',
    action: 'create',
    input: { body: { name: '', kind: 'http', address: 'nowhere' } },
  },
  getAuditDestination: { resource: 'audit-destination', action: 'read', ...destination },
  updateAuditDestination: {
    resource: 'audit-destination',
    action: 'update',
    input: { path: { audit_destination_id: 999_999 }, body: { name: 'x', kind: 'http', address: 'nowhere' } },
  },
  deleteAuditDestination: { resource: 'audit-destination', action: 'delete', ...destination },
  testAuditDestination: { resource: 'audit-destination', action: 'update', ...destination },
  exportAuditLogExts: { open: 'signedIn' },
  followAuditLogExts: { open: 'signedIn' },
  listActivities: { open: 'signedIn' },
  followActivities: { open: 'signedIn' },
  listAuditLogEventTypes: { open: 'signedIn' },
  getConfigurations: { resource: 'configuration', action: 'read' },
  updateConfigurations: {
    resource: 'configuration',
    action: 'update',
    input: { body: { auth_mode: 'NOT VALID' } },
  },
  pingOIDC: { resource: 'configuration', action: 'update', input: { body: { url: 'NOT VALID' } } },
  pingLdap: { resource: 'configuration', action: 'update' },
  checkLdap: { resource: 'configuration', action: 'update' },
  searchLdapUser: { resource: 'ldap-user', action: 'list' },
  importLdapUser: {
    resource: 'ldap-user',
    action: 'create',
    input: { body: { ldap_uid_list: ['somebody'] } },
  },
  searchLdapGroup: { resource: 'ldap-user', action: 'list' },
  listHeldLdapUsers: { resource: 'ldap-user', action: 'list' },
  endHeldLdapUsers: {
    resource: 'ldap-user',
    action: 'update',
    inPerson: true,
    input: { body: { held_up_to: '2020-01-01T00:00:00Z' } },
  },
  keepHeldLdapUsers: {
    resource: 'ldap-user',
    action: 'update',
    inPerson: true,
    input: { body: { held_up_to: '2020-01-01T00:00:00Z' } },
  },
  createProject: { resource: 'project', action: 'create', input: { body: { project_name: 'NOT VALID' } } },
  listUserGroups: { resource: 'user-group', action: 'list' },
  searchUserGroups: { resource: 'user-group-search', action: 'list', input: { query: { groupname: 'ops' } } },
  createUserGroup: { resource: 'user-group', action: 'create', input: { body: { group_type: 2 } } },
  getUserGroup: { resource: 'user-group', action: 'read', input: group },
  updateUserGroup: {
    resource: 'user-group',
    action: 'update',
    input: { ...group, body: { group_name: 'x' } },
  },
  deleteUserGroup: { resource: 'user-group', action: 'delete', input: group },
  searchUsers: { resource: 'user-search', action: 'list', input: { query: { username: 'guest' } } },
  // Robots learn by 412 that they are no people.
  getCurrentUserInfo: { open: 'signedIn' },
  getCurrentUserPermissions: { open: 'signedIn' },
  getPermissions: { open: ['projectAdmin', 'sysadmin'] },
  listUsers: { resource: 'user', action: 'list' },
  createUser: { resource: 'user', action: 'create', input: { body: { username: 'x', password: 'weak' } } },
  getUser: { resource: 'user', action: 'read', input: user },
  updateUserProfile: { resource: 'user', action: 'update', input: { ...user, body: { realname: 'x' } } },
  deleteUser: { resource: 'user', action: 'delete', input: user },
  setUserSysAdmin: {
    resource: 'user',
    action: 'update',
    inPerson: true,
    input: { ...user, body: { sysadmin_flag: true } },
  },
  setUserDisabled: {
    resource: 'user',
    action: 'update',
    inPerson: true,
    input: { ...user, body: { disabled: true } },
  },
  listQuotas: { resource: 'quota', action: 'list' },
  getQuota: { resource: 'quota', action: 'read', input: quota },
  updateQuota: { resource: 'quota', action: 'update', input: { ...quota, body: { hard: { storage: 1 } } } },
  recalculateQuota: { resource: 'quota', action: 'update', input: quota },
  getAuditLogHead: { resource: 'audit-log', action: 'read' },
  verifyAuditLog: { resource: 'audit-log', action: 'read' },
  getPurgeHistory: { resource: 'purge-audit', action: 'list' },
  getPurgeJob: { resource: 'purge-audit', action: 'read', input: { path: { purge_id: 999_999 } } },
  stopPurge: { resource: 'purge-audit', action: 'stop', input: { path: { purge_id: 999_999 } } },
  getPurgeJobLog: { resource: 'purge-audit', action: 'read', input: { path: { purge_id: 999_999 } } },
  getPurgeSchedule: { resource: 'purge-audit', action: 'read' },
  createPurgeSchedule: { resource: 'purge-audit', action: 'create', input: { body: {} } },
  updatePurgeSchedule: { resource: 'purge-audit', action: 'update', input: { body: {} } },
  listSchedules: { resource: 'jobservice-monitor', action: 'list' },
  getSchedulePaused: { resource: 'jobservice-monitor', action: 'list', input: { path: { job_type: 'all' } } },
  listJobQueues: { resource: 'jobservice-monitor', action: 'list' },
  actionPendingJobs: {
    resource: 'jobservice-monitor',
    action: 'stop',
    input: { path: { job_type: 'NONE' }, body: { action: 'pause' } },
  },
  getWorkerPools: { resource: 'jobservice-monitor', action: 'list' },
  getWorkers: { resource: 'jobservice-monitor', action: 'list', input: { path: { pool_id: 'none' } } },
  stopRunningJob: { resource: 'jobservice-monitor', action: 'stop', input: { path: { job_id: '999999' } } },
  actionGetJobLog: { resource: 'jobservice-monitor', action: 'list', input: { path: { job_id: '999999' } } },
  listRegistryWalks: { resource: 'registry-walk', action: 'list' },
  startRegistryWalk: {
    resource: 'registry-walk',
    action: 'create',
    input: { body: { kind: 'plan', projects: ['NOT VALID'] } },
  },
  getRegistryWalk: { resource: 'registry-walk', action: 'read', input: walk },
  stopRegistryWalk: { resource: 'registry-walk', action: 'stop', input: walk },
  resumeRegistryWalk: { resource: 'registry-walk', action: 'operate', input: walk },
  listRegistryFindings: { resource: 'registry-walk', action: 'read', input: walk },
  listRegistryProposals: { resource: 'registry-walk', action: 'read', input: walk },
  setCliSecret: {
    resource: 'user',
    action: 'update',
    inPerson: true,
    input: { ...user, body: { secret: 'weak' } },
  },
  // To people from elsewhere it says by 412 that they have none.
  createCliSecret: { open: 'people' },
  listMyAccessTokens: { open: 'people' },
  createMyAccessToken: { open: 'people', input: { body: { name: '', scopes: ['pull'] } } },
  deleteMyAccessToken: { open: 'people', input: { path: { token_id: 999_999 } } },
  listAccessTokens: { resource: 'user', action: 'read', inPerson: true, input: user },
  deleteAccessToken: {
    resource: 'user',
    action: 'update',
    inPerson: true,
    input: { path: { ...user.path, token_id: 999_999 } },
  },
  getMySecondFactor: { open: 'people' },
  beginMySecondFactor: { open: 'people', input: { body: { password: PASSWORD } } },
  confirmMySecondFactor: { open: 'people', input: { body: { code: '' } } },
  renewMyRecoveryCodes: { open: 'people', input: { body: { password: PASSWORD, code: '' } } },
  disableMySecondFactor: { open: 'people', input: { body: { password: PASSWORD, code: '' } } },
  getSecondFactor: { resource: 'user', action: 'read', inPerson: true, input: user },
  resetSecondFactor: { resource: 'user', action: 'update', inPerson: true, input: user },
  listMyNotices: { open: 'people' },
  countMyUnreadNotices: { open: 'people' },
  markMyNoticesRead: { open: 'people', input: { body: { up_to_id: 0 } } },
  getMyNoticePreferences: { open: 'people' },
  updateMyNoticePreferences: { open: 'people', input: { body: {} } },
  sendTestMail: { resource: 'configuration', action: 'update', input: { body: { to: 'x' } } },
  listMySessions: { open: 'people' },
  deleteMySessions: { open: 'people' },
  deleteMySession: { open: 'people', input: { path: { session_id: 'none' } } },
  listSessions: { resource: 'user', action: 'read', inPerson: true, input: user },
  deleteSessions: { resource: 'user', action: 'update', inPerson: true, input: user },
  deleteSession: {
    resource: 'user',
    action: 'update',
    inPerson: true,
    input: { path: { ...user.path, session_id: 'none' } },
  },
  updateUserPassword: {
    resource: 'user',
    action: 'update',
    inPerson: true,
    input: { ...user, body: { new_password: 'An0therOne' } },
  },
}
