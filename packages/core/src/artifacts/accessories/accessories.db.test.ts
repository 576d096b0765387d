import { migrate } from '@berth/db/migrate'
import { addProject, image, index, openShop, push, type Shop, testDatabase, write } from '@berth/testing'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { SYSTEM } from '../../authorization/index.ts'
import { everything, type ListQuery } from '../../list-query/index.ts'
import { createTag, deleteTag } from '../../tags/index.ts'
import { deleteArtifact, getArtifact, listAccessories, listArtifacts } from '../index.ts'

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

const tagOf = (digest: string, ending: string) => `${digest.replace(':', '-')}${ending}`
const attached = async (repository: string, reference: string, query: Partial<ListQuery> = {}) => {
  const page = await listAccessories(shop.core, SYSTEM, {
    repository,
    reference,
    query: { ...everything, ...query },
  })
  return page.items.map(({ digest, type }) => [type, digest])
}
const listed = async (repository: string) => {
  const { items, total } = await listArtifacts(shop.core, SYSTEM, { repository, query: everything })
  expect(total).toBe(items.length)
  return items.map(({ digest }) => digest).sort()
}

test('what cosign attaches by tag is an accessory of its subject and not listed beside it', async () => {
  const subject = image('signed')
  const [signature, attestation, sbom] = [image('sig'), image('att'), image('sbom')]
  await push(shop.core, 'team/signed', subject, 'v1')
  await push(shop.core, 'team/signed', signature, tagOf(subject.digest, '.sig'))
  await push(shop.core, 'team/signed', attestation, tagOf(subject.digest, '.att'))
  await push(shop.core, 'team/signed', sbom, tagOf(subject.digest, '.sbom'))
  expect(await listed('team/signed')).toEqual([subject.digest])
  const all = [
    ['sbom.cosign', sbom.digest],
    ['attestation.cosign', attestation.digest],
    ['signature.cosign', signature.digest],
  ]
  expect(await attached('team/signed', 'v1')).toEqual(all)
  const { items } = await listArtifacts(shop.core, SYSTEM, {
    repository: 'team/signed',
    query: everything,
    parts: { accessories: true },
  })
  expect(items[0]?.accessories?.map(({ type, digest }) => [type, digest])).toEqual(all)
})

test('accessories are filtered, sorted and paged', async () => {
  const subject = image('paged')
  await push(shop.core, 'team/paged', subject, 'v1')
  const signatures = Array.from({ length: 5 }, (_, n) => image(`sig ${n}`, { subject }))
  for (const signature of signatures) await push(shop.core, 'team/paged', signature)
  const sbom = image('bom')
  await push(shop.core, 'team/paged', sbom, tagOf(subject.digest, '.sbom'))
  const page = { sort: [{ field: 'id', descending: false }], page: 2, pageSize: 2 }
  expect(await attached('team/paged', 'v1', page)).toEqual(
    signatures.slice(2, 4).map(({ digest }) => ['subject.accessory', digest]),
  )
  expect(
    await attached('team/paged', 'v1', {
      filters: [{ field: 'type', match: 'fuzzy', value: 'SBOM' }],
    }),
  ).toEqual([['sbom.cosign', sbom.digest]])
})

test('either may be pushed first', async () => {
  const subject = image('late')
  const signature = image('early')
  await push(shop.core, 'team/order', signature, tagOf(subject.digest, '.sig'))
  expect(await listed('team/order')).toEqual([])
  await push(shop.core, 'team/order', subject, 'v1')
  expect(await attached('team/order', 'v1')).toEqual([['signature.cosign', signature.digest]])
})

test('signing again moves the tag: the old signature is attached no more, and shows as untagged', async () => {
  const subject = image('twice')
  const [first, second] = [image('first signature'), image('second signature')]
  const tag = tagOf(subject.digest, '.sig')
  await push(shop.core, 'team/twice', subject, 'v1')
  await push(shop.core, 'team/twice', first, tag)
  await push(shop.core, 'team/twice', second, tag)
  expect(await attached('team/twice', 'v1')).toEqual([['signature.cosign', second.digest]])
  expect(await listed('team/twice')).toEqual([first.digest, subject.digest].sort())
})

test('a tag of its own makes lists show an accessory, and taking it away hides it again', async () => {
  const subject = image('own')
  const signature = image('own signature')
  const ref = { repository: 'team/own', reference: signature.digest }
  await push(shop.core, 'team/own', subject, 'v1')
  await push(shop.core, 'team/own', signature, tagOf(subject.digest, '.sig'))
  await createTag(shop.core, SYSTEM, { ...ref, name: 'mine' })
  expect(await listed('team/own')).toEqual([signature.digest, subject.digest].sort())
  await deleteTag(shop.core, SYSTEM, { ...ref, name: 'mine' })
  expect(await listed('team/own')).toEqual([subject.digest])
  await deleteTag(shop.core, SYSTEM, { ...ref, name: tagOf(subject.digest, '.sig') })
  expect(await listed('team/own')).toEqual([signature.digest, subject.digest].sort())
  expect(await attached('team/own', 'v1')).toEqual([])
})

test('a subject named in the manifest counts more than a tag', async () => {
  const [subject, other] = [image('named'), image('by tag')]
  const signature = image('both', { subject })
  for (const pushed of [subject, other]) await push(shop.core, 'team/both', pushed)
  await push(shop.core, 'team/both', signature, tagOf(other.digest, '.sig'))
  expect(await attached('team/both', subject.digest)).toEqual([['subject.accessory', signature.digest]])
  expect(await attached('team/both', other.digest)).toEqual([])
  expect(await listed('team/both')).toEqual([subject.digest, other.digest].sort())
})

test('a tag that names its own manifest attaches nothing', async () => {
  const pushed = image('self')
  await push(shop.core, 'team/self', pushed, tagOf(pushed.digest, '.sig'))
  expect(await listed('team/self')).toEqual([pushed.digest])
  expect(await attached('team/self', pushed.digest)).toEqual([])
})

test('the list that clients keep in a tag is no artifact of its own and no accessory', async () => {
  const subject = image('fallback')
  const signature = image('fallback signature', { subject })
  const referrers = index([signature])
  await push(shop.core, 'team/fallback', subject, 'v1')
  await push(shop.core, 'team/fallback', signature)
  await push(shop.core, 'team/fallback', referrers, tagOf(subject.digest, ''))
  expect(await listed('team/fallback')).toEqual([subject.digest])
  expect(await attached('team/fallback', 'v1')).toEqual([['subject.accessory', signature.digest]])
  await deleteArtifact(shop.core, SYSTEM, { repository: 'team/fallback', reference: 'v1' })
  expect(await shop.core.db.prisma.artifact.count({ where: { repository: { name: 'team/fallback' } } })).toBe(
    0,
  )
})

test('a subject takes what is attached to it along, over all levels, but not what has a tag of its own', async () => {
  const child = image('child')
  const subject = index([child])
  const [signature, kept] = [image('gone'), image('kept')]
  const ofChild = image('of child')
  const ofSignature = image('of signature', { subject: signature })
  for (const pushed of [child, subject]) await push(shop.core, 'team/deep', pushed)
  await push(shop.core, 'team/deep', signature, tagOf(subject.digest, '.sig'))
  await push(shop.core, 'team/deep', ofSignature)
  await push(shop.core, 'team/deep', ofChild, tagOf(child.digest, '.att'))
  await push(shop.core, 'team/deep', kept, tagOf(subject.digest, '.sbom'))
  await write(shop.core, 'team/deep', kept, 'bom')
  await deleteArtifact(shop.core, SYSTEM, { repository: 'team/deep', reference: subject.digest })
  const left = await shop.core.db.prisma.artifact.findMany({ where: { repository: { name: 'team/deep' } } })
  expect(left.map(({ digest }) => digest)).toEqual([kept.digest])
  expect([...shop.registry.state.repositories.get('team/deep' as never)!.manifests.keys()]).toEqual([
    kept.digest,
  ])
  expect(await listed('team/deep')).toEqual([kept.digest])
})

test('what is attached to two subjects stays with the second', async () => {
  const [one, two] = [image('one'), image('two')]
  const shared = image('shared bom')
  for (const pushed of [one, two]) {
    await push(shop.core, 'team/shared', pushed)
    await push(shop.core, 'team/shared', shared, tagOf(pushed.digest, '.sbom'))
  }
  await deleteArtifact(shop.core, SYSTEM, { repository: 'team/shared', reference: one.digest })
  const left = await getArtifact(shop.core, SYSTEM, { repository: 'team/shared', reference: shared.digest })
  expect(left.tags?.map(({ name }) => name).sort()).toEqual(
    [one, two].map(({ digest }) => tagOf(digest, '.sbom')).sort(),
  )
})

test('what was pushed before Berth knew of such tags is attached by the migration', async () => {
  const { prisma } = shop.core.db
  const state = async () => ({
    artifacts: await prisma.artifact.findMany({
      select: { id: true, subjectDigest: true, subjectByTag: true, accessoryType: true, listed: true },
      // With tags for several subjects the migration takes the first in order.
      where: { repository: { name: { not: 'team/shared' } } },
      orderBy: { id: 'asc' },
    }),
    counts: await prisma.repository.findMany({
      select: { id: true, artifactCount: true },
      orderBy: { id: 'asc' },
    }),
  })
  const before = await state()
  for (const sql of [
    'UPDATE artifacts SET subject_digest = NULL WHERE subject_by_tag = TRUE',
    'UPDATE artifacts SET listed = TRUE WHERE EXISTS (SELECT 1 FROM tags t WHERE t.artifact_id = artifacts.id)',
    'UPDATE repositories SET artifact_count = 99',
    'ALTER TABLE artifacts DROP COLUMN subject_by_tag, DROP COLUMN accessory_type',
    "DELETE FROM _prisma_migrations WHERE migration_name LIKE '%\\_accessory'",
  ])
    await prisma.$executeRawUnsafe(sql)
  expect(await migrate(database.url)).toHaveLength(1)
  const after = await state()
  expect(after.artifacts).toEqual(before.artifacts)
  const attachedTo = new Set(
    (await prisma.artifact.findMany({ where: { subjectDigest: { not: null } } })).map(
      (row) => row.repositoryId,
    ),
  )
  expect(after.counts).toEqual(
    before.counts.map((row) => (attachedTo.has(row.id) ? row : { ...row, artifactCount: 99 })),
  )
})
