import { addProject, image, index, openShop, type Shop, testDatabase, upload, write } from '@berth/testing'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { SYSTEM } from '../../authorization/index.ts'
import { deleteRepository } from '../../repositories/index.ts'
import { createTag, deleteTag } from '../../tags/index.ts'
import { deleteArtifact, recordPulls } from '../index.ts'

let database: Awaited<ReturnType<typeof testDatabase>>
// Two nodes: caches and pools of their own.
let shops: Shop[]

beforeAll(async () => {
  database = await testDatabase()
  shops = [await openShop(database.url, 6), await openShop(database.url, 6)]
  for (const name of ['one', 'two']) await addProject(shops[0]!.core, name)
})
afterAll(async () => {
  for (const shop of shops) await shop.close()
  await database.drop()
})

// What a caller may be told when others were quicker.
const expected = ['NOT_FOUND', 'CONFLICT', 'PRECONDITION', 'MANIFEST_BLOB_UNKNOWN']

test('whatever runs at once on two nodes, nothing deadlocks and every count agrees with the rows', async () => {
  const layers = Array.from({ length: 6 }, (_, n) => `layer ${n}`)
  const images = Array.from({ length: 6 }, (_, n) => image(`image ${n}`, { layers: layers.slice(n % 3) }))
  const indexes = [index(images.slice(0, 3)), index(images.slice(2, 5))]
  const repositories = ['one/a', 'one/b', 'two/a', 'two/b']
  for (const { core } of shops)
    for (const repository of repositories)
      for (const pushed of [...images, ...indexes]) await upload(core, repository, pushed)

  const at = new Date('2026-05-01T00:00:00.000Z')
  const operations = Array.from({ length: 168 }, (_, n) => async () => {
    const { core } = shops[n % 2]!
    const repository = repositories[(n * 7) % 4]!
    const pushed = images[(n * 5) % 6]!
    const tag = `v${n % 5}`
    switch (n % 12) {
      case 0:
        return deleteArtifact(core, SYSTEM, { repository, reference: tag })
      case 1:
      case 2:
        return write(core, repository, indexes[n % 2]!, tag)
      case 3:
        return deleteTag(core, SYSTEM, { repository, reference: tag, name: tag })
      case 4:
        return createTag(core, SYSTEM, { repository, reference: pushed.digest, name: `new${n}` })
      case 5:
        return recordPulls(
          core,
          repositories.flatMap((name) =>
            images.map(({ digest }) => ({ repository: name, digest, tag, count: 1, at })),
          ),
        )
      case 6:
        return n % 5 === 0 ? deleteRepository(core, SYSTEM, repository) : write(core, repository, pushed)
      default:
        return write(core, repository, pushed, n % 2 ? tag : undefined)
    }
  })
  const failures: unknown[] = []
  const queue = [...operations]
  const worker = async () => {
    for (let next = queue.shift(); next; next = queue.shift())
      await next().catch((error) => {
        if (!expected.includes(error.code)) failures.push(error)
      })
  }
  await Promise.all(Array.from({ length: 24 }, worker))
  expect(failures).toEqual([])

  const { prisma } = shops[0]!.core.db
  const rows = await prisma.repository.findMany({
    include: { artifacts: { include: { tags: true, parents: true, blobs: true } } },
  })
  for (const repository of rows) {
    for (const artifact of repository.artifacts) {
      const listed = artifact.tags.length > 0 || artifact.parents.length === 0
      expect([repository.name, artifact.digest, artifact.listed]).toEqual([
        repository.name,
        artifact.digest,
        listed,
      ])
      const known = images.find((pushed) => pushed.digest === artifact.digest)
      expect(artifact.blobs.length).toBe(known ? known.blobs.length : 0)
    }
    expect(repository.artifactCount).toBe(repository.artifacts.filter((artifact) => artifact.listed).length)
  }
  for (const project of await prisma.project.findMany())
    expect(project.repositoryCount).toBe(
      rows.filter((repository) => repository.projectId === project.id).length,
    )
}, 60_000)
