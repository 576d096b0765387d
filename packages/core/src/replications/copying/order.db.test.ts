import { addProject, image, index, openShop, type Pushable, push, testDatabase } from '@berth/testing'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { copyArtifact, type Harbour, heldBy, openHarbour, type Port, pushTo } from '../harbour.fixture.ts'
import type { Site } from '../sites/index.ts'

// What happens before what, and how much of it at once.
let harbour: Harbour
beforeAll(async () => {
  harbour = await openHarbour({ addProject, openShop, testDatabase }, 'team')
})
afterAll(() => harbour.close())

/** What a repository lacked, of what each manifest needs, in the moment when it was put there. */
function watchPuts({ registry }: Port, repository: string, needs: ReadonlyMap<string, string[]>) {
  const seen: { reference: string; lacks: string[] }[] = []
  registry.state.faults.push({
    when: ({ method, path }) => {
      const [at, reference] = path.split('/manifests/')
      if (method === 'PUT' && reference !== undefined && at!.endsWith(repository)) {
        const { blobs, manifests } = heldBy(registry, repository)
        const there = new Set<string>([...blobs, ...manifests])
        seen.push({ reference, lacks: needs.get(reference)!.filter((digest) => !there.has(digest)) })
      }
      // It only looks.
      return false
    },
    action: { kind: 'drop' },
  })
  return seen
}

test.each([true, false])(
  'a manifest is put after all that it needs, a tag after all that belongs to it: referrers %s',
  async (referrers) => {
    const { core, here } = harbour
    const port = await harbour.openPort({ referrers })
    const children = [image(`amd64 ${referrers}`), image(`arm64 ${referrers}`)]
    const both = index(children)
    const signature = image(`signature ${referrers}`)
    const sbom = image(`sbom ${referrers}`, { subject: both })
    const ofSbom = image(`signature of sbom ${referrers}`, { subject: sbom })
    const signatureTag = `${both.digest.replace(':', '-')}.sig`
    const app = `team/order-${referrers}`
    for (const one of [...children, sbom, ofSbom]) await push(core, app, one)
    await push(core, app, both, 'v1')
    await push(core, app, signature, signatureTag)

    const digests = (...all: Pushable[]) => all.map(({ digest }) => digest)
    const parts = (one: Pushable, ...more: Pushable[]) => [
      ...one.blobs.map(({ digest }) => digest),
      ...digests(...more),
    ]
    const lists = [both, sbom].map(({ digest }) => digest.replace(':', '-'))
    const needs = new Map([
      ...children.map((child) => [child.digest, parts(child)] as const),
      [both.digest, digests(...children)],
      [signature.digest, parts(signature)],
      [signatureTag, parts(signature, signature, both)],
      [sbom.digest, parts(sbom, both)],
      [ofSbom.digest, parts(ofSbom, sbom)],
      // The lists that stand in for the API.
      [lists[0]!, digests(sbom)],
      [lists[1]!, digests(ofSbom)],
      ['v1', digests(...children, both, signature, sbom, ofSbom)],
    ])
    const seen = watchPuts(port, 'mirror/app', needs)
    const artifact = { source: app, target: 'mirror/app', digest: both.digest, tags: ['v1'] }
    await copyArtifact(core, here, port.site, artifact)
    expect(seen.filter(({ lacks }) => lacks.length > 0)).toEqual([])
    const expected = [...needs.keys()].filter(
      (reference) => !referrers || !lists.includes(reference as never),
    )
    expect(seen.map(({ reference }) => reference).sort()).toEqual(expected.sort())
    expect(seen.at(-1)!.reference).toBe('v1')
  },
)

test('children of an index come at once: neither waits for the other', async () => {
  const port = await harbour.openPort()
  const children = [image('child one'), image('child two')]
  const both = index(children)
  for (const child of children) await pushTo(port.client, 'library/both', child)
  await pushTo(port.client, 'library/both', both, 'v1')
  // Each answer is held until the other one was asked for as well: one after the other they would wait for ever.
  for (const parts of [children, children.map(({ blobs }) => blobs[1]!)]) {
    const { promise: allAsked, resolve } = Promise.withResolvers<void>()
    const asked = new Set<string>()
    port.registry.state.faults.push({
      when: ({ method, path }) => {
        const part = parts.find(({ digest }) => path.endsWith(digest))
        if (method !== 'GET' || !part) return false
        asked.add(part.digest)
        if (asked.size === parts.length) resolve()
        return true
      },
      times: parts.length,
      action: { kind: 'hold', until: allAsked },
    })
  }
  const artifact = { source: 'library/both', target: 'team/both', digest: both.digest, tags: ['v1'] }
  await copyArtifact(harbour.core, port.site, harbour.here, artifact)
  expect(port.registry.state.faults).toEqual([])
  expect(heldBy(harbour.shop.registry, 'team/both').tags).toEqual({ v1: both.digest })
})

test('a source is asked for many tags by few requests at a time', async () => {
  const { core, here } = harbour
  const port = await harbour.openPort()
  const one = image('tagged often')
  const tags = Array.from({ length: 40 }, (_, n) => `v${n}`)
  await pushTo(port.client, 'library/often', one, ...tags)
  let [now, most, asked] = [0, 0, 0]
  const from: Site = {
    ...port.site,
    async head(...of) {
      asked++
      most = Math.max(most, ++now)
      return port.site.head(...of).finally(() => now--)
    },
  }
  const artifact = { source: 'library/often', target: 'team/often', digest: one.digest, tags }
  await copyArtifact(core, from, here, artifact)
  expect(asked).toBeGreaterThanOrEqual(tags.length)
  expect(most).toBeLessThanOrEqual(8)
})
