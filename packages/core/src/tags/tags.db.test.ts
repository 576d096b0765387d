import {
  addPerson,
  addProject,
  image,
  index,
  openShop,
  push,
  type Shop,
  testDatabase,
  write,
} from '@berth/testing'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { changingRepository, removeManifest, resolveReference } from '../artifacts/index.ts'
import { SYSTEM } from '../authorization/index.ts'
import { everything } from '../list-query/index.ts'
import { createTag, deleteTag, listTagNames, listTags } from './index.ts'

let database: Awaited<ReturnType<typeof testDatabase>>
let shop: Shop
const repository = 'team/app'
const one = image('one')
const two = image('two')

beforeAll(async () => {
  database = await testDatabase()
  shop = await openShop(database.url)
  await addProject(shop.core, 'team')
  await push(shop.core, repository, one, 'v1')
  await push(shop.core, repository, two, 'v2')
})
afterAll(async () => {
  await shop.close()
  await database.drop()
})

const tagsInRegistry = () =>
  shop.registry.state.repositories.get(repository as never)!.tags as Map<string, string>
const manifestsInRegistry = () => [
  ...shop.registry.state.repositories.get(repository as never)!.manifests.keys(),
]

test('a new tag stands in the registry and in the index, for the same bytes', async () => {
  await createTag(shop.core, SYSTEM, { repository, reference: one.digest, name: 'stable' })
  expect(tagsInRegistry().get('stable')).toBe(one.digest)
  expect((await resolveReference(shop.core, repository, 'stable'))?.digest).toBe(one.digest)
  const { items, total } = await listTags(shop.core, SYSTEM, {
    repository,
    reference: 'v1',
    query: everything,
  })
  expect(total).toBe(2)
  expect(items.map((tag) => tag.name)).toEqual(['stable', 'v1'])
})

test('a tag that exists is a conflict, a name that no tag can have a bad request', async () => {
  for (const reference of ['v1', 'v2'])
    await expect(createTag(shop.core, SYSTEM, { repository, reference, name: 'v1' })).rejects.toMatchObject({
      code: 'CONFLICT',
    })
  for (const name of ['', '-x', 'a/b', 'a b', 'x'.repeat(129), 'ä', "'; DROP TABLE tags"])
    await expect(createTag(shop.core, SYSTEM, { repository, reference: 'v1', name })).rejects.toMatchObject({
      code: 'BAD_REQUEST',
    })
})

test.each([
  ['pushed again', true],
  ['gone', false],
])(
  'a new tag for a manifest that was deleted meanwhile and is %s leaves registry and index alike',
  async (_, again) => {
    const { core } = shop
    const name = again ? 'meanwhile' : 'too-late'
    const moving = image(name)
    await push(core, repository, moving)
    const { lock } = core.db
    const waiting = Promise.withResolvers<void>()
    const ask = { repository, reference: moving.digest, name }
    const [created] = await changingRepository(core, repository, async () => {
      // The artifact has been found, and the lock is held here.
      Object.assign(core.db, {
        lock: (...args: Parameters<typeof lock>) => {
          waiting.resolve()
          return lock(...args)
        },
      })
      const outcome = Promise.allSettled([createTag(core, SYSTEM, ask)])
      await waiting.promise
      Object.assign(core.db, { lock })
      await removeManifest(core, SYSTEM, { repository, digest: moving.digest })
      if (again) await push(core, repository, moving)
      return { outcome }
    }).then(({ outcome }) => outcome)
    if (again) expect(created).toMatchObject({ status: 'fulfilled' })
    else expect(created).toMatchObject({ reason: { code: 'NOT_FOUND' } })
    const expected = again ? moving.digest : undefined
    expect(tagsInRegistry().get(name)).toBe(expected)
    expect((await resolveReference(core, repository, name))?.digest).toBe(expected)
  },
)

test('a tag that only the registry knows does not move, and joins the index where it stands', async () => {
  tagsInRegistry().set('past-berth', two.digest)
  const name = 'past-berth'
  await expect(createTag(shop.core, SYSTEM, { repository, reference: 'v1', name })).rejects.toMatchObject({
    code: 'CONFLICT',
  })
  expect(tagsInRegistry().get(name)).toBe(two.digest)
  await createTag(shop.core, SYSTEM, { repository, reference: 'v2', name })
  expect((await resolveReference(shop.core, repository, name))?.digest).toBe(two.digest)
})

test('of ten requests for one new tag one wins', async () => {
  const results = await Promise.allSettled(
    Array.from({ length: 10 }, (_, n) =>
      createTag(shop.core, SYSTEM, { repository, reference: n % 2 ? 'v1' : 'v2', name: 'raced' }),
    ),
  )
  expect(results.filter((result) => result.status === 'fulfilled')).toHaveLength(1)
  const resolved = await resolveReference(shop.core, repository, 'raced')
  expect(tagsInRegistry().get('raced')).toBe(resolved?.digest)
})

test('a tag goes without its artifact, also where the registry deletes no tags', async () => {
  await createTag(shop.core, SYSTEM, { repository, reference: 'v1', name: 'temporary' })
  await expect(
    deleteTag(shop.core, SYSTEM, { repository, reference: 'v2', name: 'temporary' }),
  ).rejects.toMatchObject({ code: 'NOT_FOUND' })
  await deleteTag(shop.core, SYSTEM, { repository, reference: 'v1', name: 'temporary' })
  expect(tagsInRegistry().has('temporary')).toBe(false)
  await createTag(shop.core, SYSTEM, { repository, reference: 'v1', name: 'temporary' })
  const before = manifestsInRegistry()
  shop.registry.state.faults.push({
    when: ({ method, path }) => method === 'DELETE' && path.endsWith('/temporary'),
    action: {
      kind: 'answer',
      reply: { status: 405, body: '{"errors":[{"code":"UNSUPPORTED","message":"no"}]}' },
    },
  })
  await deleteTag(shop.core, SYSTEM, { repository, reference: 'v1', name: 'temporary' })
  expect(tagsInRegistry().has('temporary')).toBe(false)
  expect(manifestsInRegistry()).toEqual(before)
  expect(await resolveReference(shop.core, repository, 'temporary')).toBeUndefined()
  expect(await resolveReference(shop.core, repository, one.digest)).toBeDefined()
})

test('a child of an index that loses its only tag leaves the list', async () => {
  const child = image('child')
  await push(shop.core, 'team/index', child, 'amd64')
  await push(shop.core, 'team/index', index([child]), 'latest')
  const count = async () =>
    (await shop.core.db.prisma.repository.findUniqueOrThrow({ where: { name: 'team/index' } })).artifactCount
  expect(await count()).toBe(2)
  await deleteTag(shop.core, SYSTEM, { repository: 'team/index', reference: 'amd64', name: 'amd64' })
  expect(await count()).toBe(1)
})

test('tag names come in their order, page by page, and differ by case', async () => {
  for (const tag of ['b', 'B', 'a', '10', '9']) await write(shop.core, 'team/names', one, tag)
  const first = await listTagNames(shop.core, 'team/names', { n: 3 })
  expect(first.more).toBe(true)
  const second = await listTagNames(shop.core, 'team/names', { n: 3, last: first.names.at(-1) })
  expect(second).toMatchObject({ more: false })
  expect([...first.names, ...second.names].sort()).toEqual(['10', '9', 'B', 'a', 'b'])
  expect(await listTagNames(shop.core, 'team/names', { n: 0 })).toEqual({ names: [], more: false })
  expect(await listTagNames(shop.core, 'team/name', { n: 5 })).toEqual({ names: [], more: false })
})

test('guests read tags; developers add but do not delete them; outsiders see none', async () => {
  const guest = await addPerson(shop.core, 'guest', { team: 'guest' })
  const developer = await addPerson(shop.core, 'developer', { team: 'developer' })
  const outsider = await addPerson(shop.core, 'outsider')
  const ref = { repository, reference: 'v1' }
  expect((await listTags(shop.core, guest, { ...ref, query: everything })).total).toBeGreaterThan(0)
  await createTag(shop.core, developer, { ...ref, name: 'by-developer' })
  for (const ask of [
    () => createTag(shop.core, guest, { ...ref, name: 'x' }),
    () => createTag(shop.core, outsider, { ...ref, name: 'x' }),
    () => listTags(shop.core, outsider, { ...ref, query: everything }),
    () => deleteTag(shop.core, developer, { ...ref, name: 'by-developer' }),
    () => deleteTag(shop.core, guest, { ...ref, name: 'by-developer' }),
  ])
    await expect(ask()).rejects.toMatchObject({ code: 'FORBIDDEN' })
})
