import { type OperationId, operations } from '@berth/contract'
import { type Action, type Column, type ProjectResource, projectMatrix } from '@berth/core/authorization'
import { type TestDatabase, testDatabase } from '@berth/testing'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type CallInput, openTestApi, ROLES, type TestApi } from './api.fixture.ts'

// Every operation as everybody, in a private and in a public project, against the one table. A new operation does not
// compile until it has a line here.

type Who = 'anonymous' | 'outsider' | 'sysadmin' | (typeof ROLES)[number]
const everybody: Who[] = ['anonymous', 'outsider', ...ROLES, 'sysadmin']
const signedIn = everybody.filter((who) => who !== 'anonymous')

interface InProject {
  resource: ProjectResource
  action: Action
  /** What to send. Those who may get something harmless: an input that ends in 404, 409 or 412. */
  input?(allowed: boolean): CallInput<OperationId>
}
interface InSystem {
  allowed: readonly Who[]
  input?: CallInput<OperationId> | ((allowed: boolean) => CallInput<OperationId>)
}

const repository = { repository_name: 'app' }
const artifact = { ...repository, reference: 'sha256:'.padEnd(71, 'a') }
const missing = { repository_name: 'missing' }
const missingArtifact = { ...missing, reference: artifact.reference }
const user = { path: { user_id: 999_999 } }
const quota = { path: { id: 999_999 } }
const walk = { path: { walk_id: 999_999 } }

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

  getProjectStorage: { resource: 'quota', action: 'read' },
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
  getStatistic: { allowed: signedIn },
  // Global labels; those of projects stand in labels.db.test.ts.
  ListLabels: { allowed: signedIn },
  GetLabelByID: { allowed: signedIn, input: { path: { label_id: 1 } } },
  CreateLabel: { allowed: ['sysadmin'], input: { body: { name: '' } } },
  UpdateLabel: { allowed: ['sysadmin'], input: { path: { label_id: 1 }, body: { name: '' } } },
  DeleteLabel: { allowed: ['sysadmin'], input: (allowed) => ({ path: { label_id: allowed ? 999_999 : 1 } }) },
  getConfigurations: { allowed: ['sysadmin'] },
  updateConfigurations: { allowed: ['sysadmin'], input: { body: { auth_mode: 'ldap_auth' } } },
  createProject: { allowed: signedIn, input: { body: { project_name: 'NOT VALID' } } },
  searchUsers: { allowed: signedIn, input: { query: { username: 'guest' } } },
  getCurrentUserInfo: { allowed: signedIn },
  getCurrentUserPermissions: { allowed: signedIn },
  getPermissions: { allowed: ['projectAdmin', 'sysadmin'] },
  listUsers: { allowed: ['sysadmin'] },
  createUser: { allowed: ['sysadmin'], input: { body: { username: 'x', password: 'weak' } } },
  getUser: { allowed: ['sysadmin'], input: user },
  updateUserProfile: { allowed: ['sysadmin'], input: { ...user, body: { realname: 'x' } } },
  deleteUser: { allowed: ['sysadmin'], input: user },
  setUserSysAdmin: { allowed: ['sysadmin'], input: { ...user, body: { sysadmin_flag: true } } },
  setUserDisabled: { allowed: ['sysadmin'], input: { ...user, body: { disabled: true } } },
  listQuotas: { allowed: ['sysadmin'] },
  getQuota: { allowed: ['sysadmin'], input: quota },
  updateQuota: { allowed: ['sysadmin'], input: { ...quota, body: { hard: { storage: 1 } } } },
  recalculateQuota: { allowed: ['sysadmin'], input: quota },
  listRegistryWalks: { allowed: ['sysadmin'] },
  startRegistryWalk: { allowed: ['sysadmin'], input: { body: { kind: 'plan', projects: ['NOT VALID'] } } },
  getRegistryWalk: { allowed: ['sysadmin'], input: walk },
  stopRegistryWalk: { allowed: ['sysadmin'], input: walk },
  resumeRegistryWalk: { allowed: ['sysadmin'], input: walk },
  listRegistryFindings: { allowed: ['sysadmin'], input: walk },
  listRegistryProposals: { allowed: ['sysadmin'], input: walk },
  updateUserPassword: { allowed: ['sysadmin'], input: { ...user, body: { new_password: 'An0therOne' } } },
}

let database: TestDatabase
let api: TestApi

beforeAll(async () => {
  database = await testDatabase()
  api = await openTestApi(database.url)
  await api.addUser('sysadmin', { sysadmin: true })
  await api.addUser('outsider')
  for (const name of ['closed', 'open']) {
    const id = await api.addProject(name, { public: name === 'open', members: ROLES })
    await addImage(id, `${name}/app`)
  }
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

/** How the answer must look: a refusal is 401 for nobody and 403 for somebody; anything else means allowed. */
async function verdict(who: Who, op: OperationId, input: CallInput<OperationId>): Promise<string> {
  const { status } = await api.call(who === 'anonymous' ? undefined : who, op, input)
  if (status === 401 || status === 403) return `${status}`
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
      const allowed = who === 'sysadmin' || columns.some((column) => cells[column].has(action))
      expected[who] = allowed ? 'allowed' : refusal(who)
      const { path, ...rest } = input?.(allowed) ?? {}
      const where = { project_name_or_id: project, project_name: project, ...path }
      verdicts[who] = await verdict(who, op, { ...rest, path: where })
    }
    expect(verdicts).toEqual(expected)
  })
})

describe('outside projects', () => {
  it.each(ops.filter((op) => 'allowed' in rows[op]))('%s is for those it is meant for', async (op) => {
    const { allowed, input = {} } = rows[op] as InSystem
    const verdicts: Record<string, string> = {}
    for (const who of everybody) {
      const sent = typeof input === 'function' ? input(allowed.includes(who)) : input
      verdicts[who] = await verdict(who, op, sent)
    }
    expect(verdicts).toEqual(
      Object.fromEntries(everybody.map((who) => [who, allowed.includes(who) ? 'allowed' : refusal(who)])),
    )
  })
})

it('has changed nothing on the way', async () => {
  const [members] = await database.db.query('SELECT count(*) AS n FROM members', [])
  const [others] = await database.db.query('SELECT count(*) AS n FROM users WHERE sysadmin = TRUE', [])
  const [labels] = await database.db.query('SELECT count(*) AS n FROM labels', [])
  const images = await database.db.query('SELECT id FROM tags', [])
  expect([members, others, images.length, labels]).toEqual([{ n: 10 }, { n: 1 }, 2, { n: 1 }])
})
