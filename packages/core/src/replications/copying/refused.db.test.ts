import { digestOf } from '@berth/registry-client'
import { addProject, image, index, openShop, push, testDatabase } from '@berth/testing'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { createCore } from '../../context/index.ts'
import { copyArtifact, type Harbour, heldBy, openHarbour, type Port, pushTo } from '../harbour.fixture.ts'
import { localSite, remoteSite } from '../sites/index.ts'

// What a registry refuses and what arrives spoilt ends no copy that can be made in another way.
let harbour: Harbour
beforeAll(async () => {
  harbour = await openHarbour({ addProject, openShop, testDatabase }, 'team')
})
afterAll(() => harbour.close())

const error = (code: string) => JSON.stringify({ errors: [{ code, message: 'no' }] })
const answering = (
  { registry }: Port,
  when: { method: string; part: string; query?: string },
  reply: { status: number; body: string },
  times: number,
) =>
  registry.state.faults.push({
    when: ({ method, path, query }) =>
      method === when.method && path.includes(when.part) && (!when.query || query.has(when.query)),
    times,
    action: { kind: 'answer', reply: { headers: { 'content-type': 'application/json' }, ...reply } },
  })

test.each([
  [401, 2],
  [403, 2],
  [404, 2],
  [405, 2],
  [501, 2],
  // Asked again before, of both layers: it may have been a moment's failure.
  [500, 10],
])('a blob whose mount is answered with %i is sent', async (status, times) => {
  const { core, here } = harbour
  const port = await harbour.openPort()
  const layers = [new Uint8Array(300_000).fill(status), `small ${status}`]
  const [first, second] = [image(`first ${status}`, { layers }), image(`second ${status}`, { layers })]
  const at = (app: string) => ({ source: `team/${app}${status}`, target: `${app}/y`, tags: ['v1'] })
  for (const [app, one] of [
    ['a', first],
    ['b', second],
  ] as const)
    await push(core, `team/${app}${status}`, one, 'v1')
  await copyArtifact(core, here, port.site, { ...at('a'), digest: first.digest })
  answering(
    port,
    { method: 'POST', part: '/b/y/', query: 'mount' },
    { status, body: error('UNAUTHORIZED') },
    times,
  )
  const result = await copyArtifact(core, here, port.site, { ...at('b'), digest: second.digest })
  expect(result).toMatchObject({ outcome: 'copied', blobsSent: 3, blobsMounted: 0 })
  expect(port.registry.state.faults).toEqual([])
  expect(heldBy(port.registry, 'b/y').tags).toEqual({ v1: second.digest })
})

test('an upload that a registry opened instead of a mount is not left open', async () => {
  const { core, here } = harbour
  const port = await harbour.openPort({ mounts: false })
  const layers = [new Uint8Array(300_000).fill(9)]
  const [first, second] = [image('mounted first', { layers }), image('mounted second', { layers })]
  await push(core, 'team/mounted-a', first, 'v1')
  await push(core, 'team/mounted-b', second, 'v1')
  const at = (app: string) => ({ source: `team/mounted-${app}`, target: `mounted/${app}`, tags: ['v1'] })
  await copyArtifact(core, here, port.site, { ...at('a'), digest: first.digest })
  // Another process knows from the database only where the layer is.
  const node = createCore(core.settings)
  try {
    const site = localSite(node, { actorName: 'replication:test' })
    const result = await copyArtifact(node, site, port.site, { ...at('b'), digest: second.digest })
    expect(result).toMatchObject({ outcome: 'copied', blobsMounted: 0 })
  } finally {
    await node.close()
  }
  expect(port.registry.state.requests.some(({ url }) => url.includes('mount='))).toBe(true)
  expect([...port.registry.state.uploads]).toEqual([])
})

test('a manifest that was spoilt on the way is sent once more; refused twice, it is refused', async () => {
  const { core, here } = harbour
  const port = await harbour.openPort()
  const child = image('spoilt on the way')
  const both = index([child])
  await push(core, 'team/way', child)
  await push(core, 'team/way', both, 'v1')
  const artifact = { source: 'team/way', target: 'mirror/way', digest: both.digest, tags: ['v1'] }
  for (const code of ['DIGEST_INVALID', 'MANIFEST_INVALID']) {
    answering(port, { method: 'PUT', part: '/manifests/' }, { status: 400, body: error(code) }, 2)
    await expect(copyArtifact(core, here, port.site, artifact)).rejects.toMatchObject({ code })
  }
  for (const [code, { digest }] of [
    ['DIGEST_INVALID', child],
    ['MANIFEST_INVALID', { digest: 'v1' }],
  ] as const)
    answering(port, { method: 'PUT', part: `/manifests/${digest}` }, { status: 400, body: error(code) }, 1)
  await copyArtifact(core, here, port.site, artifact)
  expect(port.registry.state.faults).toEqual([])
  expect(heldBy(port.registry, 'mirror/way').tags).toEqual({ v1: both.digest })
})

test('a list that was spoilt on the way is asked for once more, and one without an end is not read', async () => {
  const port = await harbour.openPort()
  await pushTo(port.client, 'library/app', image('listed'), 'v1')
  const list = { method: 'GET', part: '/tags/list' }
  answering(port, list, { status: 200, body: '{"name":"library/app","tags":["v1' }, 1)
  expect(await port.site.tags('library/app' as never)).toEqual([{ tag: 'v1' }])
  for (const tag of ['v2', 'v3']) await pushTo(port.client, 'library/app', image('listed'), tag)
  const careful = remoteSite({ key: 1, client: port.client, maxTags: 2 })
  await expect(careful.tags('library/app' as never)).rejects.toMatchObject({ code: 'BODY_TOO_LARGE' })
})

test('an artifact whose manifests would fill the memory is refused', async () => {
  const [port, target] = [await harbour.openPort(), await harbour.openPort()]
  const annotations = { long: 'x'.repeat(3_900_000) }
  const children = Array.from({ length: 5 }, (_, n) => image(`long ${n}`, { annotations }))
  const all = index(children)
  const manifests = new Map([...children, all].map((one) => [one.digest, one]))
  const blobs = new Map(children.flatMap((one) => one.blobs.map(({ digest, bytes }) => [digest, bytes])))
  port.registry.state.repositories.set('library/long' as never, { manifests, blobs, tags: new Map() })
  const artifact = { source: 'library/long', target: 'library/long', digest: all.digest }
  await expect(copyArtifact(harbour.core, port.site, target.site, artifact)).rejects.toMatchObject({
    code: 'BAD_REQUEST',
  })
})

test('a source that gives a blob slowly keeps it from nobody who has another one', async () => {
  const { core } = harbour
  const second = createCore(core.settings)
  const [slow, quick] = [await harbour.openPort(), await harbour.openPort()]
  const { promise: released, resolve: release } = Promise.withResolvers<void>()
  try {
    for (const [app, node] of [
      ['process', core],
      ['node', second],
    ] as const) {
      const layer = new Uint8Array(300_000).fill(app.length)
      const [held, wanted] = [image(`held by ${app}`, { layers: [layer] }), image(app, { layers: [layer] })]
      await pushTo(slow.client, `library/${app}`, held)
      await pushTo(quick.client, `library/${app}`, wanted)
      slow.registry.state.faults.push({
        when: ({ method, path }) => method === 'GET' && path.endsWith(held.blobs[1]!.digest),
        times: 100,
        action: { kind: 'hold', until: released },
      })
      const at = (name: string) => ({ source: `library/${app}`, target: `team/${app}-${name}` })
      const late = copyArtifact(core, slow.site, harbour.here, { ...at('slow'), digest: held.digest })
      late.catch(() => {})
      await vi.waitFor(
        () =>
          expect(
            slow.registry.state.requests.some(
              ({ method, url }) => method === 'GET' && url.endsWith(held.blobs[1]!.digest),
            ),
          ).toBe(true),
        10_000,
      )
      const to = localSite(node, { actorName: 'replication:test' })
      const artifact = { ...at('quick'), digest: wanted.digest }
      const result = await copyArtifact(node, quick.site, to, artifact, { patienceMs: 100 })
      expect(result).toMatchObject({ outcome: 'copied', blobsSent: 2 })
    }
  } finally {
    release()
    await second.close()
  }
})

test('a source that is asked slowly, as a policy says, is asked quickly by whoever has no such limit', async () => {
  const { core } = harbour
  const second = createCore(core.settings)
  const source = await harbour.openPort()
  const ended = new AbortController()
  const held: Promise<unknown>[] = []
  try {
    for (const [app, node] of [
      ['same-process', core],
      ['other-node', second],
    ] as const) {
      const layers = [new Uint8Array(300_000).fill(app.length)]
      const [slow, quick] = [image(`slow ${app}`, { layers }), image(`quick ${app}`, { layers })]
      for (const one of [slow, quick]) await pushTo(source.client, `library/${app}`, one)
      const at = (name: string) => ({ source: `library/${app}`, target: `team/${app}-${name}` })
      const limits = { speedKbps: 1, signal: ended.signal }
      held.push(copyArtifact(core, source.site, harbour.here, { ...at('slow'), digest: slow.digest }, limits))
      held.at(-1)!.catch(() => {})
      const layer = slow.blobs[1]!.digest
      await vi.waitFor(
        () => expect(source.registry.state.requests.some(({ url }) => url.endsWith(layer))).toBe(true),
        10_000,
      )
      const to = localSite(node, { actorName: 'replication:test' })
      const artifact = { ...at('quick'), digest: quick.digest }
      const result = await copyArtifact(node, source.site, to, artifact, { patienceMs: 100, speedKbps: 0 })
      expect(result).toMatchObject({ outcome: 'copied', blobsSent: 2 })
    }
  } finally {
    ended.abort(new Error('enough'))
    await Promise.allSettled(held)
    await second.close()
  }
})

test('what is named by sha512 is refused before any of it is sent: the registry here would name it otherwise', async () => {
  const { core, shop } = harbour
  const port = await harbour.openPort()
  const one = image('named by sha512')
  const digest = digestOf(one.bytes, 'sha512')
  const blobs = new Map(one.blobs.map((blob) => [blob.digest, blob.bytes]))
  const state = { manifests: new Map([[digest, one]]), blobs, tags: new Map([['v1', digest]]) }
  port.registry.state.repositories.set('library/sha512' as never, state as never)
  const artifact = { source: 'library/sha512', target: 'team/sha512', digest, tags: ['v1'] }
  await expect(copyArtifact(core, port.site, harbour.here, artifact)).rejects.toMatchObject({
    ...{ code: 'BAD_REQUEST', message: expect.stringContaining('sha512') },
  })
  expect(heldBy(shop.registry, 'team/sha512')).toEqual({ manifests: [], tags: {}, blobs: [] })
  expect(await harbour.here.tags('team/sha512' as never)).toEqual([])
})
