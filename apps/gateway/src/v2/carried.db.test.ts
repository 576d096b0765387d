import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type Core, SYSTEM } from '@berth/core'
import { addLabel, getArtifact } from '@berth/core/artifacts'
import { dispatchEvents } from '@berth/core/events'
import { createLabel, listLabels } from '@berth/core/labels'
import { everything } from '@berth/core/list-query'
import { createRegistry } from '@berth/core/registries'
import {
  createPolicy,
  getReplication,
  getReplicationTaskLog,
  listReplicationTasks,
  REPLICATION,
  replicationSubscriber,
  startReplication,
  startScheduledReplication,
  workReplicationsNow,
} from '@berth/core/replications'
import { runDueSchedules } from '@berth/core/schedules'
import { image, push } from '@berth/testing'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { PASSWORD, startBerth, type TestBerth } from '../../test/berth.ts'

// What travels between two Berths besides the images: projects, labels, and what is attached to an image after it was copied.
let east: TestBerth
let west: TestBerth
let projectId: number
const repository = 'team/app'
const STABLE = { name: 'stable', description: 'It runs.', color: '#00ff00' }
const OURS = { name: 'ours', description: '', color: '#ff0000' }

beforeAll(async () => {
  ;[east, west] = await Promise.all([startBerth(), startBerth()])
  await west.addUser('root')
  await west.addUser('dev')
  await east.addUser('root')
  projectId = await east.addProject('team')
  await west.addProject('dev', { members: { dev: 'maintainer' } })
})
afterAll(async () => {
  await Promise.all([east?.close(), west?.close()])
})

async function addRegistry(
  { core }: TestBerth,
  accessKey: string,
  url: string,
  name = `with ${accessKey}`,
): Promise<number> {
  await createRegistry(core, SYSTEM, { name, url, type: 'berth', accessKey, accessSecret: PASSWORD })
  return (await core.db.prisma.registry.findUniqueOrThrow({ where: { name } })).id
}
const addPolicy = ({ core }: TestBerth, name: string, change: object) =>
  createPolicy(core, SYSTEM, {
    ...{ name, enabled: true, override: true, filters: [{ type: 'name', value: repository }] },
    ...change,
  })
async function run({ core }: TestBerth, policyId: number) {
  const id = await startReplication(core, SYSTEM, policyId)
  await workReplicationsNow(core)
  const { items } = await listReplicationTasks(core, SYSTEM, id, {}, everything)
  const { status, statusMessage } = await getReplication(core, SYSTEM, id)
  const logs = await Promise.all(items.map((task) => getReplicationTaskLog(core, SYSTEM, id, task.id)))
  return { status, statusMessage, copied: items.length, log: logs.join('') }
}
const inStep = { status: 'Success', statusMessage: '1 tags are in step', copied: 0, log: '' }
async function labelsAt(core: Core, at: string) {
  const { labels } = await getArtifact(core, SYSTEM, {
    ...{ repository: at, reference: 'v1', parts: { labels: true } },
  })
  return labels!.map(({ name, description, color, projectId: of }) => ({
    label: { name, description, color },
    isGlobal: of === null,
  }))
}
const label = async ({ core }: TestBerth, of: number | null, input: typeof OURS) => {
  const labelId = await createLabel(core, SYSTEM, { projectId: of, ...input })
  await addLabel(core, SYSTEM, { repository, reference: 'v1', labelId })
}
const both = [
  { label: OURS, isGlobal: false },
  { label: STABLE, isGlobal: true },
]
async function attachedAt(core: Core, at: string) {
  const { accessories } = await getArtifact(core, SYSTEM, {
    ...{ repository: at, reference: 'v1', parts: { accessories: true } },
  })
  return accessories!.map(({ digest }) => digest).sort()
}

test('labels go along by name, are made where there is none, and fail no copy; what is attached later comes later', async () => {
  const one = image('carried')
  await push(east.core, repository, one, 'v1')
  await label(east, null, STABLE)
  await label(east, projectId, OURS)
  const asRoot = await addRegistry(east, 'root', west.url)
  const asDev = await addRegistry(east, 'dev', west.url)
  const pushing = await addPolicy(east, 'push', { destRegistryId: asRoot })
  const limited = await addPolicy(east, 'limited', {
    ...{ destRegistryId: asDev, destNamespace: 'dev', destNamespaceReplaceCount: 1 },
  })

  // Maintainers make labels of their project, no global ones.
  const first = await run(east, limited)
  expect(first).toMatchObject({ status: 'Success', copied: 1 })
  expect(first.log).toMatch(/the label stable was not carried: .*403/)
  expect(await labelsAt(west.core, 'dev/app')).toEqual([{ label: OURS, isGlobal: false }])

  expect(await run(east, pushing)).toMatchObject({ status: 'Success', copied: 1 })
  expect(await labelsAt(west.core, repository)).toEqual(both)
  expect(await run(east, pushing)).toEqual(inStep)

  const sbom = image('carried sbom', { subject: one })
  const signature = image('carried signature')
  await push(east.core, repository, sbom)
  await push(east.core, repository, signature, `${one.digest.replace(':', '-')}.sig`)
  const attached = [sbom.digest, signature.digest].sort()
  expect(await run(east, pushing)).toMatchObject({ status: 'Success', copied: 1 })
  expect(await attachedAt(west.core, repository)).toEqual(attached)
  expect(await run(east, pushing)).toEqual(inStep)
})

test('a pull brings the same', async () => {
  const asRoot = await addRegistry(west, 'root', east.url)
  const to = { destNamespace: 'pulled', destNamespaceReplaceCount: 1 }
  const pulling = await addPolicy(west, 'pull', { srcRegistryId: asRoot, ...to })
  const before = await attachedAt(east.core, repository)
  expect(await run(west, pulling)).toMatchObject({ status: 'Success', copied: 1 })
  expect(await labelsAt(west.core, 'pulled/app')).toEqual(both)
  expect(await attachedAt(west.core, 'pulled/app')).toEqual(before)
  const { items } = await listLabels(west.core, SYSTEM, { projectId: null, query: everything })
  expect(items.map(({ name }) => name)).toEqual(['stable'])
  expect(await run(west, pulling)).toEqual(inStep)

  const late = image('carried late', { subject: image('carried') })
  await push(east.core, repository, late)
  expect(await run(west, pulling)).toMatchObject({ status: 'Success', copied: 1 })
  expect(await attachedAt(west.core, 'pulled/app')).toEqual([...before, late.digest].sort())
  expect(await run(west, pulling)).toEqual(inStep)
})

test('a policy by a glob takes projects that come after it, by event, by hand and by schedule, and makes them there', async () => {
  const destRegistryId = await addRegistry(east, 'root', west.url, 'for later')
  const ways = {
    events: { trigger: { kind: 'event_based' } },
    hand: { trigger: { kind: 'manual' } },
    schedule: { trigger: { kind: 'scheduled', cron: '0 0 2 * * *' } },
  }
  const policies = new Map<string, number>()
  for (const [way, change] of Object.entries(ways)) {
    const filters = [{ type: 'name', value: `later-${way}-*/**` }]
    policies.set(way, await addPolicy(east, `later by ${way}`, { destRegistryId, filters, ...change }))
  }
  const one = image('carried later')
  for (const way of policies.keys())
    for (const [at, isPublic] of [
      ['a', true],
      ['b', false],
    ] as const) {
      await east.addProject(`later-${way}-${at}`, { public: isPublic })
      await push(east.core, `later-${way}-${at}/deep/app`, one, 'v1')
    }

  await dispatchEvents(east.core, [replicationSubscriber])
  await workReplicationsNow(east.core)
  expect(await run(east, policies.get('hand')!)).toMatchObject({ status: 'Success', copied: 2 })
  const due = { data: { nextRunAt: new Date() } }
  await east.core.db.prisma.schedule.updateMany(due)
  await runDueSchedules(east.core, { [REPLICATION]: startScheduledReplication })
  await workReplicationsNow(east.core)

  for (const way of policies.keys())
    for (const at of ['a', 'b']) {
      const { digest } = await getArtifact(west.core, SYSTEM, {
        ...{ repository: `later-${way}-${at}/deep/app`, reference: 'v1', parts: {} },
      })
      expect(digest).toBe(one.digest)
      const made = await west.core.db.prisma.project.findFirstOrThrow({
        where: { name: `later-${way}-${at}` },
      })
      expect(made.public).toBe(at === 'a')
    }
})

test('a proxy cache as the target is named in a sentence', async () => {
  const projects = [{ project_id: 1, name: 'team', registry_id: 3, metadata: { public: 'true' } }]
  const server = createServer(({ url }, answer) => {
    const isProjects = url?.startsWith('/api/v2.0/projects?')
    answer.writeHead(isProjects ? 200 : 404, { 'content-type': 'application/json' })
    answer.end(JSON.stringify(isProjects ? projects : {}))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  try {
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
    const at = new Date()
    const data = { name: 'a harbor', url, type: 'harbor', createdAt: at, updatedAt: at }
    const { id: destRegistryId } = await east.core.db.prisma.registry.create({ data })
    const { status, log } = await run(east, await addPolicy(east, 'to a proxy', { destRegistryId }))
    expect(status).toBe('Error')
    expect(log).toContain('the project team there is a proxy cache, into which nothing can be copied')
  } finally {
    server.closeAllConnections()
    server.close()
  }
})
