import { type TestDatabase, testDatabase } from '@berth/testing'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { openTestApi, type TestApi } from './api.fixture.ts'

let database: TestDatabase
let api: TestApi
let teamId: number

beforeAll(async () => {
  database = await testDatabase()
  api = await openTestApi(database.url)
  await api.addUser('root', { sysadmin: true })
  teamId = await api.addProject('team', { members: ['maintainer', 'developer'] })
  await api.addProject('elsewhere', { members: ['guest'] })
})
afterEach(() => database.db.prisma.immutableRule.deleteMany())
afterAll(async () => {
  await api.close()
  await database.drop()
})

/** As Harbor's own console sends it. */
const rule = (tag: string, repository = '**') => ({
  disabled: false,
  action: 'immutable',
  template: 'immutable_template',
  priority: 0,
  params: {},
  scope_selectors: { repository: [{ kind: 'doublestar', decoration: 'repoMatches', pattern: repository }] },
  tag_selectors: [{ kind: 'doublestar', decoration: 'matches', pattern: tag, extras: '' }],
})
const path = { project_name_or_id: 'team' }
const create = (body: object, as = 'maintainer', project = 'team') =>
  api.call(as, 'CreateImmuRule', { path: { project_name_or_id: project }, body: body as never })
const list = async (project = 'team', as = 'root') =>
  (await api.call(as, 'ListImmuRules', { path: { project_name_or_id: project } })).data
const idOf = (answer: { headers: Record<string, string> }) =>
  Number(answer.headers.location?.split('/').at(-1))
const update = (id: number, body: object, project = 'team', as = 'maintainer') =>
  api.call(as, 'UpdateImmuRule', {
    path: { project_name_or_id: project, immutable_rule_id: id },
    body: body as never,
  })

it('a rule is made, read back in Harbor’s form, switched, changed and deleted', async () => {
  const made = await create(rule('v*', 'app/**'))
  expect([made.status, made.headers.location]).toEqual([
    201,
    `/api/v2.0/projects/team/immutabletagrules/${idOf(made)}`,
  ])
  const id = idOf(made)
  expect(await list()).toEqual([
    { ...rule('v*', 'app/**'), id, scope_selectors: scope('repoMatches', 'app/**') },
  ])

  expect((await update(id, { disabled: true })).status).toBe(200)
  expect(await list()).toMatchObject([{ id, disabled: true, tag_selectors: [{ pattern: 'v*' }] }])
  const changed = {
    ...rule('rc-*'),
    tag_selectors: [{ kind: 'doublestar', decoration: 'excludes', pattern: 'x' }],
  }
  expect((await update(id, changed)).status).toBe(200)
  expect(await list()).toMatchObject([
    { id, disabled: false, tag_selectors: [{ decoration: 'excludes', pattern: 'x' }] },
  ])

  const target = { path: { ...path, immutable_rule_id: id } }
  expect((await api.call('maintainer', 'DeleteImmuRule', target)).status).toBe(200)
  expect((await api.call('maintainer', 'DeleteImmuRule', target)).status).toBe(404)
  expect((await update(id, { disabled: true })).status).toBe(404)
})

const scope = (decoration: string, pattern: string) => ({
  repository: [{ kind: 'doublestar', decoration, pattern, extras: '' }],
})

it('lists come in pages with their total', async () => {
  for (const tag of ['a', 'b', 'c']) await create(rule(tag))
  const query = { page: 2, page_size: 2, sort: '-id' }
  const answer = await api.call('root', 'ListImmuRules', { path, query })
  expect(answer.headers['x-total-count']).toBe('3')
  expect(answer.data).toMatchObject([{ tag_selectors: [{ pattern: 'a' }] }])
})

it('the same selectors twice are a conflict, also by changing one into the other', async () => {
  await create(rule('a'))
  expect((await create(rule('a'))).status).toBe(409)
  const other = idOf(await create(rule('b')))
  expect((await update(other, rule('a'))).status).toBe(409)
  expect((await create(rule('a'), 'root', 'elsewhere')).status).toBe(201)
})

it('a project has at most 15, however many come at once', async () => {
  const answers = await Promise.all(Array.from({ length: 20 }, (_, n) => create(rule(`v${n}`))))
  const statuses = answers.map(({ status }) => status)
  expect(statuses.filter((status) => status === 201)).toHaveLength(15)
  expect(statuses.filter((status) => status === 400)).toHaveLength(5)
  expect(await database.db.prisma.immutableRule.count()).toBe(15)
  expect((await update(Number((await list())[0]!.id), { disabled: true })).status).toBe(200)
})

describe('what is no rule is refused', () => {
  const selector = { kind: 'doublestar', decoration: 'matches', pattern: 'v*' }
  it.each([
    ['nothing', {}],
    ['no repository', { ...rule('v*'), scope_selectors: {} }],
    ['another scope', { ...rule('v*'), scope_selectors: { ...scope('repoMatches', '**'), project: [] } }],
    ['no tag', { ...rule('v*'), tag_selectors: [] }],
    ['two selectors, of which Harbor heeds one', { ...rule('v*'), tag_selectors: [selector, selector] }],
    ['another kind', { ...rule('v*'), tag_selectors: [{ ...selector, kind: 'regex' }] }],
    ['another decoration', { ...rule('v*'), tag_selectors: [{ ...selector, decoration: 'repoMatches' }] }],
    [
      'a decoration of Object',
      { ...rule('v*'), tag_selectors: [{ ...selector, decoration: 'constructor' }] },
    ],
    ['another action', { ...rule('v*'), action: 'retain' }],
    ['an empty pattern', rule('')],
    ['no pattern', { ...rule('v*'), tag_selectors: [{ kind: 'doublestar', decoration: 'matches' }] }],
    ['half a pattern', rule('{v*')],
    ['a pattern that is too long', rule('a'.repeat(256))],
    ['a pattern with too many stars', rule('*a'.repeat(17))],
    ['a bell', rule('v\x07')],
    // No database takes it, whatever the field: the contract says so before the feature does.
    ['half a character', rule('\ud83d'), 422],
  ])('%s', async (_, body, status = 400) => {
    expect((await create(body)).status).toBe(status)
    expect(await list()).toEqual([])
  })
})

describe('attacks', () => {
  it('a rule of another project is not found through one’s own (CVE-2022-31670)', async () => {
    const foreign = idOf(await create(rule('v*'), 'root', 'elsewhere'))
    expect((await update(foreign, { disabled: true })).status).toBe(404)
    const target = { path: { ...path, immutable_rule_id: foreign } }
    expect((await api.call('maintainer', 'DeleteImmuRule', target)).status).toBe(404)
    expect((await update(foreign, { disabled: true }, 'elsewhere')).status).toBe(403)
    expect(await list('elsewhere')).toMatchObject([{ id: foreign, disabled: false }])
  })

  it('fields that are not the caller’s to set have no effect', async () => {
    const foreign = idOf(await create(rule('other'), 'root', 'elsewhere'))
    const id = idOf(await create({ ...rule('v*'), id: foreign, project_id: 2, created_at: 'x', priority: 9 }))
    await update(id, { id: foreign, project_id: teamId + 1, disabled: true })
    expect(await list()).toMatchObject([{ id, disabled: true, priority: 0 }])
    expect(await list('elsewhere')).toMatchObject([{ id: foreign, disabled: false }])
  })

  it('ids beyond every column are nobody’s', async () => {
    for (const id of [-1, 0, 2 ** 31, 2 ** 52])
      expect((await update(id, { disabled: true })).status).toBe(404)
  })
})

/** An artifact with these tags in a repository of its own. */
async function addTags(name: string, tags: string[]) {
  const { prisma } = database.db
  const { id: projectId } = await prisma.project.findFirstOrThrow({ where: { name: name.split('/')[0]! } })
  const { id: repositoryId } = await prisma.repository.create({ data: { projectId, name } })
  const { id: artifactId } = await prisma.artifact.create({
    data: {
      projectId,
      repositoryId,
      digest: `sha256:${'c'.repeat(64)}`,
      type: 'IMAGE',
      mediaType: 'application/vnd.oci.image.config.v1+json',
      manifestMediaType: 'application/vnd.oci.image.manifest.v1+json',
      manifestSizeBytes: 1,
      sizeBytes: 1n,
      annotations: {},
      extraAttrs: {},
    },
  })
  await prisma.tag.createMany({
    data: tags.map((tag) => ({ repositoryId, artifactId, projectId, name: tag, nameKey: tag })),
  })
}

it('400 for a pattern whose choices multiply the work of every push', async () => {
  const answer = await create(rule(`${'{a,}'.repeat(60)}b`))
  expect([answer.status, JSON.stringify(answer.data)]).toEqual([400, expect.stringContaining('choices')])
})

describe('previewImmuRule', () => {
  it('says with the matcher of pushes what a rule would cover, and changes nothing', async () => {
    for (const name of ['team/app/web', 'team/app/db', 'team/tools', 'elsewhere/app/web'])
      await addTags(name, ['v1', 'v2', 'latest'])
    const preview = async (body: object) =>
      (await api.call('maintainer', 'previewImmuRule', { path, body: body as never })).data
    expect(await preview(rule('v*', 'app/*'))).toEqual({
      examined_tags: 9,
      complete: true,
      covered_tags: 4,
      covered_repositories: 2,
      examples: [
        { repository_name: 'app/db', tag: 'v1' },
        { repository_name: 'app/db', tag: 'v2' },
        { repository_name: 'app/web', tag: 'v1' },
        { repository_name: 'app/web', tag: 'v2' },
      ],
    })
    expect(await list()).toEqual([])
  })
  it('400 for a pattern that is none', async () => {
    const answer = await api.call('maintainer', 'previewImmuRule', { path, body: rule('[') as never })
    expect(answer.status).toBe(400)
  })
})
