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
} from '@berth/testing'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { withOrigin } from '../audit/index.ts'
import { type Actor, SYSTEM } from '../authorization/index.ts'
import { deleteRepository } from '../repositories/index.ts'
import { createTag, deleteTag } from '../tags/index.ts'
import { adoptManifest, copyArtifact, deleteArtifact, recordPulls, SILENT, TOLD } from './index.ts'

let database: Awaited<ReturnType<typeof testDatabase>>
let shop: Shop
let ann: Actor
const ORIGIN = { address: '192.0.2.7', userAgent: 'docker/28', requestId: 'request-7' }

beforeAll(async () => {
  database = await testDatabase()
  shop = await openShop(database.url)
  await addProject(shop.core, 'team', true)
  ann = await addPerson(shop.core, 'ann', { team: 'projectAdmin' })
})
afterAll(async () => {
  await shop.close()
  await database.drop()
})
beforeEach(async () => {
  await database.db.prisma.event.deleteMany()
  await database.db.prisma.auditLine.deleteMany()
})

const lines = async () =>
  (await database.db.prisma.auditLine.findMany({ orderBy: { id: 'asc' } })).map(
    ({ action, resourceType, resource, actorName }) => `${actorName}: ${action} ${resourceType} ${resource}`,
  )
const events = async () => database.db.prisma.event.findMany({ orderBy: { id: 'asc' } })
const told = async () =>
  (await events()).map(({ type, payload }) => {
    const { digest, tag } = payload as { digest: string; tag: string | null }
    return `${type} ${digest} ${tag}`
  })

test('a push is one line and one event, which says what was pushed where and by whom; so is the same again', async () => {
  const pushed = image('known')
  const as = (run: () => Promise<unknown>) => withOrigin(ORIGIN, run)
  await as(() => push(shop.core, 'team/known', pushed, 'v1', ann))
  expect(await lines()).toEqual(['ann: create artifact team/known:v1'])
  const row = await database.db.prisma.auditLine.findFirstOrThrow()
  const project = await database.db.prisma.project.findUniqueOrThrow({ where: { name: 'team' } })
  expect(row).toMatchObject({
    ...ORIGIN,
    projectId: project.id,
    result: 'ok',
    detail: { digest: pushed.digest },
  })
  const [event] = await events()
  const { id } = await database.db.prisma.repository.findUniqueOrThrow({ where: { name: 'team/known' } })
  expect(event).toMatchObject({
    type: 'artifact.pushed',
    subject: 'team/known',
    projectId: project.id,
    actorKind: 'user',
    actorName: 'ann',
    requestId: 'request-7',
    payload: {
      repository: 'team/known',
      repositoryId: id,
      digest: pushed.digest,
      tag: 'v1',
      mediaType: 'application/vnd.oci.image.config.v1+json',
      manifestMediaType: pushed.mediaType,
      artifactType: expect.any(String),
      sizeBytes: pushed.bytes.length + pushed.blobs.reduce((sum, { bytes }) => sum + bytes.length, 0),
      public: true,
    },
  })
  await push(shop.core, 'team/known', pushed, 'v1', ann)
  await push(shop.core, 'team/known', pushed, undefined, ann)
  expect(await lines()).toEqual([
    'ann: create artifact team/known:v1',
    'ann: create artifact team/known:v1',
    `ann: create artifact team/known@${pushed.digest}`,
  ])
  expect(await told()).toEqual(['v1', 'v1', null].map((tag) => `artifact.pushed ${pushed.digest} ${tag}`))
})

test('tags, copies and deletions: one line each, and an event for everything that came or went', async () => {
  const [child, tagged] = [image('child'), image('tagged')]
  const parent = index([child])
  for (const [pushed, tag] of [
    [child, undefined],
    [tagged, 'one'],
    [parent, 'both'],
  ] as const)
    await push(shop.core, 'team/from', pushed, tag, ann)
  await database.db.prisma.event.deleteMany()
  await database.db.prisma.auditLine.deleteMany()

  await createTag(shop.core, ann, { repository: 'team/from', reference: tagged.digest, name: 'two' })
  await deleteTag(shop.core, ann, { repository: 'team/from', reference: tagged.digest, name: 'one' })
  await copyArtifact(shop.core, ann, { repository: 'team/to', from: 'team/from:both' })
  await deleteArtifact(shop.core, ann, { repository: 'team/from', reference: 'both' })
  await deleteRepository(shop.core, ann, 'team/to')
  expect(await lines()).toEqual([
    'ann: create tag team/from:two',
    'ann: delete tag team/from:one',
    `ann: create artifact team/to@${child.digest}`,
    'ann: create artifact team/to:both',
    `ann: delete artifact team/from@${parent.digest}`,
    'ann: delete repository team/to',
  ])
  expect(await told()).toEqual([
    `tag.created ${tagged.digest} two`,
    `tag.deleted ${tagged.digest} one`,
    `artifact.pushed ${child.digest} null`,
    `artifact.pushed ${parent.digest} both`,
    // The child went with its index: nobody asked for it, and it is gone all the same.
    ...[parent, child].map(({ digest }) => `artifact.deleted ${digest} null`),
    ...[child, parent].map(({ digest }) => `artifact.deleted ${digest} null`),
    'repository.deleted undefined undefined',
  ])
  const copied = await database.db.prisma.auditLine.findFirstOrThrow({ where: { resource: 'team/to:both' } })
  expect(copied.detail).toMatchObject({ copied_from: `team/from@${parent.digest}` })
  const gone = (await events()).find(
    ({ type, payload }) =>
      type === 'artifact.deleted' && (payload as { digest: string }).digest === parent.digest,
  )
  expect(gone!.payload).toMatchObject({ tags: ['both'] })
})

test('what was found is told only when it is news, and what was always there not at all', async () => {
  const [missed, old] = [image('missed'), image('old')]
  await upload(shop.core, 'team/found', missed, 'v1')
  await upload(shop.core, 'team/found', old, 'v0')
  for (const [tag, news] of [
    ['v1', TOLD],
    ['v1', TOLD],
    ['v0', SILENT],
  ] as const)
    await adoptManifest(shop.core, SYSTEM, 'team/found' as never, tag as never, news)
  expect(await lines()).toEqual([])
  expect(await told()).toEqual([`artifact.pushed ${missed.digest} v1`])
})

test('pulls: one line for those that share who, where from and what; the events of nobody who listens are not there', async () => {
  const pushed = image('pulled')
  await push(shop.core, 'team/pulled', pushed, 'v1')
  await database.db.prisma.event.deleteMany()
  await database.db.prisma.auditLine.deleteMany()
  const pull = { repository: 'team/pulled', digest: pushed.digest, tag: 'v1', count: 3, at: new Date() }
  await recordPulls(shop.core, [
    { ...pull, by: { actor: ann, origin: ORIGIN } },
    { ...pull, count: 1, by: { actor: { kind: 'anonymous' }, origin: { ...ORIGIN, address: '192.0.2.8' } } },
    // Pulled, and gone before it was written down.
    { ...pull, digest: image('gone').digest, tag: undefined as never, by: { actor: ann, origin: ORIGIN } },
  ])
  const rows = await database.db.prisma.auditLine.findMany({ orderBy: { id: 'asc' } })
  expect(
    rows.map(({ actorName, address, resource, times }) => [actorName, address, resource, times]),
  ).toEqual([
    ['ann', '192.0.2.7', 'team/pulled:v1', 3],
    ['anonymous', '192.0.2.8', 'team/pulled:v1', 1],
    ['ann', '192.0.2.7', `team/pulled@${image('gone').digest}`, 3],
  ])
  expect(await events()).toEqual([])
  expect(
    (await database.db.prisma.artifact.findFirstOrThrow({ where: { digest: pushed.digest } })).pullCount,
  ).toBe(4)
})
