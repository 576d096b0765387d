import { type FakeRegistry, startFakeRegistry } from '@berth/registry-client/fake'
import { createAuthority, type TestDatabase, testDatabase } from '@berth/testing'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { type Actor, SYSTEM } from '../authorization/index.ts'
import { type Core, createCore } from '../context/index.ts'
import { everything } from '../list-query/index.ts'
import {
  checkRegistries,
  createRegistry,
  deleteRegistry,
  getRegistry,
  getRegistryInfo,
  listRegistries,
  openRegistry,
  pingRegistry,
  type RegistryInput,
  readRegistry,
  updateRegistry,
} from './index.ts'
import type { RegistryReason } from './reasons.ts'

let database: TestDatabase
let core: Core
let there: Core
let fake: FakeRegistry
let nowMs = Date.parse('2026-05-01T10:00:00Z')
const open = () =>
  createCore({
    databaseUrl: database.url,
    secretKey: 'a secret key of thirty-two characters',
    externalUrl: 'http://berth.test',
    registryUrl: 'http://127.0.0.1:9',
    poolSize: 4,
    now: () => nowMs,
  })

beforeAll(async () => {
  database = await testDatabase()
  core = open()
  there = open()
  fake = await startFakeRegistry({ auth: { users: { ann: 'pass-word' } } })
})
afterAll(async () => {
  await Promise.all([core.close(), there.close(), fake.close()])
  await database.drop()
})

let count = 0
const input = (change: RegistryInput = {}): RegistryInput => ({
  name: `registry-${++count}`,
  type: 'docker-registry',
  url: fake.url,
  accessKey: 'ann',
  accessSecret: 'pass-word',
  ...change,
})
const refused = (work: Promise<unknown>, code: string, words: string | RegExp) =>
  expect(work).rejects.toMatchObject({ code, message: expect.stringMatching(words) })
/** Nothing listens there any more. */
async function deadUrl(): Promise<string> {
  const gone = await startFakeRegistry()
  await gone.close()
  return gone.url
}

it('adds a registry that answers, keeps its secret encrypted, and reaches it with it', async () => {
  const id = await createRegistry(core, SYSTEM, input({ description: 'the other site' }))
  const row = await database.db.prisma.registry.findUniqueOrThrow({ where: { id } })
  expect(row).toMatchObject({
    status: 'healthy',
    statusMessage: '',
    type: 'docker-registry',
    maxTransfers: 6,
  })
  expect(JSON.stringify(row)).not.toContain('pass-word')
  const lines = await database.db.prisma.auditLine.findMany({ where: { resourceType: 'registry' } })
  expect(lines).toHaveLength(1)
  expect(JSON.stringify(lines, (_, value) => (typeof value === 'bigint' ? `${value}` : value))).not.toContain(
    'pass-word',
  )
  const client = await openRegistry(core, (await readRegistry(core, id))!)
  await expect(client.ping()).resolves.toBeUndefined()
  // One client for all who ask, so that they share tokens and connections.
  expect(await openRegistry(core, (await readRegistry(core, id))!)).toBe(client)
  expect((await listRegistries(core, SYSTEM, { query: everything })).total).toBe(1)
})

it('says in a sentence, and by a word where it was asked, why a registry is not added', async () => {
  const cases: [RegistryInput, RegExp, RegistryReason?][] = [
    [{ url: await deadUrl() }, /it refuses connections/, 'unreachable'],
    [{ accessSecret: 'wrong' }, /it refuses these credentials/, 'credentials_refused'],
    [{ accessKey: '', accessSecret: '' }, /it wants credentials, and has none/, 'credentials_missing'],
    [{ type: 'berth' }, /it does not answer as a registry of the type berth/, 'wrong_type'],
    [{ url: 'https://127.0.0.1:1' }, /it refuses connections/, 'unreachable'],
    [{ url: fake.url.replace('http:', 'https:') }, /it does not speak TLS/, 'no_tls'],
    [
      { url: 'http://169.254.169.254' },
      /at an address that Berth does not connect to/,
      'address_not_allowed',
    ],
    [
      { url: 'http://[::ffff:a9fe:a9fe]' },
      /at an address that Berth does not connect to/,
      'address_not_allowed',
    ],
    [{ type: 'ali-acr' }, /no adapter for ali-acr/],
    [{ type: 'nonsense' }, /type must be one of/],
    [{ url: 'ftp://example.com' }, /http or https/],
    [{ url: `${fake.url}/?x=1` }, /must not hold a query/],
    [{ url: fake.url.replace('//', '//ann:pass@') }, /must not hold a name/],
    [{ name: ' ' }, /needs a name/],
    [{ caCertificate: 'not pem' }, /certificates in PEM/],
  ]
  for (const [change, message, reason] of cases)
    await expect(createRegistry(core, SYSTEM, input(change))).rejects.toMatchObject({
      code: 'BAD_REQUEST',
      message: expect.stringMatching(message),
      reason,
    })
  const taken = input()
  await createRegistry(core, SYSTEM, taken)
  await refused(createRegistry(core, SYSTEM, taken), 'CONFLICT', /of this name/)
})

it('never follows a redirect of a registry to a link-local address', async () => {
  const reply = { status: 307, headers: { location: 'http://169.254.169.254/latest/' }, body: undefined }
  fake.state.faults.push({ when: () => true, times: 1, action: { kind: 'answer', reply } })
  await refused(createRegistry(core, SYSTEM, input()), 'BAD_REQUEST', /does not connect to/)
})

it('sends a stored secret to nobody but the registry that it was given for', async () => {
  const id = await createRegistry(core, SYSTEM, input())
  const strange = await startFakeRegistry({ auth: { scheme: 'basic', users: {} } })
  await refused(
    updateRegistry(core, SYSTEM, id, { url: strange.url }),
    'BAD_REQUEST',
    /give the secret again/,
  )
  await refused(pingRegistry(core, SYSTEM, { id, url: strange.url }), 'BAD_REQUEST', /give the secret again/)
  await refused(pingRegistry(core, SYSTEM, { id, insecure: true }), 'BAD_REQUEST', /give the secret again/)
  const caCertificate = createAuthority('Of somebody else').certificatePem
  await refused(updateRegistry(core, SYSTEM, id, { caCertificate }), 'BAD_REQUEST', /give the secret again/)
  await refused(
    pingRegistry(core, SYSTEM, { id, url: strange.url, accessSecret: '*****' }),
    'BAD_REQUEST',
    /give the secret again/,
  )
  expect(strange.state.requests).toEqual([])
  await strange.close()
  await expect(pingRegistry(core, SYSTEM, { id })).resolves.toBeUndefined()
  await expect(
    pingRegistry(core, SYSTEM, { id, accessKey: 'ann', accessSecret: '*****' }),
  ).resolves.toBeUndefined()
})

it('is asked as it is stored by whoever may read it, and otherwise by whoever may change or add one', async () => {
  const id = await createRegistry(core, SYSTEM, input())
  const robot = (...deeds: string[]): Actor => ({
    kind: 'robot',
    id: 1,
    name: 'robot$looks',
    projectId: null,
    expiresAt: null,
    grants: { system: new Set(deeds), everyProject: new Map(), projects: new Map() },
  })
  const reader = robot('registry:read')
  await pingRegistry(core, reader, { id })
  for (const asked of [{ url: fake.url, type: 'docker-registry' }, { id, url: fake.url }, {}])
    await expect(pingRegistry(core, reader, asked)).rejects.toMatchObject({ code: 'FORBIDDEN' })
  await expect(pingRegistry(core, robot(), { id })).rejects.toMatchObject({ code: 'FORBIDDEN' })
  await pingRegistry(core, robot('registry:read', 'registry:update'), { id, url: fake.url })
})

it('changes what is given, and keeps the rest and the secret', async () => {
  const id = await createRegistry(core, SYSTEM, input())
  const before = await getRegistry(core, SYSTEM, id)
  // A name is changed also while the registry is away.
  fake.state.faults.push({ when: () => true, times: 1, action: { kind: 'drop' } })
  await updateRegistry(core, SYSTEM, id, { name: 'renamed', bandwidthKbps: 5_000, maxTransfers: 2 })
  fake.state.faults.length = 0
  const after = await getRegistry(core, SYSTEM, id)
  expect(after).toMatchObject({ name: 'renamed', bandwidthKbps: 5_000, maxTransfers: 2, url: before.url })
  expect(after.accessSecret).toBe(before.accessSecret)
  await refused(updateRegistry(core, SYSTEM, id, { accessSecret: 'wrong' }), 'BAD_REQUEST', /refuses these/)
  await updateRegistry(core, SYSTEM, id, { accessSecret: 'pass-word' })
  expect((await getRegistry(core, SYSTEM, id)).accessSecret).not.toBe(before.accessSecret)
  await refused(updateRegistry(core, SYSTEM, 999_999, { name: 'x' }), 'NOT_FOUND', /registry/)
})

it('looks at each registry every five minutes, once on however many nodes, and dead ones hold up nobody', async () => {
  const ids = [await createRegistry(core, SYSTEM, input()), await createRegistry(core, SYSTEM, input())]
  await database.db.prisma.registry.update({
    where: { id: ids[0]! },
    data: { url: await deadUrl() },
  })
  const signal = new AbortController().signal
  expect(await checkRegistries(core, signal)).toEqual([])
  nowMs += 5 * 60_000 + 1
  const seen = fake.state.requests.length
  const others = (await database.db.prisma.registry.count()) - 1
  const changes = (await Promise.all([checkRegistries(core, signal), checkRegistries(there, signal)])).flat()
  expect(changes).toEqual([
    { registry: expect.any(String), status: 'unhealthy', message: 'it refuses connections' },
  ])
  // Asked for a challenge, a token and then the answer.
  expect(fake.state.requests.length - seen).toBe(3 * others)
  expect(await getRegistry(core, SYSTEM, ids[0]!)).toMatchObject({
    status: 'unhealthy',
    statusMessage: 'it refuses connections',
    statusReason: 'unreachable',
    checkedAt: new Date(nowMs),
  })
})

it('is not removed while policies use it, and says which', async () => {
  const id = await createRegistry(core, SYSTEM, input())
  const at = new Date(nowMs)
  const policy = await database.db.prisma.replicationPolicy.create({
    data: {
      name: 'to-the-other-site',
      destRegistryId: id,
      filters: [],
      triggerKind: 'manual',
      creatorName: 'ann',
      createdAt: at,
      updatedAt: at,
    },
  })
  await refused(deleteRegistry(core, SYSTEM, id), 'PRECONDITION', /to-the-other-site/)
  await database.db.prisma.replicationPolicy.delete({ where: { id: policy.id } })
  await deleteRegistry(core, SYSTEM, id)
  await refused(getRegistry(core, SYSTEM, id), 'NOT_FOUND', /registry/)
})

it('tells what a policy can ask of it, and of this Berth', async () => {
  const id = await createRegistry(core, SYSTEM, input())
  const types = async (of: number) =>
    (await getRegistryInfo(core, SYSTEM, of)).filters.map(({ type }) => type)
  expect(await types(0)).toContain('label')
  expect(await types(id)).not.toContain('label')
  // A list of names, as a policy wants them.
  const { filters } = await getRegistryInfo(core, SYSTEM, 0)
  expect(filters.find(({ type }) => type === 'label')).toEqual({ type: 'label', style: 'list', values: [] })
  expect((await getRegistryInfo(core, SYSTEM, id)).triggers).toEqual(['manual', 'scheduled'])
  await refused(getRegistryInfo(core, SYSTEM, -1), 'NOT_FOUND', /registry/)
})
