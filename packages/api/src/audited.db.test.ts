import { readFile } from 'node:fs/promises'
import { type OperationId, operations } from '@berth/contract'
import { SYSTEM, type UserActor } from '@berth/core'
import { addLabel } from '@berth/core/artifacts'
import { createLabel } from '@berth/core/labels'
import { codeAt, stepAt } from '@berth/core/second-factors'
import { signIn } from '@berth/core/sessions'
import { createTag } from '@berth/core/tags'
import { type FakeDirectory, sampleEntries, startFakeDirectory } from '@berth/ldap-client/fake'
import { image, openShop, push, type Shop, type TestDatabase, testDatabase } from '@berth/testing'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type CallInput, openTestApi, PASSWORD, type TestApi } from './api.fixture.ts'
import { audited, type Unsafe } from './audited.ts'

// Every operation that changes something, once: the line that it leaves is the one that the table names. A new
// operation does not compile until it has a story here.

let database: TestDatabase
let shop: Shop
let directory: FakeDirectory
let api: TestApi
let clockMs = Date.now()
let count = 0

beforeAll(async () => {
  database = await testDatabase()
  shop = await openShop(database.url, 2)
  directory = await startFakeDirectory({ entries: sampleEntries() })
  const { registryUrl, registryCredentials } = shop.core.settings
  api = await openTestApi(database.url, { now: () => clockMs, registryUrl, registryCredentials })
  await api.addUser('root', { sysadmin: true })
  await api.addProject('team', { members: ['projectAdmin', 'guest'] })
  await api.addProject('empty', { members: ['projectAdmin'] })
})
afterAll(async () => {
  await api.close()
  await Promise.all([shop.close(), directory.close()])
  await database.drop()
})

type Input = CallInput<OperationId>
/** Makes what the operation needs, and says how it is called. `session`: as the person of that session, else as root. */
type Story = () => Promise<Input & { session?: string }> | (Input & { session?: string })
/** Where the line is proven instead, with servers that stand there. */
type Elsewhere = { provenBy: string }

const team = { project_name_or_id: 'team' }
const idOf = (answer: { status: number; text: string; headers: Record<string, string> }): number => {
  expect(answer.status, answer.text).toBe(201)
  return Number(answer.headers.location!.split('/').at(-1))
}
const person = (): Promise<UserActor> => api.addUser(`person-${++count}`)
const session = async (username: string, code?: string): Promise<string> =>
  (
    await signIn(api.core, {
      username,
      password: PASSWORD,
      address: '',
      userAgent: '',
      ...(code && { code }),
    })
  ).secret
/** An artifact with a tag, as clients push them. */
async function artifact(tag = 'v1') {
  const repository = `app-${++count}`
  const pushed = image(repository)
  await push(api.core, `team/${repository}`, pushed, tag)
  return {
    path: { project_name: 'team', repository_name: repository, reference: pushed.digest as string },
    name: `team/${repository}`,
  }
}
const label = () => createLabel(api.core, SYSTEM, { projectId: null, name: `label-${++count}` })
const robot = async (level: 'project' | 'system'): Promise<number> => {
  const permissions = [
    { kind: 'project', namespace: 'team', access: [{ resource: 'repository', action: 'pull' }] },
  ]
  const body = { name: `robot-${++count}`, level, duration: 5, permissions }
  return (await api.call('root', 'CreateRobot', { body: body as never })).data.id!
}
const trustOf = async (level: 'project' | 'system') => ({
  name: `trust-${++count}`,
  issuer: 'https://ci.example.com',
  claims: { sub: `job-${count}` },
  robot_id: await robot(level),
})
const rule = () => ({
  tag_selectors: [{ kind: 'doublestar', decoration: 'matches', pattern: `v${++count}` }],
  scope_selectors: {
    repository: [{ kind: 'doublestar', decoration: 'repoMatches', pattern: '**' }],
  },
})
const ruleId = async () =>
  idOf(await api.call('root', 'CreateImmuRule', { path: team, body: rule() as never }))
const member = async () =>
  idOf(
    await api.call('root', 'createProjectMember', {
      path: team,
      body: { role_id: 3, member_user: { username: (await person()).username } },
    }),
  )
const groupId = async () =>
  idOf(await api.call('root', 'createUserGroup', { body: { group_name: `group-${++count}`, group_type: 3 } }))
const quotaId = async () => (await api.call('root', 'listQuotas')).data[0]!.id!
const walkId = async () =>
  idOf(await api.call('root', 'startRegistryWalk', { body: { kind: 'plan' } as never }))
const endWalks = () => database.db.prisma.registryWalk.deleteMany()
const tokenId = async (as: string) =>
  (await api.call(as, 'createMyAccessToken', { body: { name: `token-${++count}`, scopes: ['pull'] } })).data
    .id!
const codeOf = (secret: string) => {
  // A code opens nothing twice.
  clockMs += 60_000
  return codeAt(secret, stepAt(clockMs))
}
/** Somebody with a second factor, in the session that switched it on. */
async function withFactor() {
  const { id, username } = await person()
  const at = await session(username)
  const { secret } = (
    await api.call(undefined, 'beginMySecondFactor', {
      ...(await inSession(at)),
      body: { password: PASSWORD },
    })
  ).data as { secret: string }
  const confirmed = await api.call(undefined, 'confirmMySecondFactor', {
    ...(await inSession(at)),
    body: { code: codeOf(secret) },
  })
  expect(confirmed.status, confirmed.text).toBe(200)
  return { id, at, secret }
}
async function inSession(secret: string) {
  const cookie = `sid=${secret}`
  const { headers } = await api.raw('GET', '/api/v2.0/ping', { cookie })
  return { headers: { cookie, 'x-harbor-csrf-token': headers['x-harbor-csrf-token']! } }
}
const listedSession = async (username: string) => {
  const at = await session(username)
  const list = await api.call(undefined, 'listMySessions', await inSession(at))
  return { at, id: (list.data as { id: string }[])[0]!.id }
}

const stories: Readonly<Record<Unsafe, Story | Elsewhere>> = {
  createMyAccessToken: () => ({ body: { name: 'laptop', scopes: ['pull'] } }),
  deleteMyAccessToken: async () => ({ path: { token_id: await tokenId('root') } }),
  deleteAccessToken: async () => {
    const { id, username } = await person()
    return { path: { user_id: id, token_id: await tokenId(username) } }
  },
  CopyArtifact: async () => {
    const { name, path } = await artifact()
    return {
      path: { project_name: 'team', repository_name: `copy-${++count}` },
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
  pingLdap: () => ({ body: { ldap_url: directory.url } }),
  checkLdap: () => ({ body: {} }),
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
  createIdentityTrust: async () => ({ path: team, body: await trustOf('project') }),
  updateIdentityTrust: async () => {
    const made = await api.call('root', 'createIdentityTrust', { path: team, body: await trustOf('project') })
    return { path: { ...team, identity_trust_id: idOf(made) }, body: { name: `renamed-${++count}` } }
  },
  deleteIdentityTrust: async () => {
    const made = await api.call('root', 'createIdentityTrust', { path: team, body: await trustOf('project') })
    return { path: { ...team, identity_trust_id: idOf(made) } }
  },
  createSystemIdentityTrust: async () => ({ body: await trustOf('system') }),
  updateSystemIdentityTrust: async () => {
    const made = await api.call('root', 'createSystemIdentityTrust', { body: await trustOf('system') })
    return { path: { identity_trust_id: idOf(made) }, body: { name: `renamed-${++count}` } }
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
  CreateLabel: () => ({ body: { name: `label-${++count}`, scope: 'g' } }),
  UpdateLabel: async () => ({
    path: { label_id: await label() },
    body: { name: `renamed-${++count}`, scope: 'g' },
  }),
  DeleteLabel: async () => ({ path: { label_id: await label() } }),
  createProjectMember: async () => ({
    path: team,
    body: { role_id: 3, member_user: { username: (await person()).username } },
  }),
  updateProjectMember: async () => ({ path: { ...team, mid: await member() }, body: { role_id: 2 } }),
  deleteProjectMember: async () => ({ path: { ...team, mid: await member() } }),
  pingOIDC: () => ({ body: { url: 'https://127.0.0.1:9' } }),
  setCliSecret: { provenBy: '../../core/src/oidc-accounts/oidc-accounts.db.test.ts' },
  createCliSecret: { provenBy: '../../core/src/oidc-accounts/oidc-accounts.db.test.ts' },
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
  createProject: () => ({ body: { project_name: `made-${++count}` } }),
  updateProject: () => ({ path: team, body: { metadata: { public: 'true' } } }),
  deleteProject: async () => {
    const name = `gone-${++count}`
    await api.addProject(name)
    return { path: { project_name_or_id: name } }
  },
  updateQuota: async () => ({ path: { id: await quotaId() }, body: { hard: { storage: 10_000 + ++count } } }),
  recalculateQuota: async () => ({ path: { id: await quotaId() } }),
  retryRegistryEvent: async () => {
    const event = { eventId: `event-${++count}`, action: 'push', repository: 'team/app', at: new Date() }
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
      name: `robot-${++count}`,
      level: 'project',
      duration: 5,
      permissions: [
        { kind: 'project', namespace: 'team', access: [{ resource: 'repository', action: 'pull' }] },
      ],
    } as never,
  }),
  UpdateRobot: async () => ({ path: { robot_id: await robot('project') }, body: { disable: true } as never }),
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
  createUserGroup: () => ({ body: { group_name: `group-${++count}`, group_type: 3 } }),
  updateUserGroup: async () => {
    const name = `directory-${++count}`
    const group = { group_name: name, group_type: 1, ldap_group_dn: `cn=${name},dc=example,dc=com` }
    const made = await api.call('root', 'createUserGroup', { body: group })
    return { path: { group_id: idOf(made) }, body: { ...group, group_name: `renamed-${count}` } }
  },
  deleteUserGroup: async () => ({ path: { group_id: await groupId() } }),
  createUser: () => ({
    body: { username: `made-${++count}`, password: PASSWORD, email: `m${count}@e.example`, realname: 'M' },
  }),
  updateUserProfile: async () => ({
    path: { user_id: (await person()).id },
    body: { realname: 'Other', email: `o${++count}@e.example` },
  }),
  deleteUser: async () => ({ path: { user_id: (await person()).id } }),
  setUserSysAdmin: async () => ({ path: { user_id: (await person()).id }, body: { sysadmin_flag: true } }),
  setUserDisabled: async () => ({ path: { user_id: (await person()).id }, body: { disabled: true } }),
  updateUserPassword: async () => ({
    path: { user_id: (await person()).id },
    body: { new_password: 'Another-secret-1' },
  }),
}

const linesOf = async (requestId: string) =>
  (
    await database.db.prisma.auditLine.findMany({
      where: { requestId, NOT: { action: { in: ['login', 'logout'] } } },
      orderBy: { id: 'asc' },
    })
  ).map(({ resourceType, action, result, projectId, resource }) => ({
    resourceType,
    action,
    result,
    projectId,
    resource,
  }))

describe('an operation that changes something leaves the line that the table names', () => {
  it.each(Object.keys(stories) as Unsafe[])('%s', async (operationId) => {
    const story = stories[operationId]
    const event = audited[operationId]
    if ('provenBy' in story) {
      const text = await readFile(new URL(story.provenBy, import.meta.url), 'utf8')
      // By the operation's own name, and looking into the log.
      expect(text.includes(operationId) && text.includes('auditLine'), story.provenBy).toBe(true)
      return
    }
    const { session: at, ...input } = await story()
    const requestId = `audited-${operationId}`
    const inside = at === undefined ? { headers: {} } : await inSession(at)
    const headers = { ...inside.headers, 'x-request-id': requestId }
    const answer = await api.call(at === undefined ? 'root' : undefined, operationId, { ...input, headers })
    const asks = 'changesNothing' in event
    // What only asks may be told that another server does not answer.
    if (!asks) expect(answer.status, answer.text).toBeLessThan(300)
    const found = await linesOf(requestId)
    expect(found.map(({ resourceType, action, result }) => ({ resourceType, action, result }))).toEqual(
      asks ? [] : [{ ...event, result: 'ok' }],
    )
    // With an event for it, or none where nothing in the database changed.
    const events = await database.db.prisma.event.findMany({ where: { requestId } })
    if (!['recalculateQuota', 'retryRegistryEvent'].includes(operationId))
      expect(events.length > 0).toBe(!asks)
  })
})

describe('who is refused leaves a line', () => {
  it('in the project for its admins, and of the system for administrators only', async () => {
    const refused = async (op: OperationId, input: Input) => {
      const headers = { 'x-request-id': `refused-${op}` }
      const answer = await api.call('guest', op, { ...input, headers } as never)
      expect(answer.status, answer.text).toBe(403)
      return linesOf(`refused-${op}`)
    }
    const { id } = await database.db.prisma.project.findUniqueOrThrow({ where: { name: 'team' } })
    expect(await refused('CreateImmuRule', { path: team, body: rule() as never })).toEqual([
      {
        resourceType: 'immutable_rule',
        action: 'create',
        result: 'refused',
        projectId: id,
        resource: '/projects/team/immutabletagrules',
      },
    ])
    expect(await refused('createUser', { body: { username: 'x' } })).toMatchObject([
      { resourceType: 'user', action: 'create', result: 'refused', projectId: null },
    ])
    expect(await refused('updateConfigurations', { body: {} })).toHaveLength(1)
    const seen = await api.call('projectAdmin', 'listAuditLogExts', {
      query: { q: 'username=guest,result=refused' },
    })
    expect(seen.data.map(({ resource_type }) => resource_type)).toEqual(['immutable_rule'])
  })

  it('once a minute for the same, and none for what is missing or was asked for wrongly', async () => {
    const before = await database.db.prisma.auditLine.count({ where: { result: 'refused' } })
    for (let n = 0; n < 5; n++)
      expect((await api.call('guest', 'deleteProject', { path: team })).status).toBe(403)
    // What may be missing looks like what may not be done; only administrators see that it was tried.
    await api.call('guest', 'deleteProject', { path: { project_name_or_id: 'nowhere' } })
    expect(await database.db.prisma.auditLine.findMany({ where: { resource: '/projects/nowhere' } })).toMatchObject([
      { result: 'refused', projectId: null },
    ])
    await api.call('root', 'deleteUser', { path: { user_id: 999_999 } })
    await api.call('root', 'createUser', { body: { username: '' } })
    expect(await database.db.prisma.auditLine.count({ where: { result: 'refused' } })).toBe(before + 2)
  })

  it('and so does what failed: with a registry that is away nothing is deleted', async () => {
    const { path } = await artifact()
    const reply = { status: 500, headers: {}, body: undefined } as never
    const when = ({ method }: { method: string }) => method === 'DELETE'
    shop.registry.state.faults.push({ when, times: 10, action: { kind: 'answer', reply } })
    const headers = { 'x-request-id': 'failed-1' }
    const answer = await api.call('root', 'deleteArtifact', { path, headers })
    shop.registry.state.faults.length = 0
    expect(answer.status).toBeGreaterThanOrEqual(500)
    expect(await linesOf('failed-1')).toMatchObject([
      { resourceType: 'artifact', action: 'delete', result: 'failed' },
    ])
  })
})

describe('types of lines that are not wanted', () => {
  it('are left out within seconds, with their events told all the same; the setting itself never is', async () => {
    const set = (body: object) => api.call('root', 'updateConfigurations', { body: body as never })
    expect((await set({ disabled_audit_log_event_types: 'create_label, delete_label' })).status).toBe(200)
    clockMs += 3_001
    const headers = { 'x-request-id': 'left-out' }
    await api.call('root', 'CreateLabel', { body: { name: 'unseen', scope: 'g' }, headers })
    expect(await linesOf('left-out')).toEqual([])
    expect(await database.db.prisma.event.count({ where: { requestId: 'left-out' } })).toBe(1)
    for (const types of ['update_configuration', 'create_nothing'])
      expect((await set({ disabled_audit_log_event_types: types })).status).toBe(400)
    const skipped = await set({ skip_audit_log_database: true })
    expect([skipped.status, skipped.text]).toEqual([400, expect.stringContaining('always kept')])
    expect((await set({ disabled_audit_log_event_types: '' })).status).toBe(200)
    clockMs += 3_001
    const settings = await database.db.prisma.auditLine.count({ where: { resourceType: 'configuration' } })
    expect(settings).toBeGreaterThan(1)
  })
})

it('every operation with a method that changes things is in the table', () => {
  const unsafe = Object.entries(operations).filter(([, { method }]) => !['GET', 'HEAD'].includes(method))
  expect(Object.keys(audited).sort()).toEqual(unsafe.map(([operationId]) => operationId).sort())
})
