import {
  addPerson,
  addProject,
  image,
  index,
  openShop,
  push,
  type Shop,
  testDatabase,
  upload,
  write,
} from '@berth/testing'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { resolveReference } from '../store.ts'

let database: Awaited<ReturnType<typeof testDatabase>>
let shop: Shop

beforeAll(async () => {
  database = await testDatabase()
  shop = await openShop(database.url)
  await addProject(shop.core, 'team')
})
afterAll(async () => {
  await shop.close()
  await database.drop()
})

const counts = async (repository: string) => {
  const { id, artifactCount } = await shop.core.db.prisma.repository.findUniqueOrThrow({
    where: { name: repository },
  })
  const [listed, all, tags] = await Promise.all([
    shop.core.db.prisma.artifact.count({ where: { repositoryId: id, listed: true } }),
    shop.core.db.prisma.artifact.count({ where: { repositoryId: id } }),
    shop.core.db.prisma.tag.count({ where: { repositoryId: id } }),
  ])
  expect(artifactCount).toBe(listed)
  return { listed, all, tags }
}
const artifact = (digest: string) => shop.core.db.prisma.artifact.findFirstOrThrow({ where: { digest } })

test('a push writes down the repository, the artifact with what its config says, its blobs and its tag', async () => {
  const pushed = image('first', {
    config: { architecture: 'arm64', os: 'linux', author: 'me', config: { Cmd: ['sh'] } },
  })
  await upload(shop.core, 'team/first', pushed, 'latest')
  expect(await write(shop.core, 'team/first', pushed, 'latest')).toEqual({ created: true })
  const row = await artifact(pushed.digest)
  expect(row).toMatchObject({
    type: 'IMAGE',
    listed: true,
    manifestSizeBytes: pushed.bytes.byteLength,
    annotations: { seed: 'first' },
    extraAttrs: { architecture: 'arm64', os: 'linux', author: 'me', created: '', config: { Cmd: ['sh'] } },
  })
  const blobBytes = pushed.blobs.reduce((sum, blob) => sum + blob.bytes.byteLength, 0)
  expect(Number(row.sizeBytes)).toBe(pushed.bytes.byteLength + blobBytes)
  const blobs = await shop.core.db.prisma.artifactBlob.findMany({
    where: { artifactId: row.id },
    orderBy: { position: 'asc' },
    include: { blob: true },
  })
  expect(blobs.map((line) => line.blob.digest)).toEqual(pushed.blobs.map((blob) => blob.digest))
  expect(await resolveReference(shop.core, 'team/first', 'latest')).toEqual({
    digest: pushed.digest,
    mediaType: pushed.mediaType,
    sizeBytes: pushed.bytes.byteLength,
  })
  expect(await resolveReference(shop.core, 'team/first', pushed.digest)).toBeDefined()
  expect(await resolveReference(shop.core, 'team/first', 'Latest')).toBeUndefined()
  expect(await resolveReference(shop.core, 'team/firs', 'latest')).toBeUndefined()
})

test('pushing the same again changes nothing, and brings facts that were missing', async () => {
  const pushed = image('again')
  // The config has not arrived: the push counts all the same.
  expect(await write(shop.core, 'team/again', pushed, 'v1')).toEqual({ created: true })
  expect((await artifact(pushed.digest)).extraAttrs).toEqual({})
  await upload(shop.core, 'team/again', pushed, 'v1')
  expect(await write(shop.core, 'team/again', pushed, 'v1')).toEqual({ created: false })
  expect((await artifact(pushed.digest)).extraAttrs).toMatchObject({ os: 'linux' })
  expect(await counts('team/again')).toEqual({ listed: 1, all: 1, tags: 1 })
})

test('twenty pushes of one image at once make one repository, one artifact and twenty tags', async () => {
  const pushed = image('crowd', { layers: ['a', 'b', 'c', 'd'] })
  await upload(shop.core, 'team/crowd', pushed)
  const results = await Promise.all(
    Array.from({ length: 20 }, (_, n) => write(shop.core, 'team/crowd', pushed, `v${n}`)),
  )
  expect(results.filter((result) => result.created)).toHaveLength(1)
  expect(await counts('team/crowd')).toEqual({ listed: 1, all: 1, tags: 20 })
})

test('twenty pushes at once of different images with shared layers into new repositories all arrive', async () => {
  const { id, repositoryCount } = await shop.core.db.prisma.project.findUniqueOrThrow({
    where: { name: 'team' },
  })
  const shared = Array.from({ length: 12 }, (_, n) => `shared ${n}`)
  const images = Array.from({ length: 20 }, (_, n) =>
    image(`many ${n}`, { layers: n % 2 ? shared : [...shared].reverse() }),
  )
  await Promise.all(images.map((pushed, n) => write(shop.core, `team/many/${n % 10}`, pushed, `v${n}`)))
  const after = await shop.core.db.prisma.project.findUniqueOrThrow({ where: { id } })
  expect(after.repositoryCount).toBe(repositoryCount + 10)
  expect(await shop.core.db.prisma.repository.count({ where: { projectId: id } })).toBe(after.repositoryCount)
  for (let n = 0; n < 10; n++) expect(await counts(`team/many/${n}`)).toEqual({ listed: 2, all: 2, tags: 2 })
})

test('a tag that moves leaves the old artifact listed without it, and keeps one row', async () => {
  const [one, two] = [image('move 1'), image('move 2')]
  await write(shop.core, 'team/move', one, 'latest')
  await write(shop.core, 'team/move', two, 'latest')
  expect((await resolveReference(shop.core, 'team/move', 'latest'))?.digest).toBe(two.digest)
  expect(await counts('team/move')).toEqual({ listed: 2, all: 2, tags: 1 })
})

test('an index hides its untagged children, and a child that loses its tag is hidden then', async () => {
  const children = [image('child 1'), image('child 2')]
  await write(shop.core, 'team/index', children[0]!, 'amd64')
  await write(shop.core, 'team/index', children[1]!)
  expect(await counts('team/index')).toEqual({ listed: 2, all: 2, tags: 1 })
  const both = index(children)
  await write(shop.core, 'team/index', both, 'latest')
  expect(await counts('team/index')).toEqual({ listed: 2, all: 3, tags: 2 })
  await write(shop.core, 'team/index', both, 'amd64')
  expect(await counts('team/index')).toEqual({ listed: 1, all: 3, tags: 2 })
  await write(shop.core, 'team/index', children[1]!, 'arm')
  expect(await counts('team/index')).toEqual({ listed: 2, all: 3, tags: 3 })
  const row = await artifact(both.digest)
  const size = [...children, both].reduce((sum, item) => sum + item.bytes.byteLength, 0)
  expect(Number(row.sizeBytes)).toBe(
    size + children.flatMap((child) => child.blobs).reduce((sum, blob) => sum + blob.bytes.byteLength, 0),
  )
})

test('an index whose child this repository lacks is refused, and leaves no repository behind', async () => {
  const child = image('elsewhere')
  await write(shop.core, 'team/elsewhere', child)
  await expect(write(shop.core, 'team/lonely', index([child]), 'latest')).rejects.toMatchObject({
    code: 'MANIFEST_BLOB_UNKNOWN',
  })
  expect(await shop.core.db.prisma.repository.findUnique({ where: { name: 'team/lonely' } })).toBeNull()
})

test('what is attached to a subject is not listed by itself until it is tagged', async () => {
  const subject = image('subject')
  const attached = image('signature', { subject })
  await write(shop.core, 'team/subject', subject, 'latest')
  await write(shop.core, 'team/subject', attached)
  expect(await counts('team/subject')).toEqual({ listed: 1, all: 2, tags: 1 })
  await write(shop.core, 'team/subject', attached, 'signature')
  expect(await counts('team/subject')).toEqual({ listed: 2, all: 2, tags: 2 })
})

test('only those who may push can write, and a project must exist', async () => {
  const pushed = image('rights')
  const guest = await addPerson(shop.core, 'guest', { team: 'guest' })
  const outsider = await addPerson(shop.core, 'outsider')
  const developer = await addPerson(shop.core, 'developer', { team: 'developer' })
  for (const actor of [guest, outsider])
    await expect(write(shop.core, 'team/rights', pushed, 'v1', actor)).rejects.toMatchObject({
      code: 'FORBIDDEN',
    })
  await expect(write(shop.core, 'team/rights', pushed, 'v1', { kind: 'anonymous' })).rejects.toMatchObject({
    code: 'UNAUTHORIZED',
  })
  await expect(write(shop.core, 'nowhere/rights', pushed, 'v1')).rejects.toMatchObject({ code: 'NOT_FOUND' })
  await expect(write(shop.core, 'alone', pushed, 'v1')).rejects.toMatchObject({ code: 'NAME_INVALID' })
  expect(await write(shop.core, 'team/rights', pushed, 'v1', developer)).toEqual({ created: true })
})

test('hostile manifests and configs are stored in a form that both databases take', async () => {
  const deep = `${'{"a":'.repeat(5_000)}1${'}'.repeat(5_000)}`
  const hostile = image('hostile', {
    annotations: {
      ['__proto__']: 'x',
      'nul\0': 'a\0b',
      lone: '\ud800',
      long: 'x'.repeat(100_000),
      "'; DROP TABLE tags": '?',
    },
    config: new TextEncoder().encode(
      `{"architecture":["not text"],"os":"li\\u0000nux\\ud800","created":1e999,"config":{"deep":${deep},"big":"${'y'.repeat(70_000)}"}}`,
    ),
    artifactType: `application/${'x'.repeat(400)}`,
  })
  await push(shop.core, 'team/hostile', hostile, 'v1')
  const row = await artifact(hostile.digest)
  expect(row.artifactType).toHaveLength(255)
  expect(row.annotations).toMatchObject({ nul: 'ab', lone: '\ufffd', "'; DROP TABLE tags": '?' })
  expect(Object.getPrototypeOf(row.annotations)).toBe(Object.prototype)
  expect(Object.keys(row.annotations as object)).not.toContain('long')
  expect(row.extraAttrs).toEqual({ architecture: '', os: 'linux\ufffd', created: '', author: '' })
  const odd = image('odd', { config: new TextEncoder().encode('not json') })
  await push(shop.core, 'team/hostile', odd, 'v2')
  expect((await artifact(odd.digest)).extraAttrs).toEqual({})
  const big = image('big', { config: { os: 'linux', filler: 'z'.repeat(1_100_000) } })
  await push(shop.core, 'team/hostile', big, 'v3')
  expect((await artifact(big.digest)).extraAttrs).toEqual({})
})

test('a manifest of three thousand layers is written in one push', async () => {
  const many = image('layers', { layers: Array.from({ length: 3_000 }, (_, n) => `layer ${n}`) })
  await write(shop.core, 'team/layers', many, 'latest')
  const { id } = await artifact(many.digest)
  expect(await shop.core.db.prisma.artifactBlob.count({ where: { artifactId: id } })).toBe(3_001)
})
