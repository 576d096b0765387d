import { randomUUID } from 'node:crypto'
import type { Digest, RepositoryName, Tag } from '@berth/registry-client'
import { addProject, image, openShop, push, testDatabase } from '@berth/testing'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { deleteArtifact } from '../../artifacts/index.ts'
import { SYSTEM } from '../../authorization/index.ts'
import type { Core } from '../../context/index.ts'
import { type Registry, readRegistry } from '../../registries/index.ts'
import { updateRegistryRow, writeCheck } from '../../registries/store.ts'
import { compileFilters } from '../filters.ts'
import { readTagStates, writeTagStates } from '../following/index.ts'
import {
  addPolicy,
  addRegistry,
  type Harbour,
  heldBy,
  openHarbour,
  type Port,
  pushTo,
} from '../harbour.fixture.ts'
import type { PolicyInput } from '../model.ts'
import { openTurns } from '../planning/index.ts'
import { updatePolicy } from '../service.ts'
import type { Site } from '../sites/index.ts'
import { readPolicy } from '../store.ts'
import { compareRepository } from './compare.ts'
import { removeMirrored } from './mirrored.ts'
import type { Direction, Transfer } from './model.ts'

let harbour: Harbour
let core: Core
let count = 0
beforeAll(async () => {
  harbour = await openHarbour({ addProject, openShop, testDatabase }, 'team')
  core = harbour.core
})
afterAll(() => harbour.close())

const [one, two] = [image('mirrored one'), image('mirrored two')]
const tags = ['v1', 'v2', 'v3'] as Tag[]
const signal = new AbortController().signal
const line = { resourceType: 'registry', action: 'update', actor: SYSTEM, resource: 'x' } as const

async function openRegistry(): Promise<{ port: Port; registry: Registry }> {
  const port = await harbour.openPort()
  const id = await addRegistry(core, { url: port.registry.url, type: 'berth', instanceId: randomUUID() })
  return { port, registry: (await readRegistry(core, id))! }
}

/** A mirror of one repository, which both sides have with three tags and agree on. */
async function open() {
  const { port, registry } = await openRegistry()
  const repository = `team/mirrored-${++count}` as RepositoryName
  const input: PolicyInput = {
    ...{ name: repository.replace('/', '-'), enabled: true, override: true, mirror: true, deletion: true },
    destRegistryId: registry.id,
  }
  const policyId = await addPolicy(core, input)
  for (const tag of tags) await push(core, repository, one, tag)
  await pushTo(port.client, repository, one, ...tags)
  const mirror = { port, registry, repository, policyId, input }
  await agree(mirror)
  return mirror
}
type Mirror = Awaited<ReturnType<typeof open>>

const agree = ({ policyId, registry, repository }: Mirror) =>
  writeTagStates(core, { policyId, registry }, repository, new Map(tags.map((tag) => [tag, one.digest])))
const agreed = async ({ policyId, repository }: Mirror) =>
  [...(await readTagStates(core, policyId, repository)).keys()].sort()
/** Lists of another Berth tell digests. */
const told = ({ site }: Port): Site => ({
  ...site,
  tags: async (repository, options) =>
    Promise.all(
      (await site.tags(repository, options)).map(async (fact) => ({
        ...fact,
        digest: (await site.head(repository, fact.tag, options))?.digest,
      })),
    ),
})
const endsOf = ({ port }: Mirror, direction: Direction) =>
  direction === 'push'
    ? { from: harbour.here, to: told(port), heard: () => true, answers: () => 1 }
    : { from: told(port), to: harbour.here, heard: () => true, answers: () => 1 }

async function compare(mirror: Mirror, direction: Direction) {
  const policy = (await readPolicy(core, mirror.policyId))!
  const ends = endsOf(mirror, direction)
  const way = { core, policy, registry: mirror.registry, filters: compileFilters([]), direction, ends }
  const turns = openTurns()
  const found = await compareRepository({ ...way, turns, remembers: true }, mirror.repository, signal)
  return {
    copies: found.copies.flatMap((copy) => copy.tags).sort(),
    deletions: found.deletions.flatMap((deletion) => deletion.tags).sort(),
  }
}

it('of a mirror of images nothing else is remembered, nor deleted on one side because the other has deleted it', async () => {
  const mirror = await open()
  const { port, repository, policyId, input } = mirror
  await updatePolicy(core, SYSTEM, policyId, { ...input, filters: [{ type: 'resource', value: 'image' }] })
  const chart = image('no image', { configType: 'application/vnd.cncf.helm.config.v1+json' })
  await push(core, repository, chart, 'chart')
  await pushTo(port.client, repository, chart, 'chart')
  expect(await compare(mirror, 'push')).toEqual({ copies: [], deletions: [] })
  expect(await agreed(mirror)).toEqual(tags)
  const before = { policyId, registry: mirror.registry }
  await writeTagStates(core, before, repository, new Map([['chart' as Tag, chart.digest]]))
  port.registry.state.repositories.get(repository)!.tags.delete('chart' as Tag)
  port.registry.state.repositories.get(repository)!.tags.delete('v3' as Tag)
  expect(await compare(mirror, 'push')).toEqual({ copies: [], deletions: ['v3'] })
})

it('who has lost a repository gets it back, also when only a part of it came back before', async () => {
  const there = await open()
  there.port.registry.state.repositories.clear()
  expect(await compare(there, 'push')).toEqual({ copies: tags, deletions: [] })
  await pushTo(there.port.client, there.repository, one, 'v2')
  expect(await compare(there, 'push')).toEqual({ copies: tags, deletions: [] })
  expect(await compare(there, 'pull')).toEqual({ copies: [], deletions: [] })

  const here = await open()
  await deleteArtifact(core, SYSTEM, { repository: here.repository, reference: one.digest })
  expect(await compare(here, 'pull')).toEqual({ copies: tags, deletions: [] })
  await push(core, here.repository, one, 'v1')
  expect(await compare(here, 'pull')).toEqual({ copies: tags, deletions: [] })
})

it('what was agreed with one registry means nothing at another one', async () => {
  const mirror = await open()
  const { registry, policyId, input } = mirror
  const other = (await openRegistry()).registry
  await updatePolicy(core, SYSTEM, policyId, { ...input, description: 'the same' })
  expect(await agreed(mirror)).toEqual(tags)
  await updatePolicy(core, SYSTEM, policyId, { ...input, destRegistryId: other.id })
  expect(await agreed(mirror)).toEqual([])
  // What was still on its way to the first one.
  await agree(mirror)
  expect(await agreed(mirror)).toEqual([])
  await updatePolicy(core, SYSTEM, policyId, input)
  await agree(mirror)
  await updatePolicy(core, SYSTEM, policyId, { ...input, mirror: false })
  expect(await agreed(mirror)).toEqual([])

  const moved = await open()
  const {
    id,
    createdAt: _,
    updatedAt: __,
    pausedUntil: ___,
    failuresInRow: ____,
    ...columns
  } = moved.registry
  await updateRegistryRow(core, id, { ...columns, description: 'the same' } as never, line)
  expect(await agreed(moved)).toEqual(tags)
  await updateRegistryRow(core, id, { ...columns, url: 'https://elsewhere.example.com' } as never, line)
  expect(await agreed(moved)).toEqual([])
  await agree(moved)
  expect(await agreed(moved)).toEqual([])

  const anew = await open()
  const healthy = { status: 'healthy', statusMessage: '', statusReason: '' } as const
  const found = { ...healthy, instanceId: anew.registry.instanceId }
  await writeCheck(core, anew.registry, found)
  expect(await agreed(anew)).toEqual(tags)
  await writeCheck(core, anew.registry, { ...found, instanceId: randomUUID() })
  expect(await agreed(anew)).toEqual([])
  expect(await agreed(mirror)).toEqual([])
  expect(registry.id).not.toBe(other.id)
})

it('a deletion that waits deletes only what both sides had, as it is known now', async () => {
  const mirror = await open()
  const { registry, repository, policyId, port } = mirror
  const policy = (await readPolicy(core, policyId))!
  port.registry.state.repositories.clear()
  await pushTo(port.client, repository, two, 'other')
  const of = { source: repository, target: repository, digest: one.digest as Digest, had: [one.digest] }
  const transfer = { kind: 'delete', direction: 'pull', tags, ...of } as Transfer
  const doing = { core, policy, registry, transfer, ends: endsOf(mirror, 'pull'), seen: [], signal }
  await updatePolicy(core, SYSTEM, policyId, { ...mirror.input, mirror: false })
  expect((await removeMirrored(doing)).notes).toContain('nothing to delete')
  expect((await harbour.here.tags(repository)).map(({ tag }) => tag).sort()).toEqual(tags)
  await updatePolicy(core, SYSTEM, policyId, mirror.input)
  await agree(mirror)
  expect((await removeMirrored(doing)).notes).toContain('deleted: v1, v2, v3')
  expect(await harbour.here.tags(repository)).toEqual([])
})

it('a tag that somebody puts on it while its deletion arrives keeps what it is on', async () => {
  const mirror = await open()
  const { registry, repository, policyId, port } = mirror
  const policy = (await readPolicy(core, policyId))!
  port.registry.state.repositories.clear()
  const { from, to, ...heard } = endsOf(mirror, 'pull')
  // The last look before the manifest goes.
  const tagsOn: NonNullable<Site['tagsOn']> = async (...asked) => {
    const found = await to.tagsOn!(...asked)
    await push(core, repository, one, 'kept')
    return found
  }
  const of = { source: repository, target: repository, digest: one.digest as Digest, had: [one.digest] }
  const transfer = { kind: 'delete', direction: 'pull', tags, ...of } as Transfer
  const ends = { from, to: { ...to, tagsOn }, ...heard }
  const removed = await removeMirrored({ core, policy, registry, transfer, ends, seen: [], signal })
  expect(removed).toMatchObject({ faults: [], reason: 'deleted' })
  expect((await harbour.here.tags(repository)).map(({ tag }) => tag)).toEqual(['kept'])
})

it('another Berth is told which tags the manifest may have; where it has others these go alone', async () => {
  const mirror = await open()
  const { registry, repository, policyId, port } = mirror
  const policy = (await readPolicy(core, policyId))!
  await deleteArtifact(core, SYSTEM, { repository, reference: one.digest })
  await pushTo(port.client, repository, one, 'kept')
  const { requests, faults } = port.registry.state
  const body = JSON.stringify({ errors: [{ code: 'PRECONDITION', message: 'it has the tag kept by now' }] })
  faults.push({
    when: ({ method, path }) => method === 'DELETE' && path.endsWith(one.digest),
    action: { kind: 'answer', reply: { status: 412, headers: {}, body } },
  })
  const ends = endsOf(mirror, 'push')
  // Nobody had put it there when they were counted.
  const to: Site = { ...ends.to, tagsOn: async () => tags }
  const of = { source: repository, target: repository, digest: one.digest as Digest, had: [one.digest] }
  const transfer = { kind: 'delete', direction: 'push', tags, ...of } as Transfer
  const doing = { core, policy, registry, transfer, ends: { ...ends, to }, seen: [], signal }
  expect(await removeMirrored(doing)).toMatchObject({ faults: [], reason: 'deleted' })
  expect(Object.keys(heldBy(port.registry, repository).tags)).toEqual(['kept'])
  const told = requests.filter(({ method, url }) => method === 'DELETE' && url.endsWith(one.digest))
  expect(told.map(({ headers }) => headers['berth-tags'])).toEqual(['v1, v2, v3'])
})

it('what an event writes while both sides are compared is younger than what they were compared by, and stays', async () => {
  const mirror = await open()
  const { registry, repository, policyId } = mirror
  const policy = (await readPolicy(core, policyId))!
  const write = (states: [string, Digest][]) =>
    writeTagStates(core, { policyId, registry }, repository, new Map(states as [Tag, Digest][]))
  const states = async () => Object.fromEntries(await readTagStates(core, policyId, repository))
  const three = image('mirrored three').digest
  await core.db.prisma.replicationTagState.deleteMany({ where: { policyId, tag: 'v1' } })
  await write([
    ['v2', two.digest],
    ['v3', two.digest],
    ['gone', one.digest],
    ['back', one.digest],
  ])
  const { from, to, ...heard } = endsOf(mirror, 'push')
  const tagsThen: Site['tags'] = async (...asked) => {
    const listed = await from.tags(...asked)
    await write([
      ['v1', three],
      ['v2', three],
      ['back', three],
    ])
    return listed
  }
  const ends = { from: { ...from, tags: tagsThen }, to, ...heard }
  const way = { core, policy, registry, filters: compileFilters([]), direction: 'push', ends } as const
  await compareRepository({ ...way, turns: openTurns(), remembers: true }, repository, signal)
  expect(await states()).toEqual({ v1: three, v2: three, v3: one.digest, back: three })
})
