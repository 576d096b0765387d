import { digestOf, type RepositoryName, type Tag } from '@berth/registry-client'
import { addProject, image, openShop, push, testDatabase } from '@berth/testing'
import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import { SYSTEM } from '../../authorization/index.ts'
import { type Core, createCore } from '../../context/index.ts'
import { everything } from '../../list-query/index.ts'
import { readRegistry } from '../../registries/index.ts'
import { getReplication, listMissing, startReplication, stopReplication } from '../executions/index.ts'
import { writeTagStates } from '../following/index.ts'
import {
  addPolicy,
  addRegistry,
  type Harbour,
  heldBy,
  hold,
  named,
  openHarbour,
  openPolicy,
  pushTo,
  refuse,
  runPolicy,
  tasksOf,
} from '../harbour.fixture.ts'
import { claimTransfers } from './claims.ts'
import { workReplications, workReplicationsNow } from './pump.ts'
import { isResting } from './resting.ts'
import { openSlowLine } from './slow-line.fixture.ts'
import { insertReplication } from './store.ts'

// What becomes of a comparison that does not come to its end at once.
const WAIT = { interval: 50 }

let harbour: Harbour
let core: Core
beforeAll(async () => {
  harbour = await openHarbour({ addProject, openShop, testDatabase }, 'team')
  core = harbour.core
})
afterAll(() => harbour.close())

/** Another node, so many milliseconds later. */
async function later<T>(ms: number, work: (core: Core) => Promise<T>): Promise<T> {
  const node = createCore({ ...core.settings, now: () => Date.now() + ms })
  try {
    return await work(node)
  } finally {
    await node.close()
  }
}

it('a comparison that has failed asks nothing more', async () => {
  const port = await harbour.openPort()
  // Fewer than are asked for at once: the other one has its turn.
  const tags = Array.from({ length: 20 }, (_, n) => `v${n}`)
  await pushTo(port.client, 'team/limited', image('limited'), 'v1')
  await pushTo(port.client, 'team/slow', image('slow'), ...tags)
  const [asked, released] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
  const isHeadOf = (name: string) => (request: { method: string; path: string }) =>
    request.method === 'HEAD' && request.path.includes(`team/${name}/`)
  hold(port, ({ path }) => path.includes('team/limited/tags/list'), asked.promise)
  refuse(port, isHeadOf('limited'), 503, { 'retry-after': '600' })
  hold(
    port,
    (request) => {
      const isHeld = isHeadOf('slow')(request)
      if (isHeld) asked.resolve()
      return isHeld
    },
    released.promise,
  )
  const line = await openSlowLine(port.registry.url)
  try {
    const srcRegistryId = await addRegistry(core, { url: line.url })
    const run = await runPolicy(core, await addPolicy(core, { srcRegistryId, filters: named('team/*') }))
    expect(run).toMatchObject({ status: 'Running', tasks: { Scheduled: 1 } })
    await vi.waitFor(() => expect(line.underWay()).toEqual([]), WAIT)
  } finally {
    released.resolve()
    await line.close()
  }
})

it('what cannot be read, or is gone by now, keeps nothing else of its repository from going by its kind', async () => {
  const filters = [...named('team/kinds'), { type: 'resource', value: 'image' }]
  const { port, policyId } = await openPolicy(harbour, { filters }, { isSource: true })
  const [good, gone] = [image('kinds good'), image('kinds gone')]
  await pushTo(port.client, 'team/kinds', good, 'good')
  await pushTo(port.client, 'team/kinds', gone, 'gone')
  const { manifests, tags } = port.registry.state.repositories.get('team/kinds' as RepositoryName)!
  const bytes = Buffer.from('{"schemaVersion":1}')
  const mediaType = 'application/vnd.docker.distribution.manifest.v1+json'
  manifests.set(digestOf(bytes), { ...manifests.get(good.digest)!, bytes, mediaType })
  tags.set('old' as Tag, digestOf(bytes))
  refuse(port, ({ method, path }) => method === 'GET' && path.endsWith(gone.digest), 404)
  const run = await runPolicy(core, policyId)
  expect(heldBy(harbour.shop.registry, 'team/kinds').tags).toEqual({ good: good.digest })
  expect(run).toMatchObject({ status: 'Error', tasks: { Success: 1, Error: 1 } })
  const { items } = await listMissing(core, SYSTEM, run.id, everything)
  expect(items).toMatchObject([{ kind: 'copy', tags: ['old'], reasonCode: 'manifest_invalid' }])
})

it('a repository that answers 500 keeps nothing else from going, and is compared once more by itself', async () => {
  const { port, policyId } = await openPolicy(harbour, { filters: named('team/part-*') }, { isSource: true })
  const [fine, sick] = [image('part fine'), image('part sick')]
  await pushTo(port.client, 'team/part-fine', fine, 'v1')
  await pushTo(port.client, 'team/part-sick', sick, 'v1')
  refuse(port, ({ method, path }) => method === 'HEAD' && path.includes('part-sick/'), 500)
  const { id, ...run } = await runPolicy(core, policyId)
  expect(heldBy(harbour.shop.registry, 'team/part-fine').tags).toEqual({ v1: fine.digest })
  expect(run).toMatchObject({ planning: false, tasks: { Success: 1, Scheduled: 1 } })
  const waiting = (await tasksOf(core, id)).find(({ status }) => status === 'Scheduled')
  expect(waiting).toMatchObject({ transfer: { kind: 'plan', source: 'team/part-sick' } })
  port.registry.state.faults.length = 0
  await later(60_000, workReplicationsNow)
  expect(heldBy(harbour.shop.registry, 'team/part-sick').tags).toEqual({ v1: sick.digest })
  expect(await getReplication(core, SYSTEM, id)).toMatchObject({ status: 'Success', tasks: { Success: 2 } })
})

it('whoever begins a comparison again counts each tag in step once, and leaves what has a task of its own', async () => {
  const { port, registryId, policyId } = await openPolicy(
    harbour,
    { filters: named('team/again-*') },
    { isSource: true },
  )
  for (const name of ['a', 'b'])
    for (const there of [true, false]) {
      const one = image(`again ${name}`)
      if (there) await pushTo(port.client, `team/again-${name}`, one, 'v1')
      else await push(core, `team/again-${name}`, one, 'v1')
    }
  const source = 'team/again-b' as RepositoryName
  const of = { kind: 'plan', registryId, direction: 'pull' } as const
  const id = await core.db.transaction((tx) =>
    insertReplication(core, tx, {
      ...{ policyId, trigger: 'MANUAL' },
      transfers: [of, { ...of, source, target: source, dueAt: new Date(Date.now() + 60_000) }],
    }),
  )
  // What the worker that was lost had counted.
  await core.db.prisma.replicationProgress.updateMany({ where: { executionId: id }, data: { inStep: 1 } })
  expect((await claimTransfers(core, new Map(), 24)).claimed).toHaveLength(1)
  port.registry.state.requests.length = 0
  await later(30_000, workReplicationsNow)
  expect(port.registry.state.requests.filter(({ url }) => url.includes(source))).toEqual([])
  expect(await getReplication(core, SYSTEM, id)).toMatchObject({ progress: { inStep: 1 } })
  await later(120_000, workReplicationsNow)
  expect(await getReplication(core, SYSTEM, id)).toMatchObject({
    ...{ status: 'Success', statusMessage: '2 tags are in step', progress: { inStep: 2 } },
  })
})

it('what one repository lacks goes while another one is still compared', async () => {
  const { port, policyId } = await openPolicy(harbour, { filters: named('team/pace-*') }, { isSource: true })
  const [quick, slow] = [image('pace quick'), image('pace slow')]
  await pushTo(port.client, 'team/pace-quick', quick, 'v1')
  await pushTo(port.client, 'team/pace-slow', slow, 'v1')
  const released = Promise.withResolvers<void>()
  hold(port, ({ path }) => path.includes('pace-slow/tags/list'), released.promise)
  const id = await startReplication(core, SYSTEM, policyId)
  const tagsOf = (name: string) => heldBy(harbour.shop.registry, `team/pace-${name}`).tags
  try {
    await workReplications(core)
    await vi.waitFor(async () => {
      await workReplications(core)
      expect(tagsOf('quick')).toEqual({ v1: quick.digest })
    }, WAIT)
    expect(await getReplication(core, SYSTEM, id)).toMatchObject({ planning: true })
  } finally {
    released.resolve()
  }
  await workReplicationsNow(core)
  expect(tagsOf('slow')).toEqual({ v1: slow.digest })
  expect(await getReplication(core, SYSTEM, id)).toMatchObject({ status: 'Success', tasks: { Success: 2 } })
})

it('a long pause in the middle of a comparison is kept by all and waited out there, until somebody ends it', async () => {
  const { port, registryId, policyId } = await openPolicy(
    harbour,
    { filters: named('team/rest-{a,b}') },
    { isSource: true },
  )
  for (const name of ['team/rest-a', 'team/rest-b']) await pushTo(port.client, name, image(name), 'v1')
  refuse(port, ({ method, path }) => method === 'HEAD' && path.includes('rest-b/'), 429, {
    'retry-after': '600',
  })
  const id = await startReplication(core, SYSTEM, policyId)
  await workReplications(core)
  await vi.waitFor(async () => {
    const { pausedUntil, askedUntil } = await core.db.prisma.registry.findUniqueOrThrow({
      where: { id: registryId },
    })
    for (const until of [pausedUntil, askedUntil])
      expect(until!.getTime() - Date.now()).toBeGreaterThan(590_000)
  }, WAIT)
  const [task] = await tasksOf(core, id)
  expect(task).toMatchObject({ status: 'Running', transfer: { attempts: 0 } })
  expect(isResting(core, task!.id)).toBe(true)
  await stopReplication(core, SYSTEM, id)
  await vi.waitFor(async () => {
    await workReplications(core)
    expect(await getReplication(core, SYSTEM, id)).toMatchObject({ status: 'Stopped' })
    expect(isResting(core, task!.id)).toBe(false)
  }, WAIT)
})

it('a list of repositories that is refused for a moment goes on there, and nothing is compared twice', async () => {
  const answers = { maxPageSize: 1 }
  const { port, policyId } = await openPolicy(
    harbour,
    { filters: named('team/list-*') },
    { isSource: true, answers },
  )
  for (const name of ['team/list-a', 'team/list-b']) await pushTo(port.client, name, image(name), 'v1')
  const when = ({ path, query }: { path: string; query: URLSearchParams }) =>
    path.endsWith('/_catalog') && query.get('last') === 'team/list-a'
  const reply = { status: 429, headers: { 'retry-after': '1' }, body: '' }
  port.registry.state.faults.push({ when, times: 1, action: { kind: 'answer', reply } })
  expect(await runPolicy(core, policyId)).toMatchObject({ status: 'Success', tasks: { Success: 2 } })
  const { requests } = port.registry.state
  expect(requests.filter(({ url }) => url.includes('team/list-a/tags/list'))).toHaveLength(1)
  const pages = requests.filter(({ url }) => url.includes('/_catalog'))
  expect(pages.map(({ url }) => /last=([^&]*)/.exec(url)?.[1] ?? '')).toEqual([
    '',
    ...Array(2).fill(encodeURIComponent('team/list-a')),
  ])
})

it('whoever begins the comparison of a mirror again plans no deletion twice', async () => {
  const repository = 'team/begun' as RepositoryName
  const { port, registryId, policyId } = await openPolicy(
    harbour,
    { filters: named(repository), mirror: true, deletion: true },
    { type: 'berth' },
  )
  // It tells its tags by the distribution API; it has deleted the one that both sides had, and has got another.
  await core.db.prisma.registry.update({ where: { id: registryId }, data: { type: 'docker-registry' } })
  const [gone, other] = [image('begun gone'), image('begun other')]
  await push(core, repository, gone, 'gone')
  await pushTo(port.client, repository, other, 'other')
  const registry = (await readRegistry(core, registryId))!
  await writeTagStates(core, { policyId, registry }, repository, new Map([['gone' as Tag, gone.digest]]))
  const planned = { kind: 'delete', direction: 'pull', registryId, source: repository } as const
  const deletion = { target: repository, digest: gone.digest, tags: ['gone' as Tag], had: [gone.digest] }
  const id = await core.db.transaction((tx) =>
    insertReplication(core, tx, {
      ...{ policyId, trigger: 'MANUAL' },
      transfers: [
        { kind: 'plan', direction: 'push', registryId },
        { ...planned, ...deletion, dueAt: new Date(Date.now() + 60_000) },
      ],
    }),
  )
  expect((await claimTransfers(core, new Map(), 24)).claimed).toHaveLength(1)
  await later(30_000, workReplicationsNow)
  const deletions = async () =>
    (await tasksOf(core, id))
      .filter(({ transfer }) => transfer?.kind === 'delete')
      .map(({ status }) => status)
  expect(await deletions()).toEqual(['Scheduled'])
  await later(120_000, workReplicationsNow)
  expect(await deletions()).toEqual(['Success'])
  expect((await harbour.here.tags(repository)).map(({ tag }) => tag)).toEqual(['other'])
})
