import { migrate } from '@berth/db/migrate'
import {
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
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { deleteArtifact } from '../../artifacts/index.ts'
import { SYSTEM } from '../../authorization/index.ts'
import { deleteRepository } from '../../repositories/index.ts'
import { createTag, deleteTag } from '../../tags/index.ts'
import { recalculateQuotas } from '../index.ts'
import { counted, recount } from '../recount.fixture.ts'

let database: Awaited<ReturnType<typeof testDatabase>>
// Two nodes: caches and pools of their own.
let shops: Shop[]

beforeAll(async () => {
  database = await testDatabase()
  shops = [await openShop(database.url, 6), await openShop(database.url, 6)]
})
afterAll(async () => {
  for (const shop of shops) await shop.close()
  await database.drop()
})

const layers = Array.from({ length: 6 }, (_, n) => `layer ${n}`.repeat(n + 1))
const images = Array.from({ length: 8 }, (_, n) =>
  // One layer twice in a manifest: a holder is an artifact, not a line of it.
  image(`image ${n}`, { layers: [...layers.slice(n % 3, 4 + (n % 3)), layers[n % 6]!] }),
)
const indexes = [index(images.slice(0, 3)), index(images.slice(2, 5))]
const repositories = ['one/a', 'one/b', 'one/c', 'two/a', 'two/b']

beforeEach(async () => {
  const { core } = shops[0]!
  for (const name of ['one', 'two'])
    if (!(await core.db.prisma.project.findUnique({ where: { name } }))) await addProject(core, name)
})

/** Pushes, retags and deletions, 50 at once on two nodes. Gives what nobody foresaw. */
async function everythingAtOnce(round: number): Promise<unknown[]> {
  const operations = Array.from({ length: 200 }, (_, n) => async () => {
    const { core } = shops[n % 2]!
    const repository = repositories[(n * 7) % 5]!
    const pushed = images[(n * 5) % 8]!
    const tag = `v${n % 5}`
    switch (n % 10) {
      case 0:
        return deleteArtifact(core, SYSTEM, { repository, reference: tag })
      case 1:
        return write(core, repository, indexes[round % 2]!, tag)
      case 2:
        return deleteTag(core, SYSTEM, { repository, reference: tag, name: tag })
      case 3:
        return createTag(core, SYSTEM, { repository, reference: pushed.digest, name: `new${n}` })
      case 4:
        return n % 4 === 0 ? deleteRepository(core, SYSTEM, repository) : write(core, repository, pushed)
      default:
        return write(core, repository, pushed, n % 2 ? tag : undefined)
    }
  })
  const failures: unknown[] = []
  const expected = ['NOT_FOUND', 'CONFLICT', 'PRECONDITION', 'MANIFEST_BLOB_UNKNOWN']
  const worker = async () => {
    for (let next = operations.shift(); next; next = operations.shift())
      await next().catch((error) => expected.includes(error.code) || failures.push(error))
  }
  await Promise.all(Array.from({ length: 50 }, worker))
  return failures
}

test('pushes, retags and deletions by 50 at once on two nodes are counted to the byte', async () => {
  const fill = async (core: Shop['core'], repository: string) => {
    for (const pushed of [...images, ...indexes]) await upload(core, repository, pushed)
  }
  await Promise.all(shops.flatMap(({ core }) => repositories.map((name) => fill(core, name))))
  expect(await everythingAtOnce(0)).toEqual([])
  const { core } = shops[0]!
  expect(await counted(core)).toEqual(await recount(core))
}, 60_000)

test('a recalculation in the middle of it mends what was wrong and breaks nothing', async () => {
  const { core } = shops[0]!
  await Promise.all(repositories.map((name) => write(core, name, images[0]!, 'kept')))
  const [one] = await core.db.prisma.projectBlob.findMany({ take: 1 })
  await core.db.prisma.projectBlob.update({
    where: { projectId_blobId: { projectId: one!.projectId, blobId: one!.blobId } },
    data: { holders: 99 },
  })
  await core.db.prisma.projectBlob.deleteMany({ where: { projectId: { not: one!.projectId } } })
  await core.db.prisma.quota.updateMany({ data: { usedBytes: 7 } })
  const [failures] = await Promise.all([
    everythingAtOnce(1),
    ...[0, 1, 2, 3].map((n) => recalculateQuotas(shops[n % 2]!.core)),
  ])
  expect(failures).toEqual([])
  // What was deleted while it was counted wrong may need the one more that comes every week.
  await recalculateQuotas(core)
  expect(await counted(core)).toEqual(await recount(core))
  expect(await recalculateQuotas(core)).toMatchObject({ changed: [] })
}, 60_000)

test('the last artifact that needs a layer frees it, in this project and in no other', async () => {
  const { core } = shops[0]!
  for (const name of ['first', 'second']) await addProject(core, name)
  const [a, b] = [image('a', { layers: ['base', 'top of a'] }), image('b', { layers: ['base', 'top of b'] })]
  for (const [repository, pushed] of [
    ['first/x', a],
    ['first/y', b],
    ['second/x', a],
  ] as const)
    await push(core, repository, pushed, 'v1')
  const bytesOf = (...pushed: (typeof a)[]) => {
    const sizes = new Map(
      pushed.flatMap(({ digest, bytes, blobs }) =>
        [...blobs, { digest, bytes }].map((one) => [one.digest, one.bytes.byteLength]),
      ),
    )
    return [...sizes.values()].reduce((sum, size) => sum + size, 0)
  }
  const used = async () => {
    const all = await counted(core)
    return [all.first!.usedBytes, all.second!.usedBytes]
  }
  expect(await used()).toEqual([bytesOf(a, b), bytesOf(a)])
  await deleteArtifact(core, SYSTEM, { repository: 'first/x', reference: 'v1' })
  expect(await used()).toEqual([bytesOf(b), bytesOf(a)])
  await deleteRepository(core, SYSTEM, 'first/y')
  expect(await used()).toEqual([0, bytesOf(a)])
})

test('a size that a manifest only claims is not believed, nor the next claim about the same blob', async () => {
  const { core } = shops[0]!
  await addProject(core, 'liar')
  const honest = image('honest', { layers: ['x'.repeat(5_000)] })
  const text = new TextDecoder().decode(honest.bytes).replace('"size":5000', '"size":1')
  const bytes = new TextEncoder().encode(text)
  const { digestOf } = await import('@berth/registry-client')
  const lying = { ...honest, bytes, digest: digestOf(bytes) }
  await push(core, 'liar/app', lying, 'v1')
  const real = (await recount(core)).liar!
  expect(real.usedBytes).toBeGreaterThan(5_000)
  expect((await counted(core)).liar).toEqual(real)
})

test('what was there before quotas is counted by the migration', async () => {
  const { core } = shops[0]!
  const before = await recount(core)
  expect(Object.values(before).some(({ usedBytes }) => usedBytes > 0)).toBe(true)
  const quote = (name: string) => (core.db.provider === 'mysql' ? `\`${name}\`` : `"${name}"`)
  const digests = (await core.db.prisma.artifact.findMany({ select: { digest: true } })).map(
    (row) => row.digest,
  )
  for (const sql of [
    'DROP TABLE quotas',
    'DROP TABLE project_blobs',
    'ALTER TABLE blobs DROP COLUMN measured',
    `DELETE FROM blobs WHERE ${quote('digest')} IN (${digests.map((digest) => `'${digest}'`).join(', ')})`,
    "DELETE FROM _prisma_migrations WHERE migration_name LIKE '%\\_quotas'",
  ])
    await core.db.prisma.$executeRawUnsafe(sql)
  expect(await migrate(database.url)).toHaveLength(1)
  expect(await counted(core)).toEqual(before)
})
