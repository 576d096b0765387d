import { type Core, SYSTEM } from '@berth/core'
import { deleteArtifact, resolveReference } from '@berth/core/artifacts'
import { dispatchEvents } from '@berth/core/events'
import { everything } from '@berth/core/list-query'
import { createRegistry, readRegistry } from '@berth/core/registries'
import {
  createPolicy,
  listReplications,
  localSite,
  openSite,
  replicationSubscriber,
  workReplicationsNow,
} from '@berth/core/replications'
import { createTag, deleteTag } from '@berth/core/tags'
import { parseRepositoryName, parseTag } from '@berth/registry-client'
import { image, push } from '@berth/testing'
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
