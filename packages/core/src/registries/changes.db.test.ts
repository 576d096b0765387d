import { digestOf, parseRepositoryName } from '@berth/registry-client'
import { type FakeRegistry, startFakeRegistry } from '@berth/registry-client/fake'
import { type TestDatabase, testDatabase } from '@berth/testing'
import { afterAll, beforeAll, beforeEach, expect, it, vi } from 'vitest'
import { SYSTEM } from '../authorization/index.ts'
import { type Core, createCore } from '../context/index.ts'
import {
  createRegistry,
  getRegistry,
  openRegistry,
  pingRegistry,
  type RegistryInput,
  updateRegistry,
} from './index.ts'

let database: TestDatabase
let core: Core
let fake: FakeRegistry
const open = (secretKey: string) =>
  createCore({
    databaseUrl: database.url,
    secretKey,
    externalUrl: 'http://berth.test',
    registryUrl: 'http://127.0.0.1:9',
    poolSize: 4,
  })

beforeAll(async () => {
  database = await testDatabase()
  core = open('a secret key of thirty-two characters')
  fake = await startFakeRegistry({ auth: { users: { ann: 'pass-word', bob: 'pass-word' } } })
})
beforeEach(() => {
  fake.state.faults.length = 0
})
afterAll(async () => {
  await Promise.all([core.close(), fake.close()])
  await database.drop()
})

let count = 0
const add = (change: RegistryInput = {}) =>
  createRegistry(core, SYSTEM, {
    name: `registry-${++count}`,
    type: 'docker-registry',
    url: fake.url,
    accessKey: 'ann',
    accessSecret: 'pass-word',
    ...change,
  })

/** The registry keeps the next request waiting, and with it whoever looks at it. */
function holdNext() {
  const { promise: until, resolve: release } = Promise.withResolvers<void>()
  fake.state.faults.push({ when: () => true, action: { kind: 'hold', until } })
  return { release, asked: () => vi.waitFor(() => expect(fake.state.faults).toEqual([])) }
}

it('keeps what others change while a registry is asked', async () => {
  const id = await add()
  const before = await getRegistry(core, SYSTEM, id)
  const { asked, release } = holdNext()
  const slow = updateRegistry(core, SYSTEM, id, { accessKey: 'bob' })
  await asked()
  await updateRegistry(core, SYSTEM, id, { name: 'renamed meanwhile', bandwidthKbps: 5_000 })
  await updateRegistry(core, SYSTEM, id, { accessSecret: 'pass-word' })
  const { accessSecret } = await getRegistry(core, SYSTEM, id)
  release()
  await slow
  expect(accessSecret).not.toBe(before.accessSecret)
  expect(await getRegistry(core, SYSTEM, id)).toMatchObject({
    accessKey: 'bob',
    name: 'renamed meanwhile',
    bandwidthKbps: 5_000,
    accessSecret,
  })
})

it('gives up on a registry that others change again and again', async () => {
  const id = await add()
  let held = holdNext()
  const slow = updateRegistry(core, SYSTEM, id, { accessKey: 'bob' })
  const outcome = expect(slow).rejects.toMatchObject({ code: 'CONFLICT' })
  for (let times = 1; times <= 3; times++) {
    await held.asked()
    await updateRegistry(core, SYSTEM, id, { bandwidthKbps: times })
    const { release } = held
    if (times < 3) held = holdNextAfter(release)
    else release()
  }
  await outcome
  expect(await getRegistry(core, SYSTEM, id)).toMatchObject({ accessKey: 'ann', bandwidthKbps: 3 })
})

/** Of the look after the one that is released now: a look asks three times, for a challenge, a token and the answer. */
function holdNextAfter(release: () => void) {
  let left = 2
  const { promise: until, resolve } = Promise.withResolvers<void>()
  fake.state.faults.push({ when: () => left-- === 0, action: { kind: 'hold', until } })
  release()
  return {
    release: resolve,
    asked: () => vi.waitFor(() => expect(fake.state.faults).toEqual([])),
  }
}

it('a pause that a registry asked for outlives its name, and ends when it is reached in another way', async () => {
  const id = await add()
  const until = new Date(Math.ceil(Date.now() / 1_000) * 1_000 + 3_600_000)
  const { registry } = database.db.prisma
  await registry.update({
    where: { id },
    data: { pausedUntil: until, askedUntil: until, failuresInRow: 3, failingSince: until },
  })
  const paused = async () => {
    const row = await registry.findUniqueOrThrow({ where: { id } })
    return [row.pausedUntil, row.askedUntil, row.failuresInRow, row.failingSince]
  }
  await updateRegistry(core, SYSTEM, id, {})
  await updateRegistry(core, SYSTEM, id, { description: 'the same registry', maxTransfers: 2 })
  expect(await paused()).toEqual([until, until, 3, until])
  await updateRegistry(core, SYSTEM, id, { accessSecret: 'pass-word' })
  expect(await paused()).toEqual([null, null, 0, null])
})

it('what is typed as it stands is a test of the registry itself: it ends a pause and is its health; anything else is not', async () => {
  const id = await add()
  const { registry } = database.db.prisma
  const away = { pausedUntil: new Date(Date.now() + 600_000), failuresInRow: 3, failingSince: new Date() }
  await registry.update({ where: { id }, data: { ...away, status: 'unhealthy', statusMessage: 'was away' } })
  const state = async () => {
    const { pausedUntil, failuresInRow, failingSince, status } = await registry.findUniqueOrThrow({
      where: { id },
    })
    return { paused: pausedUntil !== null, failuresInRow, failing: failingSince !== null, status }
  }
  // As a form sends it, whose secret nobody typed again.
  const form = {
    id,
    type: 'docker-registry',
    url: fake.url,
    insecure: false,
    caCertificate: '',
    accessKey: 'ann',
  }
  await pingRegistry(core, SYSTEM, { ...form, accessKey: 'bob' })
  await pingRegistry(core, SYSTEM, { ...form, accessSecret: 'pass-word' })
  expect(await state()).toEqual({ paused: true, failuresInRow: 3, failing: true, status: 'unhealthy' })
  await pingRegistry(core, SYSTEM, { ...form, url: `${fake.url}/` })
  expect(await state()).toEqual({ paused: false, failuresInRow: 0, failing: false, status: 'healthy' })
  fake.state.faults.push({ when: () => true, action: { kind: 'drop' } })
  await expect(pingRegistry(core, SYSTEM, form)).rejects.toMatchObject({ code: 'BAD_REQUEST' })
  expect(await state()).toMatchObject({ status: 'unhealthy' })
})

it('a secret of another key is told as such, and mended by giving it again', async () => {
  const id = await add()
  const other = open('another key of thirty-two characters')
  const unread = { code: 'BAD_REQUEST', message: expect.stringMatching(/with this BERTH_SECRET_KEY/) }
  try {
    await expect(updateRegistry(other, SYSTEM, id, { accessKey: 'bob' })).rejects.toMatchObject(unread)
    await expect(pingRegistry(other, SYSTEM, { id, url: fake.url })).rejects.toMatchObject(unread)
    await expect(pingRegistry(other, SYSTEM, { id })).rejects.toMatchObject(unread)
    const stored = await getRegistry(other, SYSTEM, id)
    await expect(openRegistry(other, stored)).rejects.toMatchObject(unread)
    await updateRegistry(other, SYSTEM, id, { name: `still ${id}` })
    await updateRegistry(other, SYSTEM, id, { accessSecret: 'pass-word' })
    await pingRegistry(other, SYSTEM, { id })
  } finally {
    await other.close()
  }
})

it('where a registry leads is judged more strictly than where it is', async () => {
  const elsewhere = await startFakeRegistry()
  try {
    const url = fake.url.replace('127.0.0.1', 'localhost')
    const stored = await getRegistry(core, SYSTEM, await add({ url, accessKey: 'bob' }))
    const client = await openRegistry(core, stored)
    const content = new TextEncoder().encode('content')
    const resume = { location: new URL(`${elsewhere.url}/orders?id=7`), minChunkBytes: 0 }
    const upload = () =>
      client.uploadBlob(parseRepositoryName('team/app'), digestOf(content), content, { resume })
    // Its name was not looked up by this client: nobody knows yet that it is in here itself.
    await upload()
    expect(elsewhere.state.requests).toEqual([])
    await upload()
    expect(elsewhere.state.requests.map(({ method }) => method)).toEqual(['GET', 'DELETE'])
  } finally {
    await elsewhere.close()
  }
})

it('takes and gives back any word for the type of a credential', async () => {
  const id = await add({ credentialType: 'secret' })
  expect((await getRegistry(core, SYSTEM, id)).credentialType).toBe('secret')
  await expect(updateRegistry(core, SYSTEM, id, { credentialType: 'x'.repeat(17) })).rejects.toMatchObject({
    code: 'BAD_REQUEST',
  })
})
