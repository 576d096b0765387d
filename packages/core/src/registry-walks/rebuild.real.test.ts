import { type Core, createCore, SYSTEM } from '@berth/core'
import { buildCache, image, index, push, startRegistry, testDatabase } from '@berth/testing'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createProject } from '../projects/index.ts'
import { createTag, deleteTag } from '../tags/index.ts'
import { getWalk, listFindings, runWalks, startWalk } from './index.ts'

let database: Awaited<ReturnType<typeof testDatabase>>
let registry: Awaited<ReturnType<typeof startRegistry>>
let core: Core

beforeAll(async () => {
  database = await testDatabase()
  registry = await startRegistry()
  core = createCore({
    databaseUrl: database.url,
    secretKey: 'a secret key of thirty-two characters',
    externalUrl: 'http://localhost:8080',
    registryUrl: registry.url,
    registryCredentials: { username: 'any', password: 'any' },
  })
})
afterAll(async () => {
  await core.close()
  await registry.stop()
  await database.drop()
})

const never = new AbortController().signal

const volatile = new Set(['id', 'projectId', 'repositoryId', 'artifactId', 'parentId', 'childId', 'blobId'])
for (const field of ['createdAt', 'updatedAt', 'pushedAt', 'pulledAt', 'pullCount']) volatile.add(field)

/** Rows and what hangs on them, without ids, times and pulls. */
const lasting = (value: unknown): unknown =>
  JSON.parse(
    JSON.stringify(value, (key, item) =>
      volatile.has(key) ? undefined : typeof item === 'bigint' ? Number(item) : item,
    ),
  )

/** Everything the index says. */
async function indexed() {
  const { prisma } = core.db
  const repositories = await prisma.repository.findMany({
    orderBy: { name: 'asc' },
    include: {
      suffixes: { orderBy: { position: 'asc' } },
      artifacts: {
        orderBy: { digest: 'asc' },
        include: {
          tags: { orderBy: { name: 'asc' } },
          blobs: {
            orderBy: { position: 'asc' },
            include: { blob: { select: { digest: true, sizeBytes: true } } },
          },
          children: { orderBy: { position: 'asc' } },
          terms: { orderBy: { position: 'asc' } },
        },
      },
    },
  })
  const projects = await prisma.project.findMany({ orderBy: { name: 'asc' }, include: { quota: true } })
  const held = await prisma.projectBlob.findMany({ include: { blob: { select: { digest: true } } } })
  const holders = held.map((row) => `${row.blob.digest} ${row.holders}`).sort()
  return lasting({ repositories, projects, holders }) as { repositories: { name: string }[] }
}

test('the whole index can be rebuilt from the registry', async () => {
  for (const name of ['one', 'two']) await createProject(core, SYSTEM, { name })
  const [plain, shared] = [image('plain'), image('shared', { layers: ['base', 'a'] })]
  const children = [image('amd64', { layers: ['base', 'b'] }), image('arm64')]
  const multi = index(children, { made: 'here' })
  const subject = image('subject', { config: { os: 'linux', architecture: 's390x', author: 'me' } })
  const signature = image('signature', { subject, artifactType: 'application/vnd.example.signature' })
  await push(core, 'one/app', plain, 'v1')
  await push(core, 'one/app', plain, 'latest')
  await push(core, 'one/cache', buildCache('main', ['base', 'c']), 'main')
  await push(core, 'one/app', shared, 'V1')
  await push(core, 'two/deep/er/app', shared, 'v1')
  for (const child of children) await push(core, 'two/multi', child)
  await push(core, 'two/multi', multi, 'latest')
  await push(core, 'two/multi', children[0]!, 'amd64')
  await push(core, 'one/signed', subject, 'v1')
  // As clients write it that know no referrers: under a tag that says whose it is.
  await push(core, 'one/signed', signature, `${subject.digest.replace(':', '-')}.sig`)
  await createTag(core, SYSTEM, { repository: 'one/app', reference: 'v1', name: 'stable' })
  await deleteTag(core, SYSTEM, { repository: 'one/app', reference: 'v1', name: 'latest' })
  const before = await indexed()
  expect(before.repositories).toHaveLength(5)

  await core.db.prisma.artifactReference.deleteMany()
  await core.db.prisma.repository.deleteMany()
  await core.db.prisma.projectBlob.deleteMany()
  await core.db.prisma.blob.deleteMany()
  await core.db.prisma.quota.updateMany({ data: { usedBytes: 0 } })
  await core.db.prisma.project.updateMany({ data: { repositoryCount: 0 } })
  const id = await startWalk(core, SYSTEM, { kind: 'reconcile', mend: true, requestsPerSecond: 10_000 })
  await runWalks(core, never)
  expect(await getWalk(core, SYSTEM, id)).toMatchObject({ status: 'done', counts: { failed: 0 } })
  expect(await indexed()).toEqual(before)

  const again = await startWalk(core, SYSTEM, { kind: 'reconcile', requestsPerSecond: 10_000 })
  await runWalks(core, never)
  const everything = { filters: [], sort: [], page: 1, pageSize: 0 }
  expect((await listFindings(core, SYSTEM, again, everything)).items).toEqual([])
})

test('a registry that Berth never saw is adopted, names of one segment by mounting', async () => {
  const old = image('old', { layers: ['big layer'] })
  const { url } = registry
  const { parseRepositoryName, parseTag } = await import('@berth/registry-client')
  const { registryClient } = await import('../registry/index.ts')
  expect(url).toBe(core.settings.registryUrl)
  for (const name of ['busybox', 'legacy/tools']) {
    const repository = parseRepositoryName(name)
    for (const blob of old.blobs) await registryClient(core).uploadBlob(repository, blob.digest, blob.bytes)
    await registryClient(core).putManifest(repository, parseTag('v1'), old)
  }
  const id = await startWalk(core, SYSTEM, { kind: 'adopt', singleSegmentProject: 'library' })
  await runWalks(core, never)
  expect(await getWalk(core, SYSTEM, id)).toMatchObject({ status: 'done', counts: { failed: 0, mended: 2 } })
  const { repositories } = await indexed()
  expect(repositories.map(({ name }) => name)).toEqual(
    expect.arrayContaining(['legacy/tools', 'library/busybox']),
  )
})
