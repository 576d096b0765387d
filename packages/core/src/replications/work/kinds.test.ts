import { createRegistryClient, digestOf, MEDIA_TYPES, parseRepositoryName } from '@berth/registry-client'
import { startFakeRegistry } from '@berth/registry-client/fake'
import { image } from '@berth/testing'
import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import { pushTo } from '../harbour.fixture.ts'
import { openTurns } from '../planning/index.ts'
import { remoteSite } from '../sites/index.ts'
import { Kinds } from './kinds.ts'

const repository = parseRepositoryName('library/kinds')
const filters = [{ type: 'resource' as const, value: 'image' as const }]
const chart = (name: string) => image(name, { configType: 'application/vnd.cncf.helm.config.v1+json' })
const all = Array.from({ length: 40 }, (_, n) => (n % 4 === 0 ? chart : image)(`kind ${n}`))

let registry: Awaited<ReturnType<typeof startFakeRegistry>>
beforeAll(async () => {
  registry = await startFakeRegistry()
  const client = createRegistryClient({ baseUrl: registry.url })
  for (const one of all) await pushTo(client, repository, one)
})
afterAll(() => registry.close())

const open = () => {
  const site = remoteSite({ key: 1, client: createRegistryClient({ baseUrl: registry.url }) })
  return new Kinds({ site, repository, filters, turns: openTurns(), signal: new AbortController().signal })
}
const asked = () => registry.state.requests.filter(({ url }) => url.includes('/manifests/')).length

it('kinds are asked for as many at once as there are turns, and stay in their order', async () => {
  const { promise: free, resolve: letGo } = Promise.withResolvers<void>()
  registry.state.requests.length = 0
  registry.state.faults.push({ when: () => true, times: all.length, action: { kind: 'hold', until: free } })
  const found = open().wanted(all)
  try {
    await vi.waitFor(() => expect(asked()).toBe(32), 10_000)
  } finally {
    letGo()
    registry.state.faults.length = 0
  }
  const images = all.filter((_, n) => n % 4 !== 0)
  expect((await found).map(({ digest }) => digest)).toEqual(images.map(({ digest }) => digest))
  expect(asked()).toBe(all.length)
})

it('a manifest is read once, however often and by however many tags it is asked about', async () => {
  registry.state.requests.length = 0
  const kinds = open()
  const twice = [all[1]!, all[1]!, all[0]!]
  expect(await kinds.wanted(twice)).toEqual([all[1], all[1]])
  expect(await kinds.wanted(twice)).toEqual([all[1], all[1]])
  expect(asked()).toBe(2)
})

it('what cannot be read is copied, to say what is wrong with it, and is nothing that may be deleted', async () => {
  const bytes = new TextEncoder().encode('{"schemaVersion":1}')
  const unreadable = { digest: digestOf(bytes) }
  const { manifests } = registry.state.repositories.get(repository)!
  manifests.set(unreadable.digest, { mediaType: MEDIA_TYPES.ociManifest, bytes })
  const asked = [unreadable, all[0]!, all[1]!]
  expect(await open().wanted(asked)).toEqual([unreadable, all[1]])
  expect(await open().surelyWanted(asked)).toEqual([all[1]])
})
