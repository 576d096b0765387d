import type { OperationId } from '@berth/contract'
import type { Core } from '@berth/core'
import { type TestDatabase, testDatabase } from '@berth/testing'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { openTestApi, type TestApi } from './api.fixture.ts'

// A list asks the database as often for fifty things as for five, whoever asks: rights cost nothing per item.

const PAGES = [5, 50] as const
const PROJECT = { project_name_or_id: 'team' }
const tagged = {
  path: { project_name: 'team', repository_name: 'app', reference: `sha256:${'a'.repeat(64)}` },
}

interface List {
  op: OperationId
  path?: Record<string, string> | ((pageSize: number) => Record<string, string | number>)
  query?: Record<string, string>
  /** Without pages: the list is of somebody who has as many as a page would hold. */
  whole?: true
  /** Somebody in the project besides the administrator may ask, too. */
  ofProject?: true
}
const lists: List[] = [
  { op: 'listProjectMembers', path: PROJECT, ofProject: true },
  { op: 'ListRobot' },
  { op: 'ListRobot', query: { q: 'Level=project,ProjectID=1' }, ofProject: true },
  { op: 'listUsers' },
  { op: 'searchUsers', query: { username: 'person' }, ofProject: true },
  { op: 'listUserGroups' },
  { op: 'searchUserGroups', query: { groupname: 'group' }, ofProject: true },
  { op: 'listAccessTokens', path: (n) => ({ user_id: holders[n]! }), whole: true },
  { op: 'listSessions', path: (n) => ({ user_id: holders[n]! }), whole: true },
  { op: 'listTags', path: tagged.path, ofProject: true },
  { op: 'listAuditLogExts' },
  { op: 'getLogExts', path: { project_name: 'team' }, ofProject: true },
  { op: 'listIdentityTrusts', path: PROJECT, ofProject: true },
  { op: 'listSystemIdentityTrusts' },
  { op: 'ListLabels', query: { scope: 'g' }, ofProject: true },
  { op: 'listQuotas' },
  { op: 'listRegistries' },
  { op: 'listReplicationPolicies' },
  { op: 'listReplicationExecutions' },
  { op: 'listReplicationTasks', path: () => ({ id: executionId }) },
  { op: 'listAllRepositories', ofProject: true },
  { op: 'listProjects', ofProject: true },
  { op: 'listRepositories', path: { project_name: 'team' }, ofProject: true },
]

let database: TestDatabase
let api: TestApi
let queries = 0
let projectId: number
let executionId: number
/** By how many tokens and sessions they have. */
const holders: Record<number, number> = {}

beforeAll(async () => {
  database = await testDatabase()
  // It stands still: nothing that is remembered grows old between two calls.
  const startedAtMs = Date.now()
  api = await openTestApi(database.url, { now: () => startedAtMs })
  await api.addUser('root', { sysadmin: true })
  projectId = await api.addProject('team', { members: ['projectAdmin'] })
  countQueries(api.core)
}, 90_000)
afterAll(async () => {
  expect(api.failures).toEqual([])
  await api.close()
  await database.drop()
})

/** Every question that goes to the database from here on: prepared SQL, Prisma's and those of transactions. */
function countQueries({ db }: Core): void {
  const { query, transaction, prisma } = db
  const counting = <T extends object>(client: T): T =>
    new Proxy(client, {
      get(target, name) {
        const value = Reflect.get(target, name)
        if (typeof value === 'function')
          return (...args: unknown[]) => {
            queries++
            return value.apply(target, args)
          }
        return typeof value === 'object' && value !== null ? counting(value) : value
      },
    })
  Object.assign(db, {
    prisma: counting(prisma),
    query: (...args: Parameters<typeof query>) => {
      queries++
      return query(...args)
    },
    transaction: (run: Parameters<typeof transaction>[0]) => transaction((tx) => run(counting(tx))),
  })
}

/** So many of everything that is listed, all told. */
async function fill(total: number): Promise<void> {
  const { prisma } = database.db
  const numbers = Array.from({ length: total }, (_, n) => n)
  await prisma.user.createMany({
    data: numbers.map((n) => ({ username: `person-${n}`, usernameKey: `person-${n}` })),
  })
  const people = await prisma.user.findMany({ where: { username: { startsWith: 'person-' } } })
  await prisma.member.createMany({
    data: people.map(({ id }) => ({ projectId, userId: id, roleId: 2 })),
  })
  const repositories = await Promise.all(
    numbers.map((n) =>
      prisma.repository.create({ data: { projectId, name: n === 0 ? 'team/app' : `team/app-${n}` } }),
    ),
  )
  await prisma.project.update({ where: { id: projectId }, data: { repositoryCount: total } })
  const { id: repositoryId } = repositories[0]!
  const { id: artifactId } = await prisma.artifact.create({
    data: {
      projectId,
      repositoryId,
      digest: tagged.path.reference,
      type: 'IMAGE',
      mediaType: 'application/vnd.oci.image.config.v1+json',
      manifestMediaType: 'application/vnd.oci.image.manifest.v1+json',
      manifestSizeBytes: 1,
      sizeBytes: 1n,
      annotations: {},
      extraAttrs: {},
    },
  })
  await prisma.tag.createMany({
    data: numbers.map((n) => ({
      repositoryId,
      artifactId,
      projectId,
      name: `v${n}`,
      nameKey: `v${n}`,
    })),
  })
  await prisma.label.createMany({ data: numbers.map((n) => ({ space: 0, name: `label-${n}` })) })
  await fillReplications(numbers)
  for (const size of PAGES) await fillAccount(size)
  for (const n of numbers) {
    await api.call('root', 'createUserGroup', { body: { group_name: `group-${n}`, group_type: 3 } })
    await api.call('root', 'createProject', { body: { project_name: `project-${n}`, public: true } })
    const access = [{ resource: 'repository', action: 'pull' }]
    const robot = await api.call('root', 'CreateRobot', {
      body: {
        name: `robot-${n}`,
        level: 'project',
        duration: 5,
        permissions: [{ kind: 'project', namespace: 'team', access }],
      },
    })
    const system = await api.call('root', 'CreateRobot', {
      body: {
        name: `system-${n}`,
        level: 'system',
        duration: 5,
        permissions: [{ kind: 'project', namespace: 'team', access }],
      },
    })
    expect(system.status, system.text).toBe(201)
    const trust = await api.call('root', 'createIdentityTrust', {
      path: PROJECT,
      body: {
        name: `trust-${n}`,
        issuer: 'https://ci.example.com',
        claims: { sub: `job-${n}` },
        robot_id: robot.data.id!,
      },
    })
    expect(trust.status, trust.text).toBe(201)
    const ofSystem = await api.call('root', 'createSystemIdentityTrust', {
      body: {
        name: `trust-${n}`,
        issuer: 'https://ci.example.com',
        claims: { sub: `job-${n}` },
        robot_id: system.data.id!,
      },
    })
    expect(ofSystem.status, ofSystem.text).toBe(201)
  }
}

/** A registry each, a policy that goes there, and executions, one with as many tasks. */
async function fillReplications(numbers: readonly number[]): Promise<void> {
  const { prisma } = database.db
  const at = { createdAt: new Date(), updatedAt: new Date() }
  await prisma.registry.createMany({
    data: numbers.map((n) => ({
      name: `registry-${n}`,
      url: 'https://r.example.com',
      type: 'berth',
      ...at,
    })),
  })
  const registries = await prisma.registry.findMany()
  await prisma.replicationPolicy.createMany({
    data: registries.map(({ id, name }) => ({
      name: `to-${name}`,
      destRegistryId: id,
      filters: [],
      triggerKind: 'manual',
      creatorName: 'root',
      ...at,
    })),
  })
  const ran = { vendorType: 'REPLICATION', status: 'Success', extraAttrs: {} }
  const execution = { ...ran, vendorId: 1, trigger: 'MANUAL', startedAt: new Date(), endedAt: new Date() }
  await prisma.execution.createMany({ data: numbers.map(() => execution) })
  executionId = Number((await prisma.execution.create({ data: execution })).id)
  await prisma.task.createMany({
    data: numbers.map(() => ({ ...ran, executionId, log: '', ...at })),
  })
}

/** Somebody with so many tokens, each for two projects, and so many sessions. */
async function fillAccount(size: number): Promise<void> {
  const { prisma } = database.db
  const { id: userId } = await api.addUser(`holder-${size}`)
  holders[size] = userId
  const other = await api.addProject(`of-holder-${size}`)
  const expiresAt = new Date(Date.now() + 86_400_000)
  for (let n = 0; n < size; n++) {
    const token = { userId, name: `token-${n}`, secretHash: `${size}-${n}`, scopes: 'pull', expiresAt }
    const projects = { create: [projectId, other].map((id) => ({ projectId: id })) }
    await prisma.accessToken.create({ data: { ...token, allProjects: false, projects } })
    await prisma.session.create({
      data: { id: `session-${size}-${n}`, userId, credentialEpoch: 0, expiresAt },
    })
  }
}

const asked = lists.flatMap((list) => [
  { list, as: 'root' },
  ...(list.ofProject ? [{ list, as: 'projectAdmin' }] : []),
])

/** Of one call whose caller is known already, and how much it listed. */
async function measure(pageSize: number): Promise<{ name: string; queries: number; items: number }[]> {
  const found = []
  for (const { list, as } of asked) {
    const ask = () =>
      api.call(as, list.op, {
        path: (typeof list.path === 'function' ? list.path(pageSize) : list.path) ?? {},
        query: { ...(!list.whole && { page_size: pageSize }), ...list.query },
      })
    await ask()
    const before = queries
    const { status, data, text } = await ask()
    expect(status, text).toBe(200)
    const name = `${list.op} ${list.query?.q ?? ''} as ${as}`
    found.push({ name, queries: queries - before, items: (data as unknown[]).length })
  }
  return found
}

it('no list asks the database more often for fifty things than for five', async () => {
  // More than a page of each, so that both pages are full ones.
  await fill(51)
  const [few, many] = [await measure(PAGES[0]), await measure(PAGES[1])]
  for (const { name, items } of few) expect([name, items]).toEqual([name, 5])
  for (const { name, items } of many) expect([name, items]).toEqual([name, 50])
  const costs = (measured: typeof few) =>
    Object.fromEntries(measured.map(({ name, queries }) => [name, queries]))
  expect(costs(many)).toEqual(costs(few))
  expect(Math.min(...few.map(({ queries }) => queries))).toBeGreaterThan(0)
}, 120_000)
