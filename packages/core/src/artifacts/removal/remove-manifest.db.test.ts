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
import { SYSTEM } from '../../authorization/index.ts'
import { deleteArtifact, removeManifest, resolveReference } from '../index.ts'

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

const inRegistry = (repository: string) =>
  [...(shop.registry.state.repositories.get(repository as never)?.manifests.keys() ?? [])].sort()
const repositoryOf = (name: string) => shop.core.db.prisma.repository.findUniqueOrThrow({ where: { name } })
const remove = (repository: string, digest: string) =>
  removeManifest(shop.core, SYSTEM, { repository, digest })

test('an artifact goes with all its tags, in the registry and in the index', async () => {
  const [gone, kept] = [image('gone'), image('kept')]
  await push(shop.core, 'team/simple', gone, 'v1')
  await push(shop.core, 'team/simple', gone, 'v2')
  await push(shop.core, 'team/simple', kept, 'v3')
  await deleteArtifact(shop.core, SYSTEM, { repository: 'team/simple', reference: 'v1' })
  expect(inRegistry('team/simple')).toEqual([kept.digest])
  expect(await resolveReference(shop.core, 'team/simple', 'v2')).toBeUndefined()
  expect((await repositoryOf('team/simple')).artifactCount).toBe(1)
  await expect(remove('team/simple', gone.digest)).rejects.toMatchObject({ code: 'NOT_FOUND' })
})

test('a child of an index stays until the index goes, and then goes with it unless tagged or shared', async () => {
  const [lone, tagged, shared] = [image('lone'), image('tagged'), image('shared')]
  const [first, second] = [index([lone, tagged, shared]), index([shared])]
  for (const child of [lone, shared]) await push(shop.core, 'team/index', child)
  await push(shop.core, 'team/index', tagged, 'amd64')
  await push(shop.core, 'team/index', first, 'latest')
  await push(shop.core, 'team/index', second, 'other')
  for (const child of [lone, tagged])
    await expect(remove('team/index', child.digest)).rejects.toMatchObject({ code: 'PRECONDITION' })
  expect(inRegistry('team/index')).toHaveLength(5)
  await remove('team/index', first.digest)
  expect(inRegistry('team/index')).toEqual([second.digest, shared.digest, tagged.digest].sort())
  expect((await repositoryOf('team/index')).artifactCount).toBe(2)
  await remove('team/index', second.digest)
  expect(inRegistry('team/index')).toEqual([tagged.digest])
  await remove('team/index', tagged.digest)
  expect((await repositoryOf('team/index')).artifactCount).toBe(0)
})

test('what is attached goes with its subject, over all levels', async () => {
  const subject = image('subject')
  const signature = image('signature', { subject })
  const countersignature = image('countersignature', { subject: signature })
  for (const pushed of [signature, countersignature]) await push(shop.core, 'team/subject', pushed)
  await push(shop.core, 'team/subject', subject, 'latest')
  await remove('team/subject', subject.digest)
  expect(inRegistry('team/subject')).toEqual([])
  expect(await shop.core.db.prisma.artifact.count({ where: { repository: { name: 'team/subject' } } })).toBe(
    0,
  )
})

test('when the registry fails nothing is forgotten, and what it has lost already does not stop the next attempt', async () => {
  const pushed = image('stubborn')
  await push(shop.core, 'team/stubborn', pushed, 'v1')
  shop.registry.state.faults.push({
    when: ({ method }) => method === 'DELETE',
    action: { kind: 'answer', reply: { status: 503 } },
    times: 10,
  })
  await expect(remove('team/stubborn', pushed.digest)).rejects.toMatchObject({ code: 'UNAVAILABLE' })
  shop.registry.state.faults.length = 0
  expect(await resolveReference(shop.core, 'team/stubborn', 'v1')).toBeDefined()
  shop.registry.state.repositories.get('team/stubborn' as never)?.manifests.clear()
  await remove('team/stubborn', pushed.digest)
  expect(await resolveReference(shop.core, 'team/stubborn', 'v1')).toBeUndefined()
})

test('pushes and deletions of one image at once leave a state that agrees with itself', async () => {
  const pushed = image('contested')
  await upload(shop.core, 'team/contested', pushed)
  await write(shop.core, 'team/contested', pushed, 'v0')
  const results = await Promise.allSettled(
    Array.from({ length: 16 }, (_, n) =>
      n % 4 === 0
        ? remove('team/contested', pushed.digest)
        : write(shop.core, 'team/contested', pushed, `v${n}`),
    ),
  )
  for (const result of results)
    if (result.status === 'rejected') expect(result.reason).toMatchObject({ code: 'NOT_FOUND' })
  const { id, artifactCount } = await repositoryOf('team/contested')
  expect(artifactCount).toBe(
    await shop.core.db.prisma.artifact.count({ where: { repositoryId: id, listed: true } }),
  )
})

test('developers and guests cannot delete; maintainers can', async () => {
  const pushed = image('guarded')
  await push(shop.core, 'team/guarded', pushed, 'v1')
  const people = await Promise.all([
    addPerson(shop.core, 'developer', { team: 'developer' }),
    addPerson(shop.core, 'guest', { team: 'guest' }),
    addPerson(shop.core, 'outsider'),
  ])
  const ref = { repository: 'team/guarded', reference: 'v1' }
  for (const actor of people)
    await expect(deleteArtifact(shop.core, actor, ref)).rejects.toMatchObject({ code: 'FORBIDDEN' })
  await expect(deleteArtifact(shop.core, { kind: 'anonymous' }, ref)).rejects.toMatchObject({
    code: 'UNAUTHORIZED',
  })
  await deleteArtifact(shop.core, await addPerson(shop.core, 'maintainer', { team: 'maintainer' }), ref)
  expect(await resolveReference(shop.core, 'team/guarded', 'v1')).toBeUndefined()
})
