import { readFile } from 'node:fs/promises'
import { type OperationId, operations } from '@berth/contract'
import { flushRepeated } from '@berth/core/audit'
import { type FakeDirectory, sampleEntries, startFakeDirectory } from '@berth/ldap-client/fake'
import { image, openShop, push, type Shop, type TestDatabase, testDatabase } from '@berth/testing'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openTestApi, type TestApi } from './api.fixture.ts'
import { audited, type Unsafe } from './audited.ts'
import { BROKEN, breakLines, contentOf } from './audited-breaks.fixture.ts'
import { makersOf, rule, team, type World } from './audited-makers.fixture.ts'
import type { Input } from './audited-people.fixture.ts'
import { storiesOf } from './audited-stories.fixture.ts'

// Every operation that changes something, once: the line that it leaves is the one that the table names. A new
// operation does not compile until it has a story in audited-stories.fixture.ts or audited-people.fixture.ts. Before that it is tried while its line
// cannot be written: then nothing of it may stand.

let database: TestDatabase
let shop: Shop
let directory: FakeDirectory
let api: TestApi
const clock = { nowMs: Date.now() }
let world: World

beforeAll(async () => {
  database = await testDatabase()
  shop = await openShop(database.url, 2)
  directory = await startFakeDirectory({ entries: sampleEntries() })
  const { registryUrl, registryCredentials } = shop.core.settings
  api = await openTestApi(database.url, { now: () => clock.nowMs, registryUrl, registryCredentials })
  const pushImage = async (repository: string, tag: string) => {
    const pushed = image(repository)
    await push(api.core, repository, pushed, tag)
    return pushed.digest
  }
  world = { api, database, clock, pushImage }
  await api.addUser('root', { sysadmin: true })
  await api.addProject('team', { members: ['projectAdmin', 'guest'] })
  await breakLines(database)
})
afterAll(async () => {
  await api.close()
  await Promise.all([shop.close(), directory.close()])
  await database.drop()
})

/** They ask others to do something, which is recorded; what then changes has events of its own. */
const withoutEvent: ReadonlySet<Unsafe> = new Set([
  'testAuditDestination',
  'testWebhookPolicy',
  'pingRegistry',
  'pingLdap',
  'checkLdap',
] as const)

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
  it.each(Object.keys(audited) as Unsafe[])('%s', async (operationId) => {
    const { inSession } = makersOf(world)
    const story = storiesOf(world, directory)[operationId]
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
    const call = (id: string) => {
      const headers = { ...inside.headers, 'x-request-id': id }
      return api.call(at === undefined ? 'root' : undefined, operationId, { ...input, headers })
    }
    const asks = 'changesNothing' in event
    if (!asks) {
      const before = await contentOf(database)
      expect((await call(`${BROKEN}${operationId}`)).status).toBeGreaterThanOrEqual(500)
      const changed = [...(await contentOf(database))].filter(([table, sum]) => before.get(table) !== sum)
      expect(changed.map(([table]) => table)).toEqual([])
    }
    const answer = await call(requestId)
    // What only asks may be told that another server does not answer.
    if (!asks) expect(answer.status, answer.text).toBeLessThan(300)
    const found = await linesOf(requestId)
    expect(found.map(({ resourceType, action, result }) => ({ resourceType, action, result }))).toEqual(
      asks ? [] : [{ ...event, result: 'ok' }],
    )
    // With an event for it, or none where nothing in the database changed.
    const events = await database.db.prisma.event.findMany({ where: { requestId } })
    if (!withoutEvent.has(operationId)) expect(events.length > 0).toBe(!asks)
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
    expect(
      await database.db.prisma.auditLine.findMany({ where: { resource: '/projects/nowhere' } }),
    ).toMatchObject([{ result: 'refused', projectId: null }])
    await api.call('root', 'deleteUser', { path: { user_id: 999_999 } })
    await api.call('root', 'createUser', { body: { username: '' } })
    expect(await database.db.prisma.auditLine.count({ where: { result: 'refused' } })).toBe(before + 2)
  })

  it('of what may not be read too: one line a minute for each project, whatever of it was asked for', async () => {
    await api.addProject('closed', { members: ['projectAdmin'] })
    const closed = { project_name: 'closed' }
    for (const op of ['ListImmuRules', 'getLogExts', 'ListImmuRules'] as const) {
      const path = op === 'getLogExts' ? closed : { project_name_or_id: 'closed' }
      expect((await api.call('guest', op, { path } as never)).status).toBe(403)
    }
    expect((await api.call(undefined, 'getLogExts', { path: closed })).status).toBe(401)
    const where = { resource: '/projects/closed', resourceType: 'project', action: 'read' }
    const found = await database.db.prisma.auditLine.findMany({ where })
    expect(found).toMatchObject([{ actorName: 'guest', result: 'refused', times: 1 }])
    expect(found[0]!.projectId).not.toBeNull()
    expect((await api.call('guest', 'getConfigurations')).status).toBe(403)
    expect(await database.db.prisma.auditLine.findMany({ where: { resourceType: 'system' } })).toMatchObject([
      { action: 'read', result: 'refused', projectId: null, resource: '/configurations' },
    ])
    await flushRepeated(api.core)
    const again = await database.db.prisma.auditLine.findMany({ where })
    expect(again.reduce((sum, { times }) => sum + times, 0)).toBe(3)
  })

  it('and so does what failed: with a registry that is away nothing is deleted', async () => {
    const { path } = await makersOf(world).artifact()
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
    clock.nowMs += 3_001
    const headers = { 'x-request-id': 'left-out' }
    await api.call('root', 'CreateLabel', { body: { name: 'unseen', scope: 'g' }, headers })
    expect(await linesOf('left-out')).toEqual([])
    expect(await database.db.prisma.event.count({ where: { requestId: 'left-out' } })).toBe(1)
    for (const types of ['update_configuration', 'create_nothing'])
      expect((await set({ disabled_audit_log_event_types: types })).status).toBe(400)
    const skipped = await set({ skip_audit_log_database: true })
    expect([skipped.status, skipped.text]).toEqual([400, expect.stringContaining('always kept')])
    expect((await set({ disabled_audit_log_event_types: '' })).status).toBe(200)
    clock.nowMs += 3_001
    const settings = await database.db.prisma.auditLine.count({ where: { resourceType: 'configuration' } })
    expect(settings).toBeGreaterThan(1)
  })
})

it('every operation with a method that changes things is in the table', () => {
  const unsafe = Object.entries(operations).filter(([, { method }]) => !['GET', 'HEAD'].includes(method))
  expect(Object.keys(audited).sort()).toEqual(unsafe.map(([operationId]) => operationId).sort())
})
