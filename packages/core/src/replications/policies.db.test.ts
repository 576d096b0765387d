import { type TestDatabase, testDatabase } from '@berth/testing'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { SYSTEM } from '../authorization/index.ts'
import { type Core, createCore } from '../context/index.ts'
import { everything } from '../list-query/index.ts'
import { deleteRegistry, type RegistryType } from '../registries/index.ts'
import { readSchedule } from '../schedules/index.ts'
import { addRegistry } from './harbour.fixture.ts'
import {
  createPolicy,
  deletePolicy,
  getPolicy,
  listPolicies,
  type PolicyInput,
  REPLICATION,
  readEventPolicies,
  removingPolicies,
  updatePolicy,
} from './index.ts'

let database: TestDatabase
let core: Core
const registries = {} as Record<RegistryType, number>
const url = 'https://example.com'

beforeAll(async () => {
  database = await testDatabase()
  core = createCore({
    databaseUrl: database.url,
    secretKey: 'a secret key of thirty-two characters',
    externalUrl: 'http://berth.test',
    registryUrl: 'http://127.0.0.1:9',
    poolSize: 4,
  })
  for (const type of ['berth', 'docker-registry', 'docker-hub', 'github-ghcr'] as const)
    registries[type] = await addRegistry(core, { name: type, url, type })
})
afterAll(async () => {
  await core.close()
  await database.drop()
})

let count = 0
const policy = (change: PolicyInput = {}): PolicyInput => ({
  name: `policy-${++count}`,
  destRegistryId: registries.berth,
  enabled: true,
  ...change,
})
const refused = (change: PolicyInput, words: RegExp) =>
  expect(createPolicy(core, SYSTEM, policy(change))).rejects.toMatchObject({
    code: 'BAD_REQUEST',
    message: expect.stringMatching(words),
  })

it('keeps what it is given, replaces all of it, and goes', async () => {
  const id = await createPolicy(
    core,
    SYSTEM,
    policy({
      filters: [
        { type: 'name', value: 'team-*/**' },
        { type: 'tag', value: 'v*', decoration: 'excludes' },
        { type: 'label', value: ['stable'] },
        { type: 'semver', value: '>=1' },
      ],
      destNamespace: 'copies',
      replaceCount: 1,
      speedKbps: 1_000,
      deletion: true,
    }),
  )
  expect(await getPolicy(core, SYSTEM, id)).toMatchObject({
    srcRegistryId: null,
    remote: { id: registries.berth, name: 'berth' },
    filters: [
      { type: 'name', value: 'team-*/**' },
      { type: 'tag', value: 'v*', decoration: 'excludes' },
      { type: 'label', value: ['stable'], decoration: 'matches' },
      { type: 'semver', value: '>=1' },
    ],
    destNamespace: 'copies',
    replaceCount: 1,
    deletion: true,
    override: false,
    creatorName: 'system',
  })
  await updatePolicy(
    core,
    SYSTEM,
    id,
    policy({ name: 'renamed', destRegistryId: 0, srcRegistryId: registries.berth }),
  )
  expect(await getPolicy(core, SYSTEM, id)).toMatchObject({
    name: 'renamed',
    srcRegistryId: registries.berth,
    destRegistryId: null,
    filters: [],
    deletion: false,
  })
  await expect(createPolicy(core, SYSTEM, policy({ name: 'renamed' }))).rejects.toMatchObject({
    code: 'CONFLICT',
  })
  expect((await listPolicies(core, SYSTEM, { name: 'RENAM', query: everything })).total).toBe(1)
  await deletePolicy(core, SYSTEM, id)
  await expect(deletePolicy(core, SYSTEM, id)).rejects.toMatchObject({ code: 'NOT_FOUND' })
})

it('has a schedule exactly as long as it is enabled and scheduled', async () => {
  const scheduled = { kind: 'scheduled', cron: '0 30 2 * * *' }
  const id = await createPolicy(core, SYSTEM, policy({ trigger: scheduled }))
  expect(await readSchedule(core, REPLICATION, id)).toMatchObject({ cron: '0 30 2 * * *', type: 'Custom' })
  await updatePolicy(core, SYSTEM, id, policy({ trigger: scheduled, enabled: false }))
  expect(await readSchedule(core, REPLICATION, id)).toBeUndefined()
  await updatePolicy(core, SYSTEM, id, policy({ trigger: { kind: 'scheduled', cron: '0 0 4 * * 1' } }))
  expect(await readSchedule(core, REPLICATION, id)).toMatchObject({ cron: '0 0 4 * * 1' })
  await deletePolicy(core, SYSTEM, id)
  expect(await readSchedule(core, REPLICATION, id)).toBeUndefined()
})

it('is refused for what the registry at the other end cannot do', async () => {
  await expect(createPolicy(core, SYSTEM, policy({ destRegistryId: 999_999 }))).rejects.toMatchObject({
    code: 'NOT_FOUND',
  })
  const from = (type: RegistryType) => ({ destRegistryId: 0, srcRegistryId: registries[type] })
  const named = (type: RegistryType, value: string) => ({
    ...from(type),
    filters: [{ type: 'name', value }],
  })
  await refused(from('github-ghcr'), /name them in a filter/)
  await refused(named('github-ghcr', 'team/*'), /name them/)
  const artifactRegistry = await addRegistry(core, {
    name: 'pkg.dev',
    url: 'https://europe-docker.pkg.dev',
    type: 'google-gcr',
  })
  await refused({ destRegistryId: 0, srcRegistryId: artifactRegistry }, /does not tell its repositories/)
  await refused(from('docker-hub'), /begin a name filter with one/)
  await refused(named('docker-hub', '{library,my*}/*'), /begin a name filter with one/)
  await createPolicy(core, SYSTEM, policy(named('docker-hub', '{library/alp*,myorg/**}')))
  await createPolicy(
    core,
    SYSTEM,
    policy({ ...from('docker-hub'), filters: [{ type: 'name', value: 'library/alpine' }] }),
  )
  await refused({ destRegistryId: registries['docker-hub'], deletion: true }, /deletes nothing/)
  await refused({ destRegistryId: registries['docker-registry'], mirror: true }, /mirror needs/)
})

it('is found by events only when it is enabled and follows this Berth', async () => {
  const event = { trigger: { kind: 'event_based' } }
  const id = await createPolicy(core, SYSTEM, policy(event))
  await createPolicy(core, SYSTEM, policy({ ...event, enabled: false }))
  expect((await readEventPolicies(core)).map((one) => one.id)).toEqual([id])
})

it('goes with its registry when that is asked for, with its schedule and a line of its own', async () => {
  const id = await addRegistry(core, { url, type: 'berth' })
  const trigger = { kind: 'scheduled', cron: '0 30 2 * * *' }
  const ids = [
    await createPolicy(core, SYSTEM, policy({ destRegistryId: id, trigger })),
    await createPolicy(core, SYSTEM, policy({ destRegistryId: 0, srcRegistryId: id })),
  ]
  await expect(deleteRegistry(core, SYSTEM, id)).rejects.toMatchObject({ code: 'PRECONDITION' })
  const digest = `sha256:${'0'.repeat(64)}`
  await database.db.prisma.replicationTagState.createMany({
    data: ids.map((policyId) => ({ policyId, repository: 'team/app', tag: 'v1', digest })),
  })
  const remove = await removingPolicies(core, SYSTEM, id)
  // A row for each tag may be more than one transaction can remove.
  expect(await database.db.prisma.replicationTagState.count({ where: { policyId: { in: ids } } })).toBe(0)
  await deleteRegistry(core, SYSTEM, id, remove)
  expect(await database.db.prisma.replicationPolicy.count({ where: { id: { in: ids } } })).toBe(0)
  expect(await readSchedule(core, REPLICATION, ids[0]!)).toBeUndefined()
  const where = { resourceType: 'replication_policy', action: 'delete' }
  expect(await database.db.prisma.auditLine.count({ where })).toBeGreaterThanOrEqual(2)
})

it('keeps its registry from being removed, also while both happen at once', async () => {
  for (let round = 0; round < 3; round++) {
    const id = await addRegistry(core, { url, type: 'berth' })
    const [made, removed] = await Promise.allSettled([
      createPolicy(core, SYSTEM, policy({ destRegistryId: id })),
      deleteRegistry(core, SYSTEM, id),
    ])
    expect([made.status, removed.status].sort()).toEqual(['fulfilled', 'rejected'])
    const { code } = (made.status === 'rejected' ? made : (removed as PromiseRejectedResult)).reason
    expect(['NOT_FOUND', 'PRECONDITION']).toContain(code)
  }
})
