import type { Tag } from '@berth/registry-client'
import { addProject, image, openShop, type Pushable, push, testDatabase } from '@berth/testing'
import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import { deleteArtifact } from '../../artifacts/index.ts'
import { SYSTEM } from '../../authorization/index.ts'
import { type Core, createCore } from '../../context/index.ts'
import { dispatchEvents } from '../../events/index.ts'
import { everything } from '../../list-query/index.ts'
import { readRegistry } from '../../registries/index.ts'
import { deleteTag } from '../../tags/index.ts'
import { listReplications, listReplicationTasks } from '../executions/index.ts'
import {
  type Harbour,
  heldBy,
  named,
  openHarbour,
  openPolicy,
  pushTo,
  runPolicy,
} from '../harbour.fixture.ts'
import type { PolicyInput } from '../model.ts'
import { updatePolicy } from '../service.ts'
import { replicationSubscriber } from '../subscribers.ts'
import { workReplicationsNow } from '../work/index.ts'
import { readTagStates, writeTagStates } from './store.ts'

// Where labels, ages or kinds decide what goes, only what is remembered to have gone is deleted at the target.

let harbour: Harbour
let core: Core
beforeAll(async () => {
  harbour = await openHarbour({ addProject, openShop, testDatabase }, 'team')
  core = harbour.core
})
afterAll(() => harbour.close())

const follow = async () => {
  await dispatchEvents(core, [replicationSubscriber])
  await workReplicationsNow(core)
}
const chart = (name: string) => image(name, { configType: 'application/vnd.cncf.helm.config.v1+json' })
const newest = { type: 'newest', value: 10 }

const following = (repository: string, policy: PolicyInput) =>
  openPolicy(harbour, {
    ...{ deletion: true, trigger: { kind: 'event_based' } },
    ...policy,
    filters: [...named(repository), ...(policy.filters ?? [])],
  })
const remove = (repository: string, { digest }: Pushable) =>
  deleteArtifact(core, SYSTEM, { repository, reference: digest })
async function lastTask(policyId: number) {
  const { items } = await listReplications(core, SYSTEM, { policyId }, everything)
  return (await listReplicationTasks(core, SYSTEM, items[0]!.id, {}, everything)).items[0]
}

it('what a run found in step is deleted there when it is deleted here, also where deletions were switched on later', async () => {
  const repository = 'team/switched'
  const { port, policyId, input } = await following(repository, { filters: [newest], deletion: false })
  const [one, two] = [image('in step one'), image('in step two')]
  await push(core, repository, one, 'v1')
  await push(core, repository, two, 'v2')
  await follow()
  await updatePolicy(core, SYSTEM, policyId, { ...input, deletion: true })
  await remove(repository, one)
  await follow()
  // Nobody looked since: it may have come from elsewhere.
  expect(await lastTask(policyId)).toMatchObject({ transfer: { reason: 'stays' } })
  expect(heldBy(port.registry, repository).tags).toEqual({ v1: one.digest, v2: two.digest })
  await runPolicy(core, policyId)
  await remove(repository, two)
  await follow()
  expect(heldBy(port.registry, repository).tags).toEqual({ v1: one.digest })
})

it('what no filter means is not deleted there because a run saw it on both sides', async () => {
  const repository = 'team/meant'
  const [ours, theirs] = [image('meant'), chart('not meant')]
  await push(core, repository, ours, 'v1')
  await push(core, repository, theirs, 'chart')
  await follow()
  const { port, policyId, registryId } = await following(repository, {
    filters: [{ type: 'resource', value: 'image' }],
  })
  await pushTo(port.client, repository, ours, 'v1')
  await pushTo(port.client, repository, theirs, 'chart')
  await runPolicy(core, policyId)
  expect([...(await readTagStates(core, policyId, repository)).keys()]).toEqual(['v1'])
  // As from a time when the policy meant charts as well.
  const registry = (await readRegistry(core, registryId))!
  await writeTagStates(core, { policyId, registry }, repository, new Map([['chart' as Tag, theirs.digest]]))
  await remove(repository, ours)
  await remove(repository, theirs)
  await follow()
  expect(heldBy(port.registry, repository).tags).toEqual({ chart: theirs.digest })
})

it('of an artifact a part of whose tags could not be put, those that went there are deleted there', async () => {
  const repository = 'team/parts'
  const [one, theirs] = [image('partly there'), image('there before')]
  for (const tag of ['a', 'b']) await push(core, repository, one, tag)
  await follow()
  const { port, policyId } = await following(repository, { filters: [newest], override: false })
  await pushTo(port.client, repository, theirs, 'b')
  await runPolicy(core, policyId)
  expect(heldBy(port.registry, repository).tags).toEqual({ a: one.digest, b: theirs.digest })
  await remove(repository, one)
  await follow()
  expect(heldBy(port.registry, repository).tags).toEqual({ b: theirs.digest })
  expect(await lastTask(policyId)).toMatchObject({
    statusMessage: expect.stringMatching(/left there: b$/),
    transfer: { reason: 'partly' },
  })
})

it('a signature that is deleted here is deleted there, with what it signs remembered', async () => {
  const repository = 'team/signed'
  const { port } = await following(repository, { filters: [newest] })
  const [one, signature] = [image('signed'), image('its signature')]
  const byTag = `${one.digest.replace(':', '-')}.sig`
  await push(core, repository, one, 'v1')
  await push(core, repository, signature, byTag)
  await follow()
  expect(Object.keys(heldBy(port.registry, repository).tags)).toHaveLength(2)
  await deleteTag(core, SYSTEM, { repository, reference: byTag, name: byTag })
  await follow()
  expect(heldBy(port.registry, repository).tags).toEqual({ v1: one.digest })
})

it('what events have brought or taken away during a comparison is not overwritten by it', async () => {
  const repository = 'team/meanwhile'
  const [one, two] = [image('compared'), image('brought meanwhile')]
  for (const tag of ['v1', 'v2', 'v3']) await push(core, repository, one, tag)
  await follow()
  const { port, policyId } = await following(repository, { filters: [newest] })
  await pushTo(port.client, repository, one, 'v1', 'v2', 'v3')
  const { promise: free, resolve: letGo } = Promise.withResolvers<void>()
  const { faults, requests } = port.registry.state
  const isLook = (tag: string, method: string, path: string) =>
    method === 'HEAD' && path.endsWith(`/manifests/${tag}`)
  faults.push({
    when: ({ method, path }) => isLook('v2', method, path),
    times: 1,
    action: { kind: 'hold', until: free },
  })
  const node = createCore(core.settings)
  try {
    const running = runPolicy(node, policyId)
    await vi.waitFor(() => {
      for (const tag of ['v1', 'v2', 'v3'])
        expect(requests.some(({ method, url }) => isLook(tag, method, url))).toBe(true)
    })
    await push(core, repository, two, 'v1')
    await deleteTag(core, SYSTEM, { repository, reference: 'v3', name: 'v3' })
    await follow()
    expect(heldBy(port.registry, repository).tags).toMatchObject({ v1: two.digest })
    letGo()
    await running
  } finally {
    letGo()
    await node.close()
  }
  expect(Object.fromEntries(await readTagStates(core, policyId, repository))).toEqual({
    v1: two.digest,
    v2: one.digest,
  })
})

it('a layer that came spoilt once and whole the second time leaves no artifact behind that is copied in part', async () => {
  const repository = 'team/spoilt'
  const { port, policyId } = await following(repository, { filters: [newest] })
  const one = image('spoilt once')
  const layer = one.blobs[1]!
  await push(core, repository, one, 'v1')
  harbour.shop.registry.state.faults.push({
    when: ({ method, path }) => method === 'GET' && path.endsWith(layer.digest),
    times: 1,
    action: {
      kind: 'rewrite',
      change: (reply) => ({ ...reply, body: layer.bytes.map((byte, at) => (at === 0 ? byte ^ 1 : byte)) }),
    },
  })
  // A process that knows nothing of what was pushed.
  const node = createCore(core.settings)
  try {
    await dispatchEvents(node, [replicationSubscriber])
    await workReplicationsNow(node)
  } finally {
    await node.close()
  }
  expect(await lastTask(policyId)).toMatchObject({ status: 'Success', transfer: { reason: 'copied' } })
  await remove(repository, one)
  await follow()
  expect(heldBy(port.registry, repository).tags).toEqual({})
})
