import { createRegistryClient, parseRepositoryName } from '@berth/registry-client'
import {
  addProject,
  type FaultyProxy,
  image,
  index,
  openShop,
  type Pushable,
  startFaultyProxy,
  testDatabase,
} from '@berth/testing'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { copyArtifact, type Harbour, heldBy, openHarbour, type Port } from '../harbour.fixture.ts'
import { isMismatch, mayPass, remoteSite, type Site } from '../sites/index.ts'

const ARTIFACTS = 500
const REPOSITORIES = 10
const AT_ONCE = 16
/** As often as a task is tried. */
const ATTEMPTS = 5
const SEED = 20_261_122
const rates = {
  drop: 0.01,
  loseAnswer: 0.01,
  delay: 0.02,
  truncate: 0.01,
  shorten: 0.005,
  corrupt: 0.005,
  limit: 0.01,
  fail: 0.01,
}

let harbour: Harbour
const proxies: FaultyProxy[] = []
beforeAll(async () => {
  harbour = await openHarbour({ addProject, openShop, testDatabase })
})
afterAll(async () => {
  await Promise.all(proxies.map((proxy) => proxy.close()))
  await harbour.close()
})

/** The port, as somebody sees it behind a bad line. */
async function behind({ registry, site }: Port, seed: number): Promise<Site> {
  const proxy = await startFaultyProxy({ target: registry.url, seed, rates })
  proxies.push(proxy)
  return remoteSite({ key: site.key, client: createRegistryClient({ baseUrl: proxy.url, timeoutMs: 5_000 }) })
}

/** Into the memory of the fake, as if it had been pushed. */
function store({ registry }: Port, repository: string, pushed: Pushable, tag?: string): void {
  const name = parseRepositoryName(repository)
  const { repositories } = registry.state
  const held = repositories.get(name) ?? { manifests: new Map(), tags: new Map(), blobs: new Map() }
  repositories.set(name, held)
  for (const { digest, bytes } of pushed.blobs) held.blobs.set(digest, bytes)
  held.manifests.set(pushed.digest, { mediaType: pushed.mediaType, bytes: pushed.bytes })
  if (tag !== undefined) held.tags.set(tag as never, pushed.digest)
}

test('over bad lines on both sides 500 artifacts arrive whole, no blob twice', async () => {
  const [source, target] = [await harbour.openPort(), await harbour.openPort()]
  const artifacts: { repository: string; pushed: Pushable; tag: string }[] = []
  for (let n = 0; n < ARTIFACTS; n++) {
    const repository = `library/r${n % REPOSITORIES}`
    const child = image(`${n}`, { layers: [`shared by some ${n % 25}`] })
    store(source, repository, child)
    const sibling = artifacts.findLast((one) => one.repository === repository && one.pushed.blobs.length > 0)
    const pushed = n % 10 === 9 && sibling ? index([child, sibling.pushed]) : child
    store(source, repository, pushed, `t${n}`)
    artifacts.push({ repository, pushed, tag: `t${n}` })
  }
  const [from, to] = [await behind(source, SEED), await behind(target, SEED + 1)]
  // As whoever plans the copies does.
  for (const repository of new Set(artifacts.map((one) => one.repository)))
    await from.tags(parseRepositoryName(repository))
  const waiting = [...artifacts]
  let failures = 0
  const worker = async () => {
    for (let next = waiting.shift(); next; next = waiting.shift()) {
      const { repository, pushed, tag } = next
      const artifact = { source: repository, target: repository, digest: pushed.digest, tags: [tag] }
      for (let attempt = 1; ; attempt++)
        try {
          await copyArtifact(harbour.core, from, to, artifact)
          break
        } catch (error) {
          failures++
          // Everything that goes wrong here may pass, or was spoilt on the way.
          const spoilt =
            isMismatch(error) || /INVALID|MISMATCH|UNKNOWN/.test(String((error as { code?: string }).code))
          if (attempt === ATTEMPTS || !(mayPass(error) || spoilt)) throw error
        }
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, worker))
  for (let n = 0; n < REPOSITORIES; n++) {
    const repository = `library/r${n}`
    expect(heldBy(target.registry, repository)).toEqual(heldBy(source.registry, repository))
    for (const [digest, bytes] of target.registry.state.repositories.get(parseRepositoryName(repository))!
      .blobs)
      expect(
        Buffer.compare(
          bytes,
          source.registry.state.repositories.get(parseRepositoryName(repository))!.blobs.get(digest)!,
        ),
      ).toBe(0)
  }
  const received = target.registry.state.received
  expect(received).toHaveLength(new Set(received).size)
  for (const { faults } of proxies)
    for (const times of Object.values(faults)) expect(times).toBeGreaterThan(0)
  expect(failures).toBeLessThan(ARTIFACTS)
}, 300_000)
