import { addProject, image, openShop, push, type Shop, testDatabase, upload } from '@berth/testing'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { deleteArtifact } from '../../artifacts/index.ts'
import { SYSTEM } from '../../authorization/index.ts'
import { createTag } from '../../tags/index.ts'
import { settle } from '../blobs/measure.ts'
import { repositoryBytes, storeChangedBytes, storeRepositoryBytes } from './repository-bytes.ts'
import { readHeldBytes, writeStoredBytes } from './store.ts'

let database: Awaited<ReturnType<typeof testDatabase>>
let shop: Shop

beforeAll(async () => {
  database = await testDatabase()
  shop = await openShop(database.url)
  await addProject(shop.core, 'bytes')
})
afterAll(async () => {
  await shop.close()
  await database.drop()
})

const images = ['a', 'b', 'c'].map((name) => image(name, { layers: ['shared', `of ${name}`] }))
const sizeOf = (...held: typeof images) => {
  const blobs = held.flatMap(({ digest, bytes, blobs }) => [...blobs, { digest, bytes }])
  const sizes = new Map(blobs.map(({ digest, bytes }) => [digest, bytes.byteLength]))
  return [...sizes.values()].reduce((sum, size) => sum + size, 0)
}
const rowOf = (name: string) => shop.core.db.prisma.repository.findUniqueOrThrow({ where: { name } })
async function put(repository: string, ...pushed: typeof images): Promise<number> {
  for (const one of pushed) {
    await upload(shop.core, repository, one)
    await push(shop.core, repository, one, one.digest.slice(7, 17))
  }
  return (await rowOf(repository)).id
}

test('what a repository holds is stored until something comes or goes; a new tag is neither', async () => {
  const { core } = shop
  const [a, b, c] = images as [(typeof images)[0], (typeof images)[0], (typeof images)[0]]
  const id = await put('bytes/one', a, b)
  const other = await put('bytes/two', c)
  expect(await repositoryBytes(core, id)).toBe(sizeOf(a, b))
  expect((await storeRepositoryBytes(core, [id, other, 987_654])).map(({ bytes }) => bytes)).toEqual([
    sizeOf(a, b),
    sizeOf(c),
  ])
  expect(await storeChangedBytes(core, 100)).toBe(0)
  await createTag(core, SYSTEM, { repository: 'bytes/one', reference: a.digest, name: 'again' })
  expect(await storeChangedBytes(core, 100)).toBe(0)
  await put('bytes/one', c)
  expect(await repositoryBytes(core, id)).toBe(sizeOf(a, b, c))
  await deleteArtifact(core, SYSTEM, { repository: 'bytes/one', reference: b.digest })
  expect(await repositoryBytes(core, id)).toBe(sizeOf(a, c))
  expect(await storeChangedBytes(core, 100)).toBe(1)
  expect(Number((await rowOf('bytes/one')).storageBytes)).toBe(sizeOf(a, c))
  expect(await repositoryBytes(core, 987_654)).toBe(0)
})

test('a sum of before a change does not take the place of a later one, nor is it taken for what is there', async () => {
  const { core } = shop
  const id = await put('bytes/late', images[0]!)
  const early = await readHeldBytes(core, [id])
  await put('bytes/late', images[1]!)
  await writeStoredBytes(core, early)
  expect(await repositoryBytes(core, id)).toBe(sizeOf(images[0]!, images[1]!))
  await storeRepositoryBytes(core, [id])
  await writeStoredBytes(core, early)
  expect(Number((await rowOf('bytes/late')).storageBytes)).toBe(sizeOf(images[0]!, images[1]!))
})

test('a repository that somebody keeps locked keeps no other from being stored, nor from changing', async () => {
  const { core } = shop
  const [first, second] = [await put('bytes/free', images[0]!), await put('bytes/locked', images[0]!)]
  const update = { data: { storageVersion: null } }
  await core.db.prisma.repository.updateMany({ where: { id: { in: [first, second] } }, ...update })
  let stored: Promise<unknown> | undefined
  await core.db.transaction(async (tx) => {
    await tx.repository.update({ where: { id: second }, data: { description: 'locked' } })
    stored = storeRepositoryBytes(core, [first, second])
    await vi.waitFor(async () => expect((await rowOf('bytes/free')).storageVersion).not.toBeNull())
    await core.db.query('UPDATE repositories SET content_version = content_version + 1 WHERE id = ?', [first])
  })
  await stored
  expect((await rowOf('bytes/locked')).storageVersion).not.toBeNull()
})

test('a large repository is added up once a minute at most', async () => {
  const { core } = shop
  const id = await put('bytes/large', images[0]!)
  await core.db.prisma.repository.update({ where: { id }, data: { artifactCount: 5_000 } })
  expect(await repositoryBytes(core, id)).toBe(sizeOf(images[0]!))
  await put('bytes/large', images[1]!)
  expect(await repositoryBytes(core, id)).toBe(sizeOf(images[0]!))
  await storeRepositoryBytes(core, [id])
  expect(await repositoryBytes(core, id)).toBe(sizeOf(images[0]!, images[1]!))
})

test.each([
  ['before', 0],
  ['behind', 1],
])(
  'a size whose correction ends just %s it leaves no sum that is taken for right',
  async (_where, versions) => {
    const { core } = shop
    const held = image(`corrected ${versions}`)
    const id = await put(`bytes/corrected-${versions}`, held)
    const [{ digest, bytes }] = held.blobs as [(typeof held.blobs)[0]]
    await core.db.prisma.blob.update({ where: { digest }, data: { sizeBytes: 7, measured: false } })
    await storeRepositoryBytes(core, [id])
    const row = { id: (await core.db.prisma.blob.findUniqueOrThrow({ where: { digest } })).id }
    const { contentVersion } = await rowOf(`bytes/corrected-${versions}`)
    // What it writes next is refused, as nothing is written by a process that is killed.
    const bound = `CHECK (name <> 'bytes/corrected-${versions}' OR content_version <= ${contentVersion + versions})`
    await core.db.query(`ALTER TABLE repositories ADD CONSTRAINT killed ${bound}`)
    const correction = settle(
      core,
      new Map([[digest, { id: Number(row.id), sizeBytes: 7, measured: false }]]),
      new Map([[digest, { sizeBytes: bytes.byteLength, measured: true }]]),
    )
    await expect(correction).rejects.toThrow()
    await core.db.query('ALTER TABLE repositories DROP CONSTRAINT killed')
    const { sizeBytes } = await core.db.prisma.blob.findUniqueOrThrow({ where: { digest } })
    expect(await repositoryBytes(core, id)).toBe(sizeOf(held) - bytes.byteLength + Number(sizeBytes))
  },
)
