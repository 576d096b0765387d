import {
  collect,
  createRegistryClient,
  type Digest,
  digestOf,
  parseReference,
  parseRepositoryName,
  type RegistryClient,
  type RepositoryName,
} from '@berth/registry-client'
import {
  type Answered,
  addProject,
  type FaultyProxy,
  image,
  index,
  openShop,
  type Pushable,
  startFaultyProxy,
  startRegistry,
  type TestRegistry,
  testDatabase,
  write,
} from '@berth/testing'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { SYSTEM } from '../../authorization/index.ts'
import { type Core, createCore } from '../../context/index.ts'
import { Turns } from '../../turns/index.ts'
import { getReplication, startReplication } from '../executions/index.ts'
import { addPolicy, addRegistry, type Harbour, named, openHarbour } from '../harbour.fixture.ts'
import { workReplications, workReplicationsNow } from './pump.ts'

const ARTIFACTS = 500
const REPOSITORIES = 10
const SEED = 20_261_122
const MIB = 1024 * 1024
/** Three parts and a rest. */
const LARGE_BYTES = 20.5 * MIB
const LARGE = 4
/** Above what workers send without asking each other. */
const SHARED_BYTES = 300_000
const SHARED = 20
const rates = {
  ...{ drop: 0.01, loseAnswer: 0.01, delay: 0.02, limit: 0.01, fail: 0.01 },
  ...{ breakRequest: 0.01, corruptRequest: 0.005, truncate: 0.01, shorten: 0.005, corrupt: 0.005 },
}
/** Of the parts of large blobs there are few: at least as many as a dozen. */
const ofParts = {
  drop: 1 / 12,
  loseAnswer: 1 / 12,
  breakRequest: 1 / 12,
  corruptRequest: 1 / 12,
  fail: 1 / 12,
}

let harbour: Harbour
let target: TestRegistry
let lines: { source: FaultyProxy; target: FaultyProxy }
let nodes: Core[]
/** What the target has done, in its order. */
const done: Answered[] = []
let aheadMs = 0
beforeAll(async () => {
  ;[harbour, target] = await Promise.all([
    openHarbour({ addProject, openShop, testDatabase }, 'team'),
    startRegistry({ isQuick: true }),
  ])
  const { core, shop } = harbour
  const common = { rates, ratesOf: { PATCH: ofParts } }
  const onAnswer = (answered: Answered) => void done.push(answered)
  lines = {
    source: await startFaultyProxy({ ...common, target: shop.registry.url, seed: SEED }),
    target: await startFaultyProxy({ ...common, target: target.url, seed: SEED + 1, onAnswer }),
  }
  const settings = { ...core.settings, registryUrl: lines.source.url, now: () => Date.now() + aheadMs }
  nodes = [createCore(settings), createCore(settings)]
})
afterAll(async () => {
  await Promise.all([...(nodes ?? []).map((node) => node.close())])
  await Promise.all([...Object.values(lines ?? {})].map((line) => line.close()))
  await Promise.all([harbour?.close(), target?.stop()])
})

interface Item {
  repository: string
  pushed: Pushable
  tag?: string
  /** Digests of manifests that have to be there before it is tagged: its children, and what is attached to it. */
  needs: Pushable[]
}

const layerOf = (sizeBytes: number, seed: number) => new Uint8Array(sizeBytes).fill(seed)
const cosignTag = ({ digest }: Pushable) => `${digest.replace(':', '-')}.sig`

/** What the source holds: images with layers that repositories share, large ones, indexes, signatures by tag and by subject. */
function fleet(): Item[] {
  const items: Item[] = []
  for (let n = 0; n < ARTIFACTS; n++) {
    const repository = `team/r${Math.floor((n * REPOSITORIES) / ARTIFACTS)}`
    const add = (pushed: Pushable, tag?: string, needs: Pushable[] = []) =>
      void items.push({ repository, pushed, needs, ...(tag !== undefined && { tag }) })
    const latest = items.findLast((one) => one.repository === repository && one.tag?.startsWith('t'))
    const large = n % 25 === 24 && n / 25 < LARGE ? [layerOf(LARGE_BYTES, 100 + n)] : []
    const own = image(`${n}`, { layers: [layerOf(SHARED_BYTES, n % SHARED), ...large] })
    if (n % 25 === 21) {
      add(own)
      add(index([own, latest!.pushed]), `t${n}`, [own, latest!.pushed])
    } else if (n % 25 === 22) {
      const signature = image(`${n}`)
      add(signature, cosignTag(latest!.pushed))
      latest!.needs.push(signature)
    } else if (n % 25 === 23) {
      for (const of of ['sbom', 'provenance']) {
        const attached = image(`${of} ${n}`, { subject: latest!.pushed, artifactType: `application/${of}` })
        add(attached)
        latest!.needs.push(attached)
      }
    } else add(own, `t${n}`)
  }
  return items
}

/** Into the memory of the registry behind Berth and its index, as if they had been pushed. */
async function store(items: readonly Item[]): Promise<void> {
  const { repositories } = harbour.shop.registry.state
  const byRepository = Map.groupBy(items, ({ repository }) => repository)
  await Promise.all(
    [...byRepository].map(async ([repository, all]) => {
      const held = { manifests: new Map(), tags: new Map(), blobs: new Map() }
      repositories.set(parseRepositoryName(repository), held)
      for (const { pushed, tag } of all) {
        for (const { digest, bytes } of pushed.blobs) held.blobs.set(digest, bytes)
        held.manifests.set(pushed.digest, { mediaType: pushed.mediaType, bytes: pushed.bytes })
        if (tag !== undefined) held.tags.set(tag, pushed.digest)
        await write(harbour.core, repository, pushed, tag)
      }
    }),
  )
}

/** Both workers as their jobs call them, again and again. What has to wait for its time is due once nothing else is. */
const workToTheEnd = (id: number) =>
  vi.waitFor(
    async () => {
      await Promise.all(nodes.map((node) => workReplications(node)))
      const run = await getReplication(nodes[0]!, SYSTEM, id)
      const { Running, Pending } = run.tasks
      if (run.status === 'Running' && Running === 0 && (Pending === 0 || run.pausedUntil)) {
        // Whoever has something under way when the clock is put forward would lose it.
        await Promise.all(nodes.map(workReplicationsNow))
        aheadMs += 10 * 60_000
      }
      expect(run).toMatchObject({ status: 'Success', tasks: { Error: 0, Stopped: 0 } })
      return run
    },
    { timeout: 480_000, interval: 100 },
  )

const bytesOf = async (client: RegistryClient, name: RepositoryName, digest: Digest) =>
  Buffer.concat(await collect((await client.getBlob(name, digest)).stream))

/** What the target completed: blobs by repository, as often as they came in full or were mounted, and manifests in order. */
function readDone() {
  const sent = new Map<string, number>()
  const puts: { repository: string; reference: string; digest: string }[] = []
  for (const { method, url, status, headers } of done) {
    if (status !== 201) continue
    const { pathname, searchParams } = new URL(url, target.url)
    const [, repository, kind, reference] = /^\/v2\/(.+?)\/(blobs|manifests)\/(.+)$/.exec(pathname)!
    if (kind === 'manifests')
      puts.push({
        repository: repository!,
        reference: reference!,
        digest: String(headers['docker-content-digest']),
      })
    else if (method === 'PUT') {
      const key = `${repository}@${searchParams.get('digest')}`
      sent.set(key, (sent.get(key) ?? 0) + 1)
    }
  }
  return { sent, puts }
}

test('two workers bring 500 artifacts over bad lines: whole, none twice, nothing tagged that lacks a part', async () => {
  const items = fleet()
  await store(items)
  const { core } = harbour
  const destRegistryId = await addRegistry(core, { url: lines.target.url, maxTransfers: 24 })
  const policyId = await addPolicy(core, { destRegistryId, filters: named('team/**') })
  await workToTheEnd(await startReplication(core, SYSTEM, policyId))

  // Everything is there, byte for byte, asked without the bad line.
  const there = createRegistryClient({ baseUrl: target.url })
  const blobs = new Set<Digest>()
  const inTurn = new Turns(8)
  const isThere = async (name: RepositoryName, { digest }: Pick<Pushable, 'digest'>) => {
    const isNew = !blobs.has(digest)
    blobs.add(digest)
    if (isNew) expect(digestOf(await bytesOf(there, name, digest))).toBe(digest)
    else expect((await there.headBlob(name, digest))?.digest).toBe(digest)
  }
  await Promise.all(
    items.map(({ repository, pushed, tag }) =>
      inTurn.run(async () => {
        const name = parseRepositoryName(repository)
        const got = await there.getManifest(name, tag ? parseReference(tag) : pushed.digest)
        expect([got.digest, Buffer.compare(got.bytes, pushed.bytes)]).toEqual([pushed.digest, 0])
        for (const blob of pushed.blobs) await isThere(name, blob)
      }),
    ),
  )
  // Referrers too, whose lists two workers may write at once.
  for (const { repository, pushed, needs } of items) {
    const named = needs.filter(({ bytes }) => Buffer.from(bytes).includes(`"subject"`))
    if (named.length === 0) continue
    const listed = await there.referrers(parseRepositoryName(repository), pushed.digest)
    expect(listed.map(({ digest }) => digest).sort()).toEqual(named.map(({ digest }) => digest).sort())
  }

  // Above 256 KiB nothing came twice, to whichever repository: the others had it mounted. Smaller ones each worker may send.
  const { sent, puts } = readDone()
  const timesOf = Map.groupBy(sent, ([key]) => key.split('@')[1] as Digest)
  const sizeOf = new Map(
    items.flatMap(({ pushed }) => pushed.blobs.map((one) => [one.digest, one.bytes.byteLength])),
  )
  for (const [digest, all] of timesOf) {
    const times = all.reduce((sum, [, count]) => sum + count, 0)
    if (sizeOf.get(digest)! > 256 * 1024) expect([digest, times]).toEqual([digest, 1])
    else for (const [key, count] of all) expect([key, count <= nodes.length]).toEqual([key, true])
  }
  expect(timesOf.size).toBe(blobs.size)

  // At the moment of each tag all that its artifact needs had been put.
  const byTag = new Map(
    items.flatMap((item) => (item.tag ? [[`${item.repository}:${item.tag}`, item] as const] : [])),
  )
  const putSoFar = new Set<string>()
  let tagged = 0
  for (const { repository, reference, digest } of puts) {
    putSoFar.add(`${repository}@${digest}`)
    const item = byTag.get(`${repository}:${reference}`)
    // One that was spoilt on its way to the tag is put again.
    if (item?.pushed.digest !== digest) continue
    tagged++
    for (const needed of item.needs) expect(putSoFar).toContain(`${repository}@${needed.digest}`)
  }
  expect(tagged).toBeGreaterThanOrEqual(byTag.size)

  // Each kind of fault did happen, where there is enough that it can happen to.
  const [atSource, atTarget] = [lines.source.faults, lines.target.faults]
  for (const kind of ['truncate', 'shorten', 'corrupt'] as const)
    expect([kind, atSource[kind].GET ?? 0]).not.toEqual([kind, 0])
  for (const faults of [atSource, atTarget])
    for (const kind of ['drop', 'loseAnswer', 'delay', 'limit', 'fail'] as const)
      expect([kind, faults[kind]]).not.toEqual([kind, {}])
  for (const method of ['POST', 'PATCH', 'PUT'])
    expect([method, atTarget.loseAnswer[method] ?? 0]).not.toEqual([method, 0])
  for (const kind of ['breakRequest', 'corruptRequest'] as const)
    for (const method of ['PATCH', 'PUT'])
      expect([kind, method, atTarget[kind][method] ?? 0]).not.toEqual([kind, method, 0])
}, 600_000)
