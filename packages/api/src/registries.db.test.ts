import { type FakeRegistry, startFakeRegistry } from '@berth/registry-client/fake'
import { type TestDatabase, testDatabase } from '@berth/testing'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { openTestApi, type TestApi } from './api.fixture.ts'

type Fields = Record<string, unknown>
const MASK = '*****'
let database: TestDatabase
let api: TestApi
let fake: FakeRegistry
let elsewhere: FakeRegistry
let count = 0

beforeAll(async () => {
  database = await testDatabase()
  api = await openTestApi(database.url)
  await api.addUser('sysadmin', { sysadmin: true })
  fake = await startFakeRegistry({ auth: { users: { ann: 'pass-word', bob: 'other-word' } } })
  elsewhere = await startFakeRegistry()
})
afterAll(async () => {
  await Promise.all([api.close(), fake.close(), elsewhere.close()])
  await database.drop()
})

const post = (body: Fields) => api.call('sysadmin', 'createRegistry', { body })
const put = (id: number, body: Fields) => api.call('sysadmin', 'updateRegistry', { path: { id }, body })
const ping = (body: Fields) => api.call('sysadmin', 'pingRegistry', { body })
const read = async (id: number) =>
  (await api.call('sysadmin', 'getRegistry', { path: { id } })).data as Fields
const secretOf = async (id: number) =>
  (await database.db.prisma.registry.findUniqueOrThrow({ where: { id } })).accessSecret
/** As the provider for Terraform sends it. */
const input = (change: Fields = {}) => ({
  ...{ name: `registry-${++count}`, url: fake.url, type: 'docker-registry', description: 'the other site' },
  credential: { type: 'basic', access_key: 'ann', access_secret: 'pass-word' },
  ...change,
})
async function create(change: Fields = {}): Promise<number> {
  const { status, headers, text } = await post(input(change))
  expect(status, text).toBe(201)
  return Number(/^\/api\/v2\.0\/registries\/(\d+)$/.exec(headers.location!)?.[1])
}

it('is read as it was written, but for its secret, and changed by what is given alone', async () => {
  const id = await create({ creation_time: '0001-01-01T00:00:00.000Z', status: '', id: 0 })
  const before = await read(id)
  expect(before).toMatchObject({
    ...{ id, name: `registry-${count}`, url: fake.url, type: 'docker-registry', insecure: false },
    ...{ description: 'the other site', status: 'healthy' },
    credential: { type: 'basic', access_key: 'ann', access_secret: MASK },
  })
  // As Terraform sends it: what is empty is left out.
  expect((await put(id, { name: 'renamed', url: fake.url, access_key: 'ann' })).status).toBe(200)
  // As Go sends it: null for what is to stay.
  const nulls = {
    name: null,
    url: null,
    credential_type: null,
    access_key: null,
    access_secret: null,
    insecure: null,
  }
  expect((await put(id, { ...nulls, description: 'said anew' })).status).toBe(200)
  const { update_time: _, ...after } = await read(id)
  const { update_time: __, ...same } = before
  expect(after).toEqual({
    ...same,
    name: 'renamed',
    description: 'said anew',
    checked_time: after.checked_time,
  })
})

it('keeps its secret when the mask comes back, and never takes it along to another place', async () => {
  const id = await create()
  const kept = await secretOf(id)
  expect((await put(id, { access_key: 'ann', access_secret: MASK, description: 'x' })).status).toBe(200)
  expect(await secretOf(id)).toBe(kept)
  const moved = await put(id, { url: elsewhere.url, access_key: 'ann', access_secret: MASK })
  expect([moved.status, moved.code]).toEqual([400, 'BAD_REQUEST'])
  expect((await read(id)).url).toBe(fake.url)
  const given = await put(id, { access_key: 'bob', access_secret: 'other-word' })
  expect(given.status, given.text).toBe(200)
  expect(await secretOf(id)).not.toBe(kept)
  expect((await ping({ id })).status).toBe(200)
})

it('is asked before it is saved, by itself or with other settings, as the clients of Harbor ask', async () => {
  const id = await create()
  const nulls = { type: null, url: null, access_key: null, access_secret: null, insecure: null, name: null }
  expect((await ping({ id, ...nulls })).status).toBe(200)
  const whole = { id: null, type: 'docker-registry', url: fake.url, access_key: 'ann', insecure: false }
  expect((await ping({ ...whole, access_secret: 'pass-word' })).status).toBe(200)
  const wrong = await ping({ ...whole, access_secret: 'wrong' })
  expect([wrong.status, wrong.code]).toEqual([400, 'BAD_REQUEST'])
  expect(wrong.data).toMatchObject({ errors: [{ reason_code: 'credentials_refused' }] })
  expect(wrong.text).not.toContain('wrong')
})

it('says 400 for what does not answer, 404 for what is not there, 409 for a name that is taken', async () => {
  const id = await create({ name: 'kept' })
  const second = await create()
  const path = { id: 999_999 }
  const answers = {
    'POST, refused': await post(
      input({ credential: { type: 'basic', access_key: 'ann', access_secret: 'no' } }),
    ),
    'POST, type': await post(input({ type: 'no-such' })),
    GET: await api.call('sysadmin', 'getRegistry', { path }),
    PUT: await put(999_999, { description: 'x' }),
    DELETE: await api.call('sysadmin', 'deleteRegistry', { path }),
    info: await api.call('sysadmin', 'getRegistryInfo', { path }),
    ping: await ping({ id: 999_999 }),
    'POST, name': await post(input({ name: 'kept' })),
    'PUT, name': await put(second, { name: 'kept' }),
    'DELETE, there': await api.call('sysadmin', 'deleteRegistry', { path: { id } }),
  }
  expect(Object.entries(answers).map(([what, { status, code }]) => `${what}: ${status} ${code}`)).toEqual([
    'POST, refused: 400 BAD_REQUEST',
    'POST, type: 400 BAD_REQUEST',
    'GET: 404 NOT_FOUND',
    'PUT: 404 NOT_FOUND',
    'DELETE: 404 NOT_FOUND',
    'info: 404 NOT_FOUND',
    'ping: 404 NOT_FOUND',
    'POST, name: 409 CONFLICT',
    'PUT, name: 409 CONFLICT',
    'DELETE, there: 200 undefined',
  ])
})
