import { randomUUID } from 'node:crypto'
import { type Core, SYSTEM } from '@berth/core'
import { deleteArtifact, resolveReference } from '@berth/core/artifacts'
import { dispatchEvents } from '@berth/core/events'
import { everything } from '@berth/core/list-query'
import { createRegistry, readRegistry } from '@berth/core/registries'
import {
  createPolicy,
  getReplication,
  listReplications,
  listReplicationTasks,
  localSite,
  openSite,
  previewPolicy,
  replicationSubscriber,
  retryReplication,
  retryReplicationTask,
  startReplication,
  updatePolicy,
  workReplicationsNow,
} from '@berth/core/replications'
import { deleteRepository } from '@berth/core/repositories'
import { createTag, deleteTag } from '@berth/core/tags'
import { parseRepositoryName, parseTag } from '@berth/registry-client'
import { image, type Pushable, push } from '@berth/testing'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { PASSWORD, startBerth, type TestBerth } from '../../test/berth.ts'

// Three Berths that replicate to each other by events: in a ring (projects `ring`) and each to each (`mesh`).
interface Node {
  berth: TestBerth
  /** As its gateway logs them: `PUT /v2/team/app/manifests/v1`. */
  requests: string[]
}
const names = ['east', 'north', 'west'] as const
let nodes: Node[]

beforeAll(async () => {
  nodes = await Promise.all(
    names.map(async () => {
      const requests: string[] = []
      const log = (_level: string, message: string, facts?: Record<string, unknown>) => {
        if (message === 'request') requests.push(`${facts?.method} ${facts?.path}`)
      }
      const berth = await startBerth({ accessLog: true, log })
      await berth.addUser('root')
      for (const name of ['ring', 'mesh', 'both']) await berth.addProject(name)
      return { berth, requests }
    }),
  )
  for (const [from, { berth }] of nodes.entries())
    for (const [to, target] of nodes.entries()) {
      if (from === to) continue
      const { id: destRegistryId } = await addRegistry(berth.core, names[to]!, target.berth.url)
      const policy = {
        destRegistryId,
        enabled: true,
        override: true,
        deletion: true,
        trigger: { kind: 'event_based' },
      }
      const add = (name: string) =>
        createPolicy(berth.core, SYSTEM, {
          ...policy,
          name: `${name} to ${names[to]}`,
          filters: [{ type: 'name', value: `${name}/**` }],
        })
      await add('mesh')
      if (to === (from + 1) % nodes.length) await add('ring')
    }
})
afterAll(async () => {
  await Promise.all((nodes ?? []).map(({ berth }) => berth.close()))
})
beforeEach(() => forget())

async function addRegistry(core: Core, name: string, url: string): Promise<{ id: number }> {
  const credential = { accessKey: 'root', accessSecret: PASSWORD }
  await createRegistry(core, SYSTEM, { name, url, type: 'berth', ...credential })
  return core.db.prisma.registry.findUniqueOrThrow({ where: { name }, select: { id: true } })
}
const forget = () => {
  for (const { requests } of nodes) requests.length = 0
}

/** What the jobs of all three do, until nobody has anything to do. */
async function settle(): Promise<void> {
  for (let quiet = 0; quiet < 2; ) {
    let taken = 0
    for (const { berth } of nodes) {
      taken += (await dispatchEvents(berth.core, [replicationSubscriber]))?.taken ?? 0
      await workReplicationsNow(berth.core)
    }
    quiet = taken > 0 ? 0 : quiet + 1
  }
}

/** Time goes by for what is only looked at later; the clocks stay, for tokens' sake. */
async function settleLater(): Promise<number> {
  let looks = 0
  for (const { berth } of nodes) {
    const where = { isLook: true, dueAt: { not: null } }
    const data = { dueAt: new Date() }
    looks += (await berth.core.db.prisma.replicationTransfer.updateMany({ where, data })).count
  }
  await settle()
  return looks
}

const asked = ({ requests }: Node, kind: RegExp) => requests.filter((line) => kind.test(line)).length
const counts = (node: Node) => ({
  manifests: asked(node, /^PUT .*\/manifests\/sha256:/),
  tags: asked(node, /^PUT .*\/manifests\/(?!sha256:)/),
  uploads: asked(node, /^POST .*\/blobs\/uploads\//),
  deletions: asked(node, /^DELETE /),
})
const NOTHING = { manifests: 0, tags: 0, uploads: 0, deletions: 0 }
const heldAt = ({ berth }: Node, repository: string, tag: string) =>
  resolveReference(berth.core, repository, tag).then((found) => found?.digest)
const held = (repository: string, tag: string) =>
  Promise.all(nodes.map((node) => heldAt(node, repository, tag)))

for (const way of ['ring', 'mesh']) {
  const repository = `${way}/app`
  test(`in a ${way} a push travels to each once and stops; so do a new tag, a tag that moves, and deletions`, async () => {
    const [first, ...others] = nodes as [Node, ...Node[]]
    const [one, two] = [image(`${way} one`), image(`${way} two`)]
    const { core } = first.berth
    const everywhere = (value: string | undefined) => nodes.map(() => value)

    await push(core, repository, one, 'v1')
    await settle()
    expect(await held(repository, 'v1')).toEqual(everywhere(one.digest))
    expect(counts(first)).toEqual(NOTHING)
    for (const node of others)
      expect(counts(node)).toEqual({ manifests: 0, tags: 1, uploads: one.blobs.length, deletions: 0 })
    forget()
    await settle()
    expect(nodes.map(({ requests }) => requests)).toEqual([[], [], []])
    // Minutes later those who would have sent it back look whether it is there.
    expect(await settleLater()).toBe(way === 'ring' ? 1 : 4)
    for (const node of nodes) expect(counts(node)).toEqual(NOTHING)
    forget()
    expect(await settleLater()).toBe(0)
    expect(nodes.map(({ requests }) => requests)).toEqual([[], [], []])

    await createTag(core, SYSTEM, { repository, reference: 'v1', name: 'stable' })
    await settle()
    expect(await held(repository, 'stable')).toEqual(everywhere(one.digest))
    for (const node of others) expect(counts(node)).toEqual({ ...NOTHING, tags: 1 })
    forget()
    await push(core, repository, two, 'v1')
    await settle()
    await settleLater()
    expect(await held(repository, 'v1')).toEqual(everywhere(two.digest))
    expect(await held(repository, 'stable')).toEqual(everywhere(one.digest))
    expect(counts(first)).toEqual(NOTHING)
    for (const node of others)
      expect(counts(node)).toEqual({ manifests: 0, tags: 1, uploads: two.blobs.length, deletions: 0 })

    // Deleted elsewhere than it was pushed; what is deleted does not come back.
    const second = others[0]!
    forget()
    await deleteTag(second.berth.core, SYSTEM, { repository, reference: 'v1', name: 'v1' })
    await settle()
    await settleLater()
    expect(await held(repository, 'v1')).toEqual(everywhere(undefined))
    expect(await held(repository, 'stable')).toEqual(everywhere(one.digest))
    expect(nodes.map((node) => counts(node).deletions)).toEqual([1, 0, 1])
    forget()
    await deleteArtifact(core, SYSTEM, { repository, reference: 'stable' })
    await settle()
    await settleLater()
    expect(await held(repository, one.digest)).toEqual(everywhere(undefined))
    expect(nodes.map((node) => counts(node).deletions)).toEqual([0, 1, 1])
    expect(nodes.map((node) => counts(node).tags)).toEqual([0, 0, 0])
    const failed = await Promise.all(
      nodes.map(({ berth }) => listReplications(berth.core, SYSTEM, { status: 'Failed' }, everything)),
    )
    expect(failed.map(({ total }) => total)).toEqual([0, 0, 0])
  })
}

for (const way of ['ring', 'mesh'])
  test(`in a ${way} what is put back at once is not taken away by its own deletion when it comes round`, async () => {
    const repository = `${way}/back`
    const [first, ...others] = nodes as [Node, ...Node[]]
    const one = image(`${way} back`)
    await push(first.berth.core, repository, one, 'v1')
    await push(first.berth.core, repository, one, 'stays')
    await settle()
    await settleLater()
    const tell = async ({ berth }: Node) => {
      await dispatchEvents(berth.core, [replicationSubscriber])
      await workReplicationsNow(berth.core)
    }
    await deleteTag(first.berth.core, SYSTEM, { repository, reference: 'v1', name: 'v1' })
    await tell(first)
    expect(await heldAt(others[0]!, repository, 'v1')).toBeUndefined()
    await push(first.berth.core, repository, one, 'v1')
    forget()
    // The others follow the deletion before they hear of the push.
    for (const node of others) await tell(node)
    expect(await heldAt(first, repository, 'v1')).toBe(one.digest)
    await settle()
    await settleLater()
    expect(await held(repository, 'v1')).toEqual(nodes.map(() => one.digest))
    expect(counts(first).deletions).toBe(0)
  })

test('a deletion takes a tag away only while it is on what was deleted, whoever asks', async () => {
  const [first, second] = nodes as [Node, Node]
  const repository = parseRepositoryName('both/conditional')
  const [one, two] = [image('conditional one'), image('conditional two')]
  await push(second.berth.core, repository, one, 'old')
  await push(second.berth.core, repository, two, 'v1')
  const { core } = first.berth
  const { id } = await core.db.prisma.registry.findUniqueOrThrow({ where: { name: names[1] } })
  const there = await openSite(core, (await readRegistry(core, id))!)
  const v1 = parseTag('v1')
  for (const site of [there, localSite(second.berth.core, { actorName: 'test' })]) {
    await site.deleteTag(repository, v1, { digest: one.digest })
    expect(await heldAt(second, repository, v1)).toBe(two.digest)
  }
  await there.deleteTag(repository, v1, { digest: two.digest })
  expect(await heldAt(second, repository, v1)).toBeUndefined()
})

test('a mirror brings each side what the other has changed; deletions only where they are meant', async () => {
  const [{ berth: here }, { berth: there }] = nodes as [Node, Node, Node]
  const { id: destRegistryId } = await here.core.db.prisma.registry.findUniqueOrThrow({
    where: { name: names[1] },
  })
  const policy = {
    ...{ name: 'both ways', destRegistryId, enabled: true, override: true, mirror: true },
    filters: [{ type: 'name', value: 'both/**' }],
  }
  const policyId = await createPolicy(here.core, SYSTEM, { ...policy, deletion: true })
  const run = async () => {
    const id = await startReplication(here.core, SYSTEM, policyId)
    await workReplicationsNow(here.core)
    const { items } = await listReplicationTasks(here.core, SYSTEM, id, {}, everything)
    const { status } = await getReplication(here.core, SYSTEM, id)
    return { status, messages: items.map(({ statusMessage }) => statusMessage) }
  }
  const [one, two, three, four] = ['one', 'two', 'three', 'four'].map((seed) => image(`both ${seed}`)) as [
    ...[Pushable, Pushable, Pushable, Pushable],
  ]
  const repository = 'both/app'
  const tagsAt = async ({ core }: TestBerth) => {
    const rows = await core.db.prisma.tag.findMany({
      where: { repository: { name: repository } },
      select: { name: true, artifact: { select: { digest: true } } },
    })
    return Object.fromEntries(rows.map(({ name, artifact }) => [name, artifact.digest]))
  }
  const expectBoth = async (tags: Record<string, Pushable>) => {
    const expected = Object.fromEntries(Object.entries(tags).map(([tag, { digest }]) => [tag, digest]))
    for (const berth of [here, there]) expect(await tagsAt(berth)).toEqual(expected)
  }
  await push(here.core, repository, one, 'v1')
  await push(here.core, repository, one, 'mine')
  await push(there.core, repository, two, 'theirs')
  expect((await run()).status).toBe('Success')
  await expectBoth({ v1: one, mine: one, theirs: two })

  await push(there.core, repository, two, 'v1')
  await run()
  await expectBoth({ v1: two, mine: one, theirs: two })

  await push(here.core, repository, three, 'v1')
  await push(there.core, repository, four, 'v1')
  const conflict = await run()
  expect(conflict.messages).toContain("v1 had changed on both sides: this Berth's stands")
  await expectBoth({ v1: three, mine: one, theirs: two })

  await deleteTag(here.core, SYSTEM, { repository, reference: 'theirs', name: 'theirs' })
  await deleteTag(there.core, SYSTEM, { repository, reference: 'mine', name: 'mine' })
  const preview = async (to: number) => {
    const input = { ...policy, destRegistryId: to, deletion: true, id: policyId }
    const { items } = await previewPolicy(here.core, SYSTEM, input)
    return items.map(({ action, direction, tags }) => `${action} ${direction} ${tags}`).sort()
  }
  expect(await preview(destRegistryId)).toEqual(['delete pull mine', 'delete push theirs'])
  const west = await here.core.db.prisma.registry.findUniqueOrThrow({ where: { name: names[2] } })
  // With another one nothing was agreed.
  expect((await preview(west.id)).filter((item) => item.startsWith('delete'))).toEqual([])
  expect((await run()).status).toBe('Success')
  await expectBoth({ v1: three })

  // Another Berth answers at the same address, and has been given something already.
  await push(here.core, repository, one, 'v1')
  await push(here.core, repository, one, 'kept')
  await run()
  await here.core.db.prisma.registry.update({
    where: { id: destRegistryId },
    data: { instanceId: randomUUID() },
  })
  await deleteTag(there.core, SYSTEM, { repository, reference: 'kept', name: 'kept' })
  expect((await run()).status).toBe('Success')
  await expectBoth({ v1: one, kept: one })
  await deleteTag(there.core, SYSTEM, { repository, reference: 'kept', name: 'kept' })
  await push(here.core, repository, three, 'v1')
  await run()
  await expectBoth({ v1: three })

  // Who has lost a whole repository has not deleted it.
  await deleteRepository(there.core, SYSTEM, repository)
  await run()
  await expectBoth({ v1: three })

  await push(here.core, repository, one, 'v2')
  await run()
  await updatePolicy(here.core, SYSTEM, policyId, { ...policy, deletion: false })
  await deleteTag(there.core, SYSTEM, { repository, reference: 'v2', name: 'v2' })
  await run()
  await expectBoth({ v1: three, v2: one })
  expect(await run()).toEqual({ status: 'Success', messages: [] })
})

test('of a repository that has lost most of its tags nothing is deleted on the other side, unless somebody says so', async () => {
  const [{ berth: here }, { berth: there }] = nodes as [Node, Node, Node]
  const { id: destRegistryId } = await here.core.db.prisma.registry.findUniqueOrThrow({
    where: { name: names[1] },
  })
  const repository = 'both/emptied'
  const policy = {
    ...{ name: 'emptied', destRegistryId, enabled: true, override: true, mirror: true, deletion: true },
    filters: [{ type: 'name', value: repository }],
  }
  const policyId = await createPolicy(here.core, SYSTEM, policy)
  const run = async () => {
    const id = await startReplication(here.core, SYSTEM, policyId)
    await workReplicationsNow(here.core)
    return id
  }
  const tagsHere = async () => {
    const where = { repository: { name: repository } }
    return (await here.core.db.prisma.tag.findMany({ where, orderBy: { name: 'asc' } })).map(
      ({ name }) => name,
    )
  }
  const one = image('emptied')
  for (const tag of ['v1', 'v2', 'v3']) await push(here.core, repository, one, tag)
  expect((await getReplication(here.core, SYSTEM, await run())).status).toBe('Success')
  await deleteRepository(there.core, SYSTEM, repository)
  await push(there.core, repository, image('emptied new'), 'new')
  const id = await run()
  expect((await getReplication(here.core, SYSTEM, id)).status).toBe('Error')
  expect(await tagsHere()).toEqual(['new', 'v1', 'v2', 'v3'])
  const { items } = await listReplicationTasks(here.core, SYSTEM, id, { status: 'Failed' }, everything)
  expect(items).toMatchObject([
    {
      statusMessage: expect.stringMatching(
        /^3 of 3 tags of both\/emptied that both sides had are gone at north/,
      ),
      transfer: { reason: 'doubtful' },
    },
  ])
  // All that failed of the run is not that.
  expect(await getReplication(here.core, SYSTEM, id)).toMatchObject({ tasks: { Error: 1 }, doubtful: 1 })
  await expect(retryReplication(here.core, SYSTEM, id)).rejects.toMatchObject({
    code: 'PRECONDITION',
    message: expect.stringMatching(/one by one/),
  })
  await workReplicationsNow(here.core)
  expect(await tagsHere()).toEqual(['new', 'v1', 'v2', 'v3'])
  await retryReplicationTask(here.core, SYSTEM, id, items[0]!.id)
  await workReplicationsNow(here.core)
  expect(await tagsHere()).toEqual(['new'])
  expect((await getReplication(here.core, SYSTEM, id)).status).toBe('Success')
})
