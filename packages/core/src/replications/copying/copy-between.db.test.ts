import { addProject, image, index, openShop, type Pushable, push, testDatabase } from '@berth/testing'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { copyArtifact, type Harbour, heldBy, openHarbour, type Port, pushTo } from '../harbour.fixture.ts'

let harbour: Harbour
let near: Port
/** Without a referrers API. */
let old: Port

beforeAll(async () => {
  harbour = await openHarbour({ addProject, openShop, testDatabase }, 'team', 'other')
  near = await harbour.openPort()
  old = await harbour.openPort({ referrers: false })
})
afterAll(() => harbour.close())

const digestsOf = (...all: Pushable[]) => all.map(({ digest }) => digest).sort()
const blobsOf = (...all: Pushable[]) =>
  [...new Set(all.flatMap(({ blobs }) => blobs.map(({ digest }) => digest)))].sort()
const schemeTag = (digest: string, ending = '') => `${digest.replace(':', '-')}${ending}`
const changing = (requests: { method: string; url: string }[]) =>
  requests.filter(({ method }) => method !== 'GET' && method !== 'HEAD')

test('from this Berth an index goes with children, signatures by tag and by subject, and its tags', async () => {
  const { core, here } = harbour
  const children = [image('amd64'), image('arm64')]
  const both = index(children)
  const signature = image('signature')
  const attached = image('sbom', { subject: both, artifactType: 'application/spdx+json' })
  const ofAttached = image('signature of sbom', { subject: attached })
  for (const child of children) await push(core, 'team/app', child)
  await push(core, 'team/app', both, 'v1')
  await push(core, 'team/app', both, 'latest')
  await push(core, 'team/app', signature, schemeTag(both.digest, '.sig'))
  await push(core, 'team/app', attached)
  await push(core, 'team/app', ofAttached)
  await push(core, 'team/app', image('neighbour'), 'neighbour')
  const all = [...children, both, signature, attached, ofAttached]
  const artifact = { source: 'team/app', target: 'mirror/app', digest: both.digest, tags: ['v1', 'latest'] }
  const tags = { v1: both.digest, latest: both.digest, [schemeTag(both.digest, '.sig')]: signature.digest }

  const progress: number[] = []
  const result = await copyArtifact(core, here, near.site, artifact, {
    onProgress: ({ doneBytes, sizeBytes }) => progress.push(doneBytes / sizeBytes),
  })
  expect(result).toMatchObject({ outcome: 'copied', blobsSent: blobsOf(...all).length, warnings: [] })
  expect(result.bytesSent).toBe(
    all.flatMap(({ blobs }) => blobs).reduce((sum, { bytes }) => sum + bytes.byteLength, 0),
  )
  expect(progress.at(-1)).toBe(1)
  expect(heldBy(near.registry, 'mirror/app')).toEqual({
    manifests: digestsOf(...all),
    blobs: blobsOf(...all),
    tags,
  })
  // Tags come when everything else is there.
  const puts = near.registry.state.requests.filter(
    ({ method, url }) => method === 'PUT' && /manifests/.test(url),
  )
  expect(puts.slice(-2).map(({ url }) => url.split('/').at(-1))).toEqual(['v1', 'latest'])

  near.registry.state.requests.length = 0
  expect(await copyArtifact(core, here, near.site, artifact)).toMatchObject({
    outcome: 'inStep',
    bytesSent: 0,
  })
  expect(changing(near.registry.state.requests)).toEqual([])

  // A registry without the API is given the lists that the specification asks clients for.
  await copyArtifact(core, here, old.site, artifact)
  const lists = [schemeTag(both.digest), schemeTag(attached.digest)]
  expect(Object.keys(heldBy(old.registry, 'mirror/app').tags).sort()).toEqual(
    [...Object.keys(tags), ...lists].sort(),
  )
  for (const [subject, referrer] of [
    [both, attached],
    [attached, ofAttached],
  ] as const)
    expect(await old.client.referrers('mirror/app' as never, subject.digest)).toMatchObject([
      { digest: referrer.digest, mediaType: referrer.mediaType, sizeBytes: referrer.bytes.byteLength },
    ])
})

test('into this Berth it stands in registry and index, also what is attached in the old way', async () => {
  const { core, here, shop } = harbour
  const subject = image('pulled', { layers: ['layer 1', 'layer 2'] })
  const attached = image('attached to pulled', { subject })
  const signature = image('signature of pulled')
  await pushTo(old.client, 'library/app', subject, 'v1')
  await pushTo(old.client, 'library/app', signature, schemeTag(subject.digest, '.sig'))
  await copyArtifact(core, old.site, here, {
    source: 'library/app',
    target: 'team/in',
    digest: subject.digest,
    tags: ['v1'],
  })
  await pushTo(old.client, 'library/app', attached)
  const listed = index([attached])
  await pushTo(old.client, 'library/app', listed, schemeTag(subject.digest))
  await copyArtifact(core, old.site, here, {
    source: 'library/app',
    target: 'team/in',
    digest: subject.digest,
    tags: ['v1'],
  })
  const all = [subject, attached, signature]
  const tags = { v1: subject.digest, [schemeTag(subject.digest, '.sig')]: signature.digest }
  expect(heldBy(shop.registry, 'team/in')).toEqual({
    manifests: digestsOf(...all),
    blobs: blobsOf(...all),
    tags,
  })
  const rows = await core.db.prisma.artifact.findMany({
    where: { repository: { name: 'team/in' } },
    include: { tags: true },
  })
  expect(rows.map(({ digest }) => digest).sort()).toEqual(digestsOf(...all))
  expect(
    Object.fromEntries(rows.flatMap(({ digest, tags: on }) => on.map(({ name }) => [name, digest])).sort()),
  ).toEqual(tags)
  // Told once, with its tag, and under the policy's name.
  const told = await core.db.prisma.event.findMany({ where: { subject: 'team/in' }, orderBy: { id: 'asc' } })
  expect(told.map(({ payload, actorName }) => [(payload as { tag: string }).tag, actorName])).toEqual(
    [schemeTag(subject.digest, '.sig'), 'v1', null].map((tag) => [tag, 'replication:test']),
  )
})

test('a blob is mounted where the target has it elsewhere, and never sent twice', async () => {
  const { core, here } = harbour
  const port = await harbour.openPort()
  const images = Array.from({ length: 6 }, (_, n) =>
    image(`shared ${n}`, { layers: ['shared layer', `own ${n}`] }),
  )
  for (const [n, one] of images.entries()) await push(core, `team/shared${n}`, one, 'v1')
  const results = await Promise.all(
    images.map(({ digest }, n) =>
      copyArtifact(core, here, port.site, {
        source: `team/shared${n}`,
        target: `mirror/shared${n}`,
        digest,
        tags: ['v1'],
      }),
    ),
  )
  const sent = port.registry.state.requests
    .filter(({ method, url }) => method === 'PUT' && url.includes('/blobs/uploads/'))
    .map(({ url }) => new URL(url, port.registry.url).searchParams.get('digest'))
  expect(sent.sort()).toEqual(blobsOf(...images))
  expect(results.reduce((sum, { blobsMounted }) => sum + blobsMounted, 0)).toBe(5)
})

test('a tag on something else moves only with override', async () => {
  const { core, here } = harbour
  const [theirs, ours] = [image('theirs'), image('ours')]
  await pushTo(near.client, 'mirror/held', theirs, 'v1')
  await push(core, 'team/held', ours, 'v1')
  const artifact = { source: 'team/held', target: 'mirror/held', digest: ours.digest, tags: ['v1'] }
  near.registry.state.requests.length = 0
  const skipped = await copyArtifact(core, here, near.site, artifact, { override: false })
  expect(skipped).toMatchObject({ outcome: 'skipped', warnings: [expect.stringContaining('v1')] })
  expect(changing(near.registry.state.requests)).toEqual([])
  expect(heldBy(near.registry, 'mirror/held').tags).toEqual({ v1: theirs.digest })
  await copyArtifact(core, here, near.site, artifact)
  expect(heldBy(near.registry, 'mirror/held').tags).toEqual({ v1: ours.digest })
  // The source has moved on: an old copy does not undo what a newer one did.
  await push(core, 'team/held', theirs, 'v1')
  await pushTo(near.client, 'mirror/held', theirs, 'v1')
  expect(await copyArtifact(core, here, near.site, artifact)).toMatchObject({
    warnings: [expect.stringContaining('v1')],
  })
  expect(heldBy(near.registry, 'mirror/held').tags).toEqual({ v1: theirs.digest })
})

test('layers that live elsewhere stay there', async () => {
  const { core, here } = harbour
  const windows = image('windows', {
    layers: ['base of windows'],
    layerType: 'application/vnd.docker.image.rootfs.foreign.diff.tar.gzip',
  })
  await push(core, 'team/windows', windows, 'v1')
  await copyArtifact(core, here, near.site, {
    source: 'team/windows',
    target: 'mirror/windows',
    digest: windows.digest,
    tags: ['v1'],
  })
  expect(heldBy(near.registry, 'mirror/windows')).toMatchObject({
    blobs: [windows.blobs[0]!.digest],
    tags: { v1: windows.digest },
  })
})

test.each([
  ['corrupted', (bytes: Uint8Array) => Uint8Array.from(bytes, (byte, n) => (n === 5 ? byte ^ 1 : byte))],
  ['truncated', (bytes: Uint8Array) => bytes.subarray(0, -3)],
  ['longer', (bytes: Uint8Array) => Buffer.concat([bytes, bytes])],
])('a source whose layer is %s is found out, and nothing of it is tagged', async (kind, spoil) => {
  const { core, here } = harbour
  const pushed = image(`spoilt ${kind}`)
  const layer = pushed.blobs[1]!
  await pushTo(near.client, `library/${kind}`, pushed, 'v1')
  near.registry.state.repositories
    .get(`library/${kind}` as never)!
    .blobs.set(layer.digest, spoil(layer.bytes))
  const artifact = { source: `library/${kind}`, digest: pushed.digest, tags: ['v1'] }
  for (const [to, target, registry] of [
    [here, `team/${kind}`, harbour.shop.registry],
    [old.site, `mirror/${kind}`, old.registry],
  ] as const) {
    await expect(copyArtifact(core, near.site, to, { ...artifact, target })).rejects.toMatchObject({
      code: 'DIGEST_MISMATCH',
    })
    expect(heldBy(registry, target)).toMatchObject({ manifests: [], tags: {} })
    expect(heldBy(registry, target).blobs).not.toContain(layer.digest)
    expect(registry.state.uploads.size).toBe(0)
  }
  // Mended, it goes through.
  near.registry.state.repositories.get(`library/${kind}` as never)!.blobs.set(layer.digest, layer.bytes)
  await copyArtifact(core, near.site, here, { ...artifact, target: `team/${kind}` })
  expect(heldBy(harbour.shop.registry, `team/${kind}`).tags).toEqual({ v1: pushed.digest })
})

test('a target that dropped a blob which was seen there gets it again', async () => {
  const { core, here } = harbour
  const [first, second] = [image('kept 1', { layers: ['kept'] }), image('kept 2', { layers: ['kept'] })]
  for (const [tag, one] of [
    ['v1', first],
    ['v2', second],
  ] as const)
    await push(core, 'team/kept', one, tag)
  const artifact = { source: 'team/kept', target: 'mirror/kept' }
  await copyArtifact(core, here, near.site, { ...artifact, digest: first.digest, tags: ['v1'] })
  const held = near.registry.state.repositories.get('mirror/kept' as never)!
  held.manifests.clear()
  held.blobs.delete(first.blobs[1]!.digest)
  await copyArtifact(core, here, near.site, { ...artifact, digest: second.digest, tags: ['v2'] })
  expect(heldBy(near.registry, 'mirror/kept').blobs).toContain(first.blobs[1]!.digest)
})

test('stopped, it ends at once, and what it had sent is gone on with', async () => {
  const { core, here } = harbour
  const layer = new Uint8Array(400_000).map((_, n) => n % 251)
  const pushed = image('stopped', { layers: [layer] })
  await push(core, 'team/stopped', pushed, 'v1')
  const artifact = { source: 'team/stopped', target: 'mirror/stopped', digest: pushed.digest, tags: ['v1'] }
  const stop = new AbortController()
  const { promise: until, resolve: held } = Promise.withResolvers<void>()
  near.registry.state.faults.push({
    when: ({ method, path }) =>
      method === 'PATCH' &&
      path.includes('/mirror/stopped/') &&
      [...near.registry.state.uploads.values()].some(({ sizeBytes }) => sizeBytes === 200_000),
    action: { kind: 'hold', until },
  })
  const options = { chunkBytes: 100_000, signal: stop.signal }
  const stopped = expect(copyArtifact(core, here, near.site, artifact, options)).rejects.toThrow('stopped')
  // A fault goes when it is met: the third part is on its way then.
  await vi.waitFor(() => expect(near.registry.state.faults).toEqual([]))
  stop.abort(new Error('stopped'))
  await stopped
  held()
  near.registry.state.requests.length = 0
  const result = await copyArtifact(core, here, near.site, artifact, { chunkBytes: 100_000 })
  expect(result.bytesSent).toBeLessThanOrEqual(200_000)
  expect(
    near.registry.state.requests.filter(({ method }) => method === 'PATCH')[0]?.headers['content-range'],
  ).toMatch(/^[23]00000-/)
  expect(heldBy(near.registry, 'mirror/stopped').tags).toEqual({ v1: pushed.digest })
})
