import { addProject, image, index, openShop, push, testDatabase } from '@berth/testing'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { readRegistry } from '../../registries/index.ts'
import { addRegistry, copyArtifact, type Harbour, heldBy, openHarbour, pushTo } from '../harbour.fixture.ts'
import { openSite } from '../sites/index.ts'

// Other people's registries: what they say is not what they do.
let harbour: Harbour
beforeAll(async () => {
  harbour = await openHarbour({ addProject, openShop, testDatabase }, 'team')
})
afterAll(() => harbour.close())

test('a source that gives another manifest under a digest is found out, for the artifact and for a child', async () => {
  const { core, here, shop } = harbour
  const port = await harbour.openPort()
  const [child, other] = [image('child'), image('other')]
  const both = index([child])
  for (const one of [child, other]) await pushTo(port.client, 'library/app', one)
  await pushTo(port.client, 'library/app', both, 'v1')
  const { manifests } = port.registry.state.repositories.get('library/app' as never)!
  for (const liar of [child, both]) {
    const truth = manifests.get(liar.digest)!
    manifests.set(liar.digest, { mediaType: other.mediaType, bytes: other.bytes })
    const target = `team/${liar === both ? 'artifact' : 'child'}`
    const artifact = { source: 'library/app', target, digest: both.digest, tags: ['v1'] }
    await expect(copyArtifact(core, port.site, here, artifact)).rejects.toMatchObject({
      code: 'DIGEST_MISMATCH',
    })
    expect(heldBy(shop.registry, target)).toMatchObject({ manifests: [], tags: {} })
    manifests.set(liar.digest, truth)
  }
})

test('what the registry behind this Berth gives wrong is found out, and no other one gets it under a tag', async () => {
  const { core, here, shop } = harbour
  const port = await harbour.openPort()
  const [child, other] = [image('stored child'), image('stored other')]
  const both = index([child])
  await push(core, 'team/stored', child)
  await push(core, 'team/stored', both, 'v1')
  const { manifests, blobs } = shop.registry.state.repositories.get('team/stored' as never)!
  const artifact = { source: 'team/stored', target: 'mirror/stored', digest: both.digest, tags: ['v1'] }
  const expectFound = async () => {
    await expect(copyArtifact(core, here, port.site, artifact)).rejects.toMatchObject({
      code: 'DIGEST_MISMATCH',
    })
    expect(heldBy(port.registry, 'mirror/stored')).toMatchObject({ manifests: [], tags: {} })
  }
  for (const liar of [child, both]) {
    const truth = manifests.get(liar.digest)!
    manifests.set(liar.digest, { mediaType: other.mediaType, bytes: other.bytes })
    await expectFound()
    manifests.set(liar.digest, truth)
  }
  const { digest, bytes } = child.blobs[1]!
  for (const wrong of [bytes.map((byte, n) => (n === 5 ? byte ^ 1 : byte)), bytes.subarray(0, -3)]) {
    blobs.set(digest, wrong)
    await expectFound()
    expect(heldBy(port.registry, 'mirror/stored').blobs).not.toContain(digest)
  }
  blobs.set(digest, bytes)
  await copyArtifact(core, here, port.site, artifact)
  expect(heldBy(port.registry, 'mirror/stored').tags).toEqual({ v1: both.digest })
})

test('what a target said to have taken and has not is brought by the next copy', async () => {
  const { core, here } = harbour
  const port = await harbour.openPort()
  const pushed = image('forgotten')
  await push(core, 'team/forgotten', pushed, 'v1')
  const artifact = { source: 'team/forgotten', target: 'mirror/app', digest: pushed.digest, tags: ['v1'] }
  port.registry.state.faults.push({
    when: ({ method, path }) => method === 'PUT' && path.includes('/manifests/'),
    times: 1,
    action: { kind: 'answer', reply: { status: 201, headers: {}, body: '' } },
  })
  await copyArtifact(core, here, port.site, artifact)
  expect(heldBy(port.registry, 'mirror/app').tags).toEqual({})
  expect(await copyArtifact(core, here, port.site, artifact)).toMatchObject({ outcome: 'copied' })
  expect(heldBy(port.registry, 'mirror/app').tags).toEqual({ v1: pushed.digest })
})

test('a blob that a source leads to a link-local address is not fetched, and nobody tries again', async () => {
  const { core, here, shop } = harbour
  const port = await harbour.openPort()
  const pushed = image('led away')
  await pushTo(port.client, 'library/app', pushed, 'v1')
  const id = await addRegistry(core, { url: port.registry.url })
  const from = await openSite(core, (await readRegistry(core, id))!)
  port.registry.state.requests.length = 0
  port.registry.state.faults.push({
    when: ({ method, path }) => method === 'GET' && path.includes('/blobs/'),
    times: 100,
    action: {
      kind: 'answer',
      reply: { status: 307, headers: { location: 'http://169.254.169.254/latest/meta-data' }, body: '' },
    },
  })
  const artifact = { source: 'library/app', target: 'team/away', digest: pushed.digest, tags: ['v1'] }
  await expect(copyArtifact(core, from, here, artifact)).rejects.toMatchObject({
    code: 'LOCATION_NOT_ALLOWED',
  })
  const asked = port.registry.state.requests.filter(({ url }) => url.includes('/blobs/'))
  expect(asked.length).toBeLessThanOrEqual(pushed.blobs.length)
  expect(heldBy(shop.registry, 'team/away').tags).toEqual({})
})
