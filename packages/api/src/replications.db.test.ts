import { type TestDatabase, testDatabase } from '@berth/testing'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { openTestApi, type TestApi } from './api.fixture.ts'

type Fields = Record<string, unknown>
let database: TestDatabase
let api: TestApi
let hub: number
let other: number
let count = 0

beforeAll(async () => {
  database = await testDatabase()
  api = await openTestApi(database.url)
  await api.addUser('sysadmin', { sysadmin: true })
  const add = async (name: string) => {
    const at = new Date()
    const data = { name, url: `https://${name}.example`, type: 'harbor', createdAt: at, updatedAt: at }
    return (await database.db.prisma.registry.create({ data })).id
  }
  ;[hub, other] = [await add('hub'), await add('other')]
})
afterAll(async () => {
  await api.close()
  await database.drop()
})

const post = (body: Fields) => api.call('sysadmin', 'createReplicationPolicy', { body })
const put = (id: number, body: Fields) =>
  api.call('sysadmin', 'updateReplicationPolicy', { path: { id }, body })
const read = async (id: number): Promise<Fields> =>
  (await api.call('sysadmin', 'getReplicationPolicy', { path: { id } })).data as Fields
async function create(body: Fields): Promise<number> {
  const { status, headers, text } = await post({ name: `policy-${++count}`, ...body })
  expect(status, text).toBe(201)
  return Number(/^\/api\/v2\.0\/replication\/policies\/(\d+)$/.exec(headers.location!)?.[1])
}
const changed = async (id: number, body: Fields): Promise<Fields> => {
  const { status, text } = await put(id, body)
  expect([status, text]).toEqual([200, ''])
  return read(id)
}

/** What Go's `omitempty` leaves of an object: no false, no 0, no empty text or list. */
const omitEmpty = (object: Fields): Fields =>
  Object.fromEntries(
    Object.entries(object)
      .filter(([, value]) => value && (!Array.isArray(value) || value.length > 0))
      .map(([name, value]) => [
        name,
        typeof value === 'object' && !Array.isArray(value) ? omitEmpty(value as Fields) : value,
      ]),
  )

it('takes what the provider for Terraform sends, and what it leaves out is off', async () => {
  const sent = {
    ...{ id: 0, src_registry: {}, dest_registry: { id: hub }, dest_namespace: 'copies' },
    ...{ dest_namespace_replace_count: -1, enabled: true, deletion: true, override: true },
    trigger: { type: 'scheduled', trigger_settings: { cron: '0 0 2 * * *' } },
    filters: [
      { type: 'name', value: 'team/**' },
      { type: 'tag', value: 'v*', decoration: 'excludes' },
      { type: 'label', value: ['qa'] },
      { type: 'resource', value: 'artifact' },
    ],
  }
  const id = await create(sent)
  expect(await read(id)).toMatchObject({
    ...{ id, name: `policy-${count}`, deletion: true, replicate_deletion: true, speed: 0, enabled: true },
    ...{ dest_namespace: 'copies', dest_namespace_replace_count: -1, trigger: sent.trigger },
    src_registry: { id: 0, name: 'Local' },
    dest_registry: { id: hub, name: 'hub', type: 'harbor' },
    filters: sent.filters.map((filter) =>
      filter.type === 'label' ? { ...filter, decoration: 'matches' } : filter,
    ),
  })
  const { deletion, override, dest_namespace, filters, ...left } = sent
  const body = { ...left, name: `policy-${count}`, trigger: { type: 'manual', trigger_settings: {} } }
  expect(await changed(id, { ...body, dest_namespace_replace_count: 0 })).toMatchObject({
    ...{ deletion: false, replicate_deletion: false, override: false, dest_namespace: '', filters: [] },
    ...{ dest_namespace_replace_count: 0, trigger: { type: 'manual' }, enabled: true },
  })
})

it('is the same after a client has read it and sent it back, whole or as Go leaves it', async () => {
  const id = await create({
    ...{ description: 'all of it', src_registry: { id: hub }, dest_registry: null, deletion: true },
    ...{ dest_namespace: 'mine', dest_namespace_replace_count: 2, override: true, enabled: true, speed: 500 },
    ...{ copy_by_chunk: true, single_active_replication: true },
    filters: [{ type: 'name', value: '{team,shop}/**' }],
    trigger: { type: 'scheduled', trigger_settings: { cron: '0 30 4 * * 1' } },
  })
  const { update_time: before, ...policy } = await read(id)
  expect(policy).toMatchObject({ src_registry: { id: hub }, dest_registry: { id: 0 }, copy_by_chunk: true })
  const zeroTimes = { creation_time: '0001-01-01T00:00:00.000Z', update_time: '0001-01-01T00:00:00.000Z' }
  for (const body of [
    { ...policy, update_time: before },
    { ...omitEmpty(policy), ...zeroTimes },
  ]) {
    const { update_time: after, ...now } = await changed(id, body)
    expect(now).toEqual(policy)
  }
})

it('deletes only where `deletion` says so: the other name is what an answer repeats', async () => {
  const id = await create({ dest_registry: { id: hub }, deletion: true })
  const on = await read(id)
  expect(await changed(id, on)).toMatchObject({ deletion: true, replicate_deletion: true })
  expect(await changed(id, { ...on, deletion: false })).toMatchObject({
    deletion: false,
    replicate_deletion: false,
  })
  expect(await changed(id, { ...on, replicate_deletion: false })).toMatchObject({ deletion: true })
  // Go leaves out what was switched off.
  const { deletion, ...left } = on
  expect(await changed(id, left)).toMatchObject({ deletion: false, replicate_deletion: false })
})

it("takes what Harbor's console sends, with nulls and empty fields", async () => {
  const id = await create({
    ...{
      id: null,
      description: null,
      src_registry: null,
      dest_registry: { id: other, name: 'other', url: '' },
    },
    ...{
      dest_namespace: null,
      dest_namespace_replace_count: null,
      speed: -1,
      enabled: true,
      deletion: false,
    },
    ...{ override: true, copy_by_chunk: null, single_active_replication: false },
    filters: [
      { type: 'name', value: '' },
      { type: 'tag', value: null, decoration: 'matches' },
      { type: 'label', value: [], decoration: 'matches' },
    ],
    trigger: { type: 'event_based', trigger_settings: { cron: '' } },
  })
  expect(await read(id)).toMatchObject({
    ...{ description: '', dest_namespace: '', dest_namespace_replace_count: -1, speed: 0, filters: [] },
    ...{ trigger: { type: 'event_based' }, override: true, copy_by_chunk: false },
  })
  expect(
    await changed(id, { name: 'counted', dest_registry: { id: other }, dest_namespace_replace_count: -2 }),
  )
    // All of it is replaced: what is absent is off.
    .toMatchObject({ dest_namespace_replace_count: -1, enabled: false, trigger: { type: 'manual' } })
})

it.each([
  ['no end', {}],
  ['two ends', { src_registry: { id: 1 }, dest_registry: { id: 1 } }],
  ['an unknown type of a filter', { dest_registry: { id: 1 }, filters: [{ type: 'colour', value: '' }] }],
  [
    'a decorated name',
    { dest_registry: { id: 1 }, filters: [{ type: 'name', value: 'a', decoration: 'matches' }] },
  ],
  ['what is no name', { dest_registry: { id: 1 }, filters: [{ type: 'name', value: '{a/b, a/c}' }] }],
  [
    'seconds',
    { dest_registry: { id: 1 }, trigger: { type: 'scheduled', trigger_settings: { cron: '5 0 2 * * *' } } },
  ],
])('is refused with 400 for %s', async (_, body) => {
  const answer = await post({ name: 'refused', ...body })
  expect([answer.status, answer.code]).toEqual([400, 'BAD_REQUEST'])
})

it('says 404 for what is not there, 409 for a name that is taken, 412 for what is disabled or used', async () => {
  const gone = { dest_registry: { id: 999_999 } }
  const id = await create({ name: 'kept', dest_registry: { id: hub } })
  const second = await create({ dest_registry: { id: hub } })
  const path = { id: 999_999 }
  const answers = {
    'POST, registry': await post({ name: 'x', ...gone }),
    'POST, an id beyond all': await post({ name: 'x', dest_registry: { id: 2 ** 40 } }),
    'PUT, registry': await put(id, { name: 'x', ...gone }),
    'PUT, policy': await put(999_999, { name: 'x', dest_registry: { id: hub } }),
    'GET, policy': await api.call('sysadmin', 'getReplicationPolicy', { path }),
    'DELETE, policy': await api.call('sysadmin', 'deleteReplicationPolicy', { path }),
    'start, policy': await api.call('sysadmin', 'startReplication', { body: { policy_id: 999_999 } }),
    'POST, name': await post({ name: 'kept', dest_registry: { id: hub } }),
    'PUT, name': await put(second, { name: 'kept', dest_registry: { id: hub } }),
    'start, disabled': await api.call('sysadmin', 'startReplication', { body: { policy_id: id } }),
    'DELETE, registry in use': await api.call('sysadmin', 'deleteRegistry', { path: { id: hub } }),
  }
  expect(Object.entries(answers).map(([what, { status, code }]) => `${what}: ${status} ${code}`)).toEqual([
    'POST, registry: 404 NOT_FOUND',
    'POST, an id beyond all: 404 NOT_FOUND',
    'PUT, registry: 404 NOT_FOUND',
    'PUT, policy: 404 NOT_FOUND',
    'GET, policy: 404 NOT_FOUND',
    'DELETE, policy: 404 NOT_FOUND',
    'start, policy: 404 NOT_FOUND',
    'POST, name: 409 CONFLICT',
    'PUT, name: 409 CONFLICT',
    'start, disabled: 412 PRECONDITION',
    'DELETE, registry in use: 412 PRECONDITION',
  ])
  expect(await read(id)).toMatchObject({ name: 'kept', dest_registry: { id: hub } })
})

it('finds runs and tasks by words of Harbor, and nothing by words that are none', async () => {
  const id = await create({ dest_registry: { id: hub }, enabled: true })
  const started = await api.call('sysadmin', 'startReplication', { body: { policy_id: id } })
  const execution = Number(
    /^\/api\/v2\.0\/replication\/executions\/(\d+)$/.exec(started.headers.location!)?.[1],
  )
  const runs = async (words: string) => {
    const answer = await api.call('sysadmin', 'listReplicationExecutions', {
      query: { policy_id: id, ...Object.fromEntries(new URLSearchParams(words)) },
    })
    return [answer.status, answer.data.length, answer.headers['x-total-count']]
  }
  const tasks = async (status: string) => {
    const path = { id: execution }
    const answer = await api.call('sysadmin', 'listReplicationTasks', { path, query: { status } })
    return [answer.status, answer.data.length, answer.headers['x-total-count']]
  }
  for (const words of ['status=InProgress', 'trigger=manual', 'trigger=MANUAL'])
    expect([words, ...(await runs(words))]).toEqual([words, 200, 1, '1'])
  for (const words of ['status=Succeed', 'status=foo', 'trigger=foo', 'status=InProgress&trigger=x'])
    expect([words, ...(await runs(words))]).toEqual([words, 200, 0, '0'])
  expect(await tasks('Pending')).toEqual([200, 1, '1'])
  expect(await tasks('foo')).toEqual([200, 0, '0'])
})
