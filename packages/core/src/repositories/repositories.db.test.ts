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
import { type Actor, ANONYMOUS, SYSTEM } from '../authorization/index.ts'
import { everything, type Filter, type ListQuery } from '../list-query/index.ts'
import { search } from '../search/index.ts'
import { getStatistics } from '../statistics/index.ts'
import {
  deleteRepository,
  getRepository,
  listAllRepositories,
  listCatalog,
  listRepositories,
  updateRepository,
} from './index.ts'

let database: Awaited<ReturnType<typeof testDatabase>>
let shop: Shop
let member: Actor
let outsider: Actor

beforeAll(async () => {
  database = await testDatabase()
  shop = await openShop(database.url)
  const { core } = shop
  await addProject(core, 'team')
  await addProject(core, 'teammate')
  await addProject(core, 'open', true)
  member = await addPerson(core, 'member', { team: 'guest' })
  outsider = await addPerson(core, 'outsider')
  for (const name of ['team/a', 'team/a_b', 'team/axb', 'team/deep/er', 'teammate/a', 'open/app'])
    await push(core, name, image(name), 'latest')
})
afterAll(async () => {
  await shop.close()
  await database.drop()
})

const names = async (actor: Actor, filters: Filter[] = [], query: Partial<ListQuery> = {}) => {
  const page = await listRepositories(shop.core, actor, {
    project: 'team',
    query: { ...everything, filters, ...query },
  })
  return { total: page.total, names: page.items.map((repository) => repository.name) }
}
const fuzzy = (value: string): Filter => ({ field: 'name', match: 'fuzzy', value })

test('a project lists its own repositories, newest first, page by page', async () => {
  expect(await names(member)).toEqual({ total: 4, names: ['team/deep/er', 'team/axb', 'team/a_b', 'team/a'] })
  expect(await names(member, [], { page: 2, pageSize: 3 })).toEqual({ total: 4, names: ['team/a'] })
  const sort = [{ field: 'name', descending: false }]
  expect((await names(member, [], { sort })).names[0]).toBe('team/a')
})

test('a search by part of the name takes wildcards as text', async () => {
  expect(await names(member, [fuzzy('A_B')])).toEqual({ total: 1, names: ['team/a_b'] })
  expect((await names(member, [fuzzy('%')])).total).toBe(0)
  expect((await names(member, [fuzzy("a' OR '1'='1")])).total).toBe(0)
})

test('the list of all repositories shows what the person may see, and counts no more', async () => {
  const all = async (actor: Actor, filters: Filter[] = []) => {
    const page = await listAllRepositories(shop.core, actor, { query: { ...everything, filters } })
    expect(page.total).toBe(page.items.length)
    return page.items.map((repository) => repository.name).sort()
  }
  expect(await all(ANONYMOUS)).toEqual(['open/app'])
  expect(await all(outsider)).toEqual(['open/app'])
  expect(await all(member)).toEqual(['open/app', 'team/a', 'team/a_b', 'team/axb', 'team/deep/er'])
  expect(await all(SYSTEM)).toHaveLength(6)
  expect(await all(outsider, [fuzzy('team')])).toEqual([])
})

test('the catalog comes in order and in pages, with nothing that is hidden or empty', async () => {
  const { core } = shop
  const empty = await core.db.prisma.project.findUniqueOrThrow({ where: { name: 'open' } })
  await core.db.prisma.repository.create({ data: { name: 'open/empty', projectId: empty.id } })
  expect(await listCatalog(core, ANONYMOUS, { n: 10 })).toEqual({ names: ['open/app'], more: false })
  const first = await listCatalog(core, SYSTEM, { n: 4 })
  const rest = await listCatalog(core, SYSTEM, { n: 4, last: first.names.at(-1) })
  expect(first.more).toBe(true)
  expect(rest.more).toBe(false)
  expect([...first.names, ...rest.names].sort()).toEqual([
    'open/app',
    'team/a',
    'team/a_b',
    'team/axb',
    'team/deep/er',
    'teammate/a',
  ])
  await core.db.prisma.repository.delete({ where: { name: 'open/empty' } })
})

test('a hidden project and a missing one look alike', async () => {
  for (const name of ['team/a', 'nowhere/a', 'team/none']) {
    await expect(getRepository(shop.core, outsider, name)).rejects.toMatchObject({ code: 'FORBIDDEN' })
    await expect(getRepository(shop.core, ANONYMOUS, name)).rejects.toMatchObject({ code: 'UNAUTHORIZED' })
  }
  await expect(getRepository(shop.core, member, 'team/none')).rejects.toMatchObject({ code: 'NOT_FOUND' })
  expect(await getRepository(shop.core, member, 'team/a')).toMatchObject({ name: 'team/a', artifactCount: 1 })
})

test('developers describe a repository, guests do not; odd text is stored as both databases can', async () => {
  const developer = await addPerson(shop.core, 'developer', { team: 'developer' })
  const change = (actor: Actor, description: string) =>
    updateRepository(shop.core, actor, { name: 'team/a', description })
  await expect(change(member, 'x')).rejects.toMatchObject({ code: 'FORBIDDEN' })
  await expect(change(developer, 'ä'.repeat(40_000))).rejects.toMatchObject({ code: 'BAD_REQUEST' })
  await change(developer, "nul \0 half \ud800 “quotes” 🚢 '; DROP TABLE repositories")
  expect((await getRepository(shop.core, member, 'team/a')).description).toBe(
    "nul  half \ufffd “quotes” 🚢 '; DROP TABLE repositories",
  )
})

test('a repository goes with all its manifests, and pushing into it again begins anew', async () => {
  const { core, registry } = shop
  const children = [image('child 1'), image('child 2')]
  for (const child of children) await push(core, 'team/gone', child)
  await push(core, 'team/gone', index(children), 'latest')
  const developer = await addPerson(core, 'developer 2', { team: 'developer' })
  await expect(deleteRepository(core, developer, 'team/gone')).rejects.toMatchObject({ code: 'FORBIDDEN' })
  const before = await core.db.prisma.project.findUniqueOrThrow({ where: { name: 'team' } })
  await deleteRepository(core, SYSTEM, 'team/gone')
  expect(registry.state.repositories.get('team/gone' as never)?.manifests.size).toBe(0)
  const after = await core.db.prisma.project.findUniqueOrThrow({ where: { name: 'team' } })
  expect(after.repositoryCount).toBe(before.repositoryCount - 1)
  await expect(getRepository(core, SYSTEM, 'team/gone')).rejects.toMatchObject({ code: 'NOT_FOUND' })
  expect((await getRepository(core, SYSTEM, 'team/a')).artifactCount).toBe(1)
  await push(core, 'team/gone', children[0]!, 'again')
  expect((await getRepository(core, SYSTEM, 'team/gone')).artifactCount).toBe(1)
  await deleteRepository(core, SYSTEM, 'team/gone')
})

test('deleting a repository while others push into it leaves counts that agree with the rows', async () => {
  const { core } = shop
  const images = Array.from({ length: 8 }, (_, n) => image(`busy ${n}`))
  for (const pushed of images) await push(core, 'team/busy', pushed, 'latest')
  const results = await Promise.allSettled([
    deleteRepository(core, SYSTEM, 'team/busy'),
    ...images.map((pushed, n) => write(core, 'team/busy', pushed, `v${n}`)),
    deleteRepository(core, SYSTEM, 'team/busy'),
  ])
  for (const result of results)
    if (result.status === 'rejected') expect(['NOT_FOUND', 'CONFLICT']).toContain(result.reason.code)
  const { id, repositoryCount } = await core.db.prisma.project.findUniqueOrThrow({ where: { name: 'team' } })
  expect(repositoryCount).toBe(await core.db.prisma.repository.count({ where: { projectId: id } }))
  await deleteRepository(core, SYSTEM, 'team/busy').catch((error) => expect(error.code).toBe('NOT_FOUND'))
})

test('search finds projects and repositories that the person may see, with wildcards as text', async () => {
  const find = async (actor: Actor, text: string) => {
    const { projects, repositories } = await search(shop.core, actor, text)
    return [projects.map((project) => project.name), repositories.map((repository) => repository.name)]
  }
  expect(await find(ANONYMOUS, 'a')).toEqual([[], ['open/app']])
  expect(await find(outsider, 'team')).toEqual([[], []])
  expect(await find(member, 'TEAM/A')).toEqual([[], ['team/a', 'team/a_b', 'team/axb']])
  expect(await find(member, 'a_b')).toEqual([[], ['team/a_b']])
  expect(await find(SYSTEM, 'team')).toEqual([
    ['team', 'teammate'],
    ['team/a', 'team/a_b', 'team/axb', 'teammate/a', 'team/deep/er'],
  ])
  expect(await find(SYSTEM, "' OR 1=1 --")).toEqual([[], []])
  expect(await find(SYSTEM, '\0')).toEqual([[], []])
  await expect(find(SYSTEM, 'x'.repeat(256))).rejects.toMatchObject({ code: 'BAD_REQUEST' })
})

test('statistics count what the person may see; only administrators learn what is stored', async () => {
  await expect(getStatistics(shop.core, ANONYMOUS)).rejects.toMatchObject({ code: 'UNAUTHORIZED' })
  expect(await getStatistics(shop.core, outsider)).toEqual({
    publicProjects: 1,
    publicRepositories: 1,
    privateProjects: 0,
    privateRepositories: 0,
  })
  expect(await getStatistics(shop.core, member)).toMatchObject({ privateProjects: 1, privateRepositories: 4 })
  const all = await getStatistics(shop.core, SYSTEM)
  expect(all).toMatchObject({ publicProjects: 1, privateProjects: 2, privateRepositories: 5 })
  expect(all.storageBytes).toBeGreaterThan(1_000)
})
