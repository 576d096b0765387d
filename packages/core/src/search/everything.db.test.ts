import { addPerson, addProject, image, openShop, type Shop, testDatabase, write } from '@berth/testing'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { addLabel, removeLabel } from '../artifacts/index.ts'
import { type Actor, ANONYMOUS, SYSTEM } from '../authorization/index.ts'
import { createLabel, deleteLabel, updateLabel } from '../labels/index.ts'
import { deleteRepository } from '../repositories/index.ts'
import { search, searchEverything } from './index.ts'
import type { SearchKind } from './model.ts'

let database: Awaited<ReturnType<typeof testDatabase>>
let shop: Shop
const people: Record<string, Actor> = {}

const app = image('app', { annotations: { 'org.example.Title': 'Harbour Crane', vendor: 'ACME 50%_off' } })
const secret = image('secret', { annotations: { vendor: 'ACME hidden' } })
const shown = image('shown', { annotations: { vendor: 'ACME open' } })

beforeAll(async () => {
  database = await testDatabase()
  shop = await openShop(database.url)
  const { core } = shop
  for (const name of ['team', 'vault']) await addProject(core, name)
  await addProject(core, 'open', true)
  await write(core, 'team/web-shop/crane', app, 'Release-1.0')
  await write(core, 'team/cranes', app, 'v1')
  await write(core, 'vault/crane', secret, 'release-9')
  await write(core, 'open/crane', shown, 'release-2')
  people.outsider = await addPerson(core, 'outsider')
  for (const role of ['guest', 'limitedGuest', 'developer'] as const)
    people[role] = await addPerson(core, role, { team: role })
  people.both = await addPerson(core, 'both', { vault: 'guest', open: 'developer' })
  people.anonymous = ANONYMOUS
  people.admin = SYSTEM
})
afterAll(async () => {
  await shop.close()
  await database.drop()
})

const find = async (who: string, text: string, kind?: SearchKind, pageSize = 10) => {
  const groups = await searchEverything(shop.core, people[who]!, { text, kind, pageSize })
  return groups.flatMap(({ hits }) => hits)
}
const names = async (who: string, text: string, kind: SearchKind) =>
  (await find(who, text, kind)).map((hit) => hit.repositoryName ?? hit.projectName)

describe('only what one may list is found, by any kind', () => {
  const inTeam = ['team/cranes', 'team/web-shop/crane']
  const seen: [string, string[]][] = [
    ['anonymous', ['open/crane']],
    ['outsider', ['open/crane']],
    ['guest', [...inTeam, 'open/crane']],
    ['limitedGuest', [...inTeam, 'open/crane']],
    ['developer', [...inTeam, 'open/crane']],
    ['both', ['vault/crane', 'open/crane']],
    ['admin', [...inTeam, 'vault/crane', 'open/crane']],
  ]
  test.each(seen)('%s', async (who, repositories) => {
    const sorted = [...repositories].sort()
    expect((await names(who, 'CRANE', 'repository')).sort()).toEqual(sorted)
    expect((await names(who, 'acme', 'annotation')).sort()).toEqual(sorted)
    const tags = (await find(who, 'release', 'tag')).map((hit) => hit.repositoryName)
    expect(tags.sort()).toEqual(sorted.filter((name) => name !== 'team/cranes'))
    for (const { digest, name } of [
      { digest: secret.digest, name: 'vault/crane' },
      { digest: shown.digest, name: 'open/crane' },
      { digest: app.digest, name: 'team/cranes' },
    ])
      for (const text of [digest, digest.slice(0, 20), digest.slice(7, 19).toUpperCase()])
        expect((await names(who, text, 'digest')).includes(name)).toBe(repositories.includes(name))
    for (const project of ['team', 'vault', 'open'])
      expect(await names(who, project, 'project')).toEqual(
        repositories.some((name) => name.startsWith(`${project}/`)) ? [project] : [],
      )
  })
})

test('a repository is found from any word of its name on, once, and what equals the text comes first', async () => {
  expect(await names('guest', 'crane', 'repository')).toEqual([
    'team/web-shop/crane',
    'open/crane',
    'team/cranes',
  ])
  expect(await names('guest', 'web-shop/cr', 'repository')).toEqual(['team/web-shop/crane'])
  expect(await names('guest', 'team/', 'repository')).toEqual(['team/cranes', 'team/web-shop/crane'])
  await write(shop.core, 'team/app/app-server', app)
  expect(await names('admin', 'app', 'repository')).toEqual(['team/app/app-server'])
  expect(await names('guest', 'app', 'repository')).toEqual(['team/app/app-server'])
  expect(await names('guest', 'rane', 'repository')).toEqual([])
  const { repositories } = await search(shop.core, people.guest!, 'RANE')
  expect(repositories.map(({ name }) => name)).toEqual(['open/crane', 'team/cranes', 'team/web-shop/crane'])
})

test('a hit tells what it is and what matched', async () => {
  expect(await find('guest', 'release-1', 'tag')).toEqual([
    {
      projectName: 'team',
      repositoryName: 'team/web-shop/crane',
      digest: app.digest,
      artifactType: 'IMAGE',
      tag: 'Release-1.0',
      matched: 'Release-1.0',
    },
  ])
  for (const text of ['org.example.title=harbour cr', 'harbour crane', 'CRANE', 'crane'])
    expect((await find('guest', text, 'annotation')).map(({ matched }) => matched)).toContain(
      'org.example.Title=Harbour Crane',
    )
})

test('wildcards, quotes and control characters are text', async () => {
  for (const text of [
    '%',
    '_',
    'acm_',
    '%acme',
    "' OR 1=1 --",
    '\\',
    '\0',
    '\u0001',
    '"',
    '\ud800',
    '{1,2}',
    '?',
    '$1',
  ])
    expect(await find('admin', text)).toEqual([])
  expect(await names('guest', '50%_', 'annotation')).toHaveLength(3)
  expect(await names('guest', '50_', 'annotation')).toEqual([])
  expect(await find('admin', '   ')).toEqual([])
})

test('pages follow each other without a gap or a repetition, over projects of both kinds', async () => {
  const { core } = shop
  const wanted: string[] = []
  for (const project of ['open', 'vault', 'team'])
    for (const name of ['pager', 'pager-a', 'my/pager', 'pagers']) wanted.push(`${project}/${name}`)
  for (const name of wanted) await write(core, name, app, 'paged')
  const mine = (name: string) => !name.startsWith('team/')
  for (const [who, sees] of [
    ['both', mine],
    ['admin', () => true],
  ] as const)
    for (const kind of ['repository', 'tag'] as const)
      for (const pageSize of [1, 2, 5]) {
        const met: string[] = []
        let cursor: string | undefined
        do {
          const text = kind === 'tag' ? 'paged' : 'pager'
          const [group] = await searchEverything(core, people[who]!, { text, kind, pageSize, cursor })
          expect(group!.hits.length).toBeLessThanOrEqual(pageSize)
          met.push(...group!.hits.map((hit) => hit.repositoryName!))
          cursor = group!.next
          expect(met.length).toBeLessThanOrEqual(wanted.length)
        } while (cursor !== undefined)
        expect(met.toSorted()).toEqual(wanted.filter(sees).toSorted())
      }
})

test("a cursor from somebody else's search opens nothing", async () => {
  const [group] = await searchEverything(shop.core, people.admin!, {
    text: 'crane',
    kind: 'repository',
    pageSize: 1,
  })
  const [mine] = await searchEverything(shop.core, people.outsider!, {
    text: 'crane',
    kind: 'repository',
    pageSize: 10,
    cursor: group!.next!,
  })
  for (const hit of mine!.hits) expect(hit.projectName).toBe('open')
})

test('what is too long, too much or no cursor is refused', async () => {
  for (const input of [
    { text: 'x'.repeat(256), pageSize: 10 },
    { text: 'x', pageSize: 0 },
    { text: 'x', pageSize: 51 },
    { text: 'x', pageSize: 10, cursor: 'x' },
    { text: 'x', pageSize: 10, cursor: 'x', kind: 'tag' as const },
  ])
    await expect(searchEverything(shop.core, SYSTEM, input)).rejects.toMatchObject({ code: 'BAD_REQUEST' })
})

test('new tags are found at once, and what is deleted is found no more', async () => {
  const { core } = shop
  const pushed = image('brief', { annotations: { note: 'ephemeral' } })
  await write(core, 'team/brief', pushed, 'Brief-1')
  await core.db.prisma.tag.deleteMany({ where: { name: 'Brief-1' } })
  expect(await find('guest', 'brief-1', 'tag')).toEqual([])
  await write(core, 'team/brief', pushed, 'brief-2')
  expect(await find('guest', 'brief-2', 'tag')).toHaveLength(1)
  expect(await find('guest', 'ephemeral', 'annotation')).toHaveLength(1)
  const { id } = await core.db.prisma.repository.findUniqueOrThrow({ where: { name: 'team/brief' } })
  await deleteRepository(core, SYSTEM, 'team/brief')
  for (const text of ['brief', 'ephemeral', 'brief-2', pushed.digest])
    expect(await find('admin', text)).toEqual([])
  expect(await core.db.prisma.repositorySuffix.count({ where: { repositoryId: id } })).toBe(0)
})

test('labelled artifacts are found by the name a label has now, by those who may list labels', async () => {
  const { core } = shop
  const { id: projectId } = await core.db.prisma.project.findUniqueOrThrow({ where: { name: 'team' } })
  const own = await createLabel(core, SYSTEM, { projectId, name: 'Keep forever' })
  const global = await createLabel(core, SYSTEM, { projectId: null, name: 'keel' })
  const inTeam = { repository: 'team/cranes', reference: 'v1' }
  await addLabel(core, SYSTEM, { ...inTeam, labelId: own })
  await addLabel(core, SYSTEM, { ...inTeam, labelId: global })
  await addLabel(core, SYSTEM, { repository: 'vault/crane', reference: 'release-9', labelId: global })
  await addLabel(core, SYSTEM, { repository: 'open/crane', reference: 'release-2', labelId: global })
  expect(await names('guest', 'KEE', 'label')).toEqual(['team/cranes', 'open/crane'])
  expect(await names('both', 'kee', 'label')).toEqual(['vault/crane', 'open/crane'])
  for (const who of ['limitedGuest', 'outsider', 'anonymous'])
    expect(await names(who, 'kee', 'label')).toEqual(['open/crane'])
  expect((await find('guest', 'keep f', 'label')).map(({ matched }) => matched)).toEqual(['Keep forever'])
  expect(await names('admin', 'kee', 'annotation')).toEqual([])
  await updateLabel(core, SYSTEM, own, { name: 'Archive' })
  expect(await names('guest', 'keep', 'label')).toEqual([])
  expect(await names('guest', 'archive', 'label')).toEqual(['team/cranes'])
  await removeLabel(core, SYSTEM, { ...inTeam, labelId: own })
  expect(await names('guest', 'archive', 'label')).toEqual([])
  await deleteLabel(core, SYSTEM, global)
  expect(await names('admin', 'keel', 'label')).toEqual([])
  expect(await core.db.prisma.artifactTerm.count({ where: { position: { lt: 0 } } })).toBe(0)
})

test('a right that was given or taken counts at the next search', async () => {
  const { core } = shop
  const late = await addPerson(core, 'late')
  people.late = late
  const vault = await core.db.prisma.project.findUniqueOrThrow({ where: { name: 'vault' } })
  expect(await names('late', 'release-9', 'tag')).toEqual([])
  const userId = (late as { id: number }).id
  await core.db.prisma.member.create({ data: { projectId: vault.id, userId, roleId: 5 } })
  expect(await names('late', 'release-9', 'tag')).toEqual(['vault/crane'])
  await core.db.prisma.member.deleteMany({ where: { userId } })
  expect(await names('late', 'release-9', 'tag')).toEqual([])
})
