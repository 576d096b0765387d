import {
  addProject,
  buildCache,
  image,
  openShop,
  type Pushable,
  push,
  type Shop,
  testDatabase,
  upload,
} from '@berth/testing'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { SYSTEM } from '../../authorization/index.ts'
import { everything } from '../../list-query/index.ts'
import { counted, recount } from '../../quotas/recount.fixture.ts'
import {
  adoptManifest,
  copyArtifact,
  deleteArtifact,
  deleteBlob,
  getAddition,
  getArtifact,
  listArtifacts,
} from '../index.ts'

// Caches of builders are indexes of layers: BuildKit's, as `--cache-to type=registry,image-manifest=false` writes them.

let database: Awaited<ReturnType<typeof testDatabase>>
let shop: Shop
beforeAll(async () => {
  database = await testDatabase()
  shop = await openShop(database.url)
  for (const name of ['team', 'other']) await addProject(shop.core, name)
})
afterAll(async () => {
  await shop.close()
  await database.drop()
})

const sizeOf = ({ bytes, blobs }: Pushable) =>
  blobs.reduce((sum, blob) => sum + blob.bytes.byteLength, bytes.byteLength)
const held = async (project: string) => (await counted(shop.core))[project]!
const blobsAt = (repository: string) =>
  [...(shop.registry.state.repositories.get(repository as never)?.blobs.keys() ?? [])].sort()

test('a build cache is an artifact of its own kind, without children, as large as its blobs', async () => {
  const { core } = shop
  const cache = buildCache('shown', ['base', 'step 1', 'step 2'])
  await push(core, 'team/cache', cache, 'main')
  const { items } = await listArtifacts(core, SYSTEM, { repository: 'team/cache', query: everything })
  expect(items).toMatchObject([
    {
      ...{ type: 'CACHE', mediaType: 'application/vnd.buildkit.cacheconfig.v0' },
      manifestMediaType: 'application/vnd.oci.image.index.v1+json',
      ...{ references: [], sizeBytes: sizeOf(cache) },
    },
  ])
  // Its first layer is no config.
  const ref = { repository: 'team/cache', reference: 'main' }
  await expect(getAddition(core, SYSTEM, { ...ref, addition: 'config' })).rejects.toMatchObject({
    code: 'BAD_REQUEST',
  })
})

test('its blobs count in the quota once, stay while it stands, and are free when it goes', async () => {
  const { core } = shop
  await addProject(core, 'counted')
  const [cache, app] = [buildCache('kept', ['shared', 'only here']), image('app', { layers: ['shared'] })]
  await push(core, 'counted/cache', app, 'app')
  const before = await held('counted')
  await push(core, 'counted/cache', cache, 'main')
  expect(await held('counted')).toEqual((await recount(core)).counted)
  const shared = Buffer.byteLength('shared')
  expect((await held('counted')).usedBytes).toBe(before.usedBytes + sizeOf(cache) - shared)
  const blob = { repository: 'counted/cache', digest: cache.blobs[1]!.digest }
  await expect(deleteBlob(core, SYSTEM, blob)).rejects.toMatchObject({ code: 'PRECONDITION' })
  await deleteArtifact(core, SYSTEM, { repository: 'counted/cache', reference: 'main' })
  expect(await held('counted')).toEqual(before)
  await deleteBlob(core, SYSTEM, blob)
})

test('a project without room for its blobs takes no copy of it; one with room gets them linked', async () => {
  const { core } = shop
  const cache = buildCache('copied', [new Uint8Array(5_000)])
  await push(core, 'team/copied', cache, 'main')
  await addProject(core, 'small', false, 2_000)
  await expect(
    copyArtifact(core, SYSTEM, { from: 'team/copied:main', repository: 'small/cache' }),
  ).rejects.toMatchObject({ code: 'DENIED' })
  shop.registry.state.requests.length = 0
  await copyArtifact(core, SYSTEM, { from: 'team/copied:main', repository: 'other/cache' })
  expect(blobsAt('other/cache')).toEqual(cache.blobs.map(({ digest }) => digest).sort())
  expect(shop.registry.state.requests.filter(({ method }) => method === 'PATCH')).toEqual([])
  expect(await getArtifact(core, SYSTEM, { repository: 'other/cache', reference: 'main' })).toMatchObject({
    type: 'CACHE',
    sizeBytes: sizeOf(cache),
  })
})

test('one that stood in the registry before Berth knew it is taken over', async () => {
  const { core } = shop
  const cache = buildCache('found')
  await upload(core, 'team/found', cache, 'main')
  expect(await adoptManifest(core, SYSTEM, 'team/found' as never, 'main' as never)).toBe(true)
  expect(await getArtifact(core, SYSTEM, { repository: 'team/found', reference: 'main' })).toMatchObject({
    type: 'CACHE',
  })
})
