import { recalculateQuotas } from '@berth/core/quotas'
import { type TestDatabase, testDatabase } from '@berth/testing'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openTestApi, ROLES, type TestApi } from './api.fixture.ts'

let database: TestDatabase
let api: TestApi
const ids: Record<string, number> = {}

async function addRepository(projectId: number, name: string): Promise<void> {
  const { prisma } = database.db
  const { id } = await prisma.repository.create({ data: { projectId, name } })
  await prisma.project.update({ where: { id: projectId }, data: { repositoryCount: { increment: 1 } } })
  const artifact = { projectId, repositoryId: id, type: 'IMAGE', mediaType: 'm', manifestMediaType: 'm' }
  const blob = await prisma.blob.upsert({
    where: { digest: 'sha256:shared' },
    create: { digest: 'sha256:shared', sizeBytes: 5_000_000_000n },
    update: {},
  })
  await prisma.artifact.create({
    data: {
      ...artifact,
      digest: 'sha256:a',
      manifestSizeBytes: 700,
      sizeBytes: 5_000_000_700n,
      annotations: {},
      extraAttrs: {},
      blobs: { create: { position: 1, blobId: blob.id, mediaType: 'm' } },
    },
  })
}

beforeAll(async () => {
  database = await testDatabase()
  api = await openTestApi(database.url)
  await api.addUser('root', { sysadmin: true })
  await api.addUser('outsider')
  ids.open = await api.addProject('open', { public: true, members: ROLES })
  ids.closed = await api.addProject('closed', { members: ROLES })
  ids.hidden = await api.addProject('hidden')
  ids.digits = await api.addProject('12345')
  await addRepository(ids.closed, 'closed/one')
  await addRepository(ids.closed, 'closed/two')
  await recalculateQuotas(api.core)
})
afterAll(async () => {
  expect(api.failures).toEqual([])
  await api.close()
  await database.drop()
})

const at = (name: string | number) => ({ path: { project_name_or_id: name } })
const names = (projects: { name: string }[]) => projects.map(({ name }) => name)

describe('listProjects', () => {
  const listed = async (as: string | undefined, query = {}) =>
    names((await api.call(as, 'listProjects', { query })).data)
  it('200 with what the caller may see', async () => {
    expect(await listed(undefined)).toEqual(['open'])
    expect(await listed('outsider')).toEqual(['open'])
    expect(await listed('guest')).toEqual(['closed', 'open'])
    expect(await listed('root')).toEqual(['12345', 'closed', 'hidden', 'open'])
  })
  it('filters by part of the name, visibility, owner and q, and sorts', async () => {
    expect(await listed('root', { name: 'OPE' })).toEqual(['open'])
    expect(await listed('root', { public: false })).toEqual(['12345', 'closed', 'hidden'])
    expect(await listed(undefined, { public: false })).toEqual([])
    expect(await listed('root', { q: 'name={open hidden}', sort: '-name' })).toEqual(['open', 'hidden'])
    expect(await listed('root', { q: 'repo_count=[1~]' })).toEqual(['closed'])
    expect(await listed('root', { q: 'RepoCount__gte=1' })).toEqual(['closed'])
    expect(await listed('root', { q: 'repo_count__lt=1,Name__in={open closed}' })).toEqual(['open'])
    expect(await listed('root', { q: 'Name=open' })).toEqual(['open'])
    expect(await listed('root', { q: 'name__icontains=DDE' })).toEqual(['hidden'])
    expect(await listed('root', { q: 'name__in={open hidden}', sort: '-Name' })).toEqual(['open', 'hidden'])
    const [open] = (await api.call('root', 'listProjects', { query: { q: 'name=open' } })).data
    expect(await listed('root', { q: `ProjectID=${open!.project_id}` })).toEqual(['open'])
    expect(
      await listed('root', { q: 'creation_time=[2020-01-01T00:00:00~],name=~e', sort: 'creation_time' }),
    ).toEqual(['open', 'closed', 'hidden'])
    expect(await listed('root', { owner: 'outsider' })).toEqual([])
  })
  it('pages, with the total of all pages and links to the neighbours', async () => {
    const { data, headers } = await api.call('root', 'listProjects', { query: { page: 2, page_size: 1 } })
    expect(names(data)).toEqual(['closed'])
    expect(headers['x-total-count']).toBe('4')
    expect(headers.link).toBe(
      '</api/v2.0/projects?page=1&page_size=1>; rel="prev" , </api/v2.0/projects?page=3&page_size=1>; rel="next"',
    )
    expect(await listed('root', { page_size: 0 })).toHaveLength(4)
  })
  it('says the caller’s role and the settings of each', async () => {
    const { data } = await api.call('developer', 'listProjects', { query: { name: 'closed' } })
    expect(data).toMatchObject([
      { current_user_role_id: 2, current_user_role_ids: [2], repo_count: 2, metadata: { public: 'false' } },
    ])
  })
  it('400 for a broken q, 422 for a page beyond the limit, 401 for a wrong password', async () => {
    expect((await api.call('root', 'listProjects', { query: { q: 'name' } })).status).toBe(400)
    expect((await api.call('root', 'listProjects', { query: { page_size: 101 } })).status).toBe(422)
    expect((await api.call('nobody', 'listProjects')).status).toBe(401)
  })
})

describe('createProject', () => {
  const create = (as: string | undefined, body: Record<string, unknown>, headers = {}) =>
    api.call(as, 'createProject', { body, headers })
  it('201; its maker administers it', async () => {
    const { status, headers } = await create('outsider', {
      project_name: 'mine',
      metadata: { public: 'true', auto_scan: 'true', severity: 'High' },
      storage_limit: -1,
    })
    expect(status).toBe(201)
    const { data } = await api.call('outsider', 'getProject', at('mine'))
    expect(headers.location).toBe(`/api/v2.0/projects/${data.project_id}`)
    expect(data).toMatchObject({
      owner_name: 'outsider',
      current_user_role_id: 1,
      metadata: { public: 'true', auto_scan: 'true', severity: 'high' },
    })
    expect((await api.call('outsider', 'deleteProject', at('mine'))).status).toBe(200)
  })
  it('201 with the name in Location when asked for', async () => {
    const { headers } = await create(
      'outsider',
      { project_name: 'named' },
      { 'X-Resource-Name-In-Location': 'true' },
    )
    expect(headers.location).toBe('/api/v2.0/projects/named')
    await api.call('outsider', 'deleteProject', at('named'))
  })
  it('409 for a name that is taken, seen or not', async () => {
    expect((await create('outsider', { project_name: 'open' })).status).toBe(409)
    expect((await create('outsider', { project_name: 'hidden' })).status).toBe(409)
  })
  it.each([
    { project_name: 'UPPER' },
    { project_name: 'a/../b' },
    { project_name: 'fine', metadata: { public: 'maybe' } },
    { project_name: 'fine', metadata: { retention_id: '1' } },
    { project_name: 'fine', registry_id: 1 },
    {},
  ])('400 for %j', async (body) => {
    expect((await create('outsider', body)).status).toBe(400)
  })
  it('401 without sign-in', async () => {
    expect((await create(undefined, { project_name: 'fine' })).status).toBe(401)
  })
})

describe('headProject', () => {
  const head = async (as: string | undefined, name: string) =>
    (await api.call(as, 'headProject', { query: { project_name: name } })).status
  it('200 for a project the caller sees; 404 for one that is missing or hidden', async () => {
    expect(await head(undefined, 'open')).toBe(200)
    expect(await head('guest', 'closed')).toBe(200)
    expect(await head('outsider', 'closed')).toBe(404)
    expect(await head(undefined, 'closed')).toBe(404)
    expect(await head('root', 'missing')).toBe(404)
  })
})

describe('getProject', () => {
  const status = async (as: string | undefined, name: string | number, headers = {}) =>
    (await api.call(as, 'getProject', { ...at(name), headers })).status
  it('200 by name and by id', async () => {
    expect((await api.call('guest', 'getProject', at('closed'))).data.project_id).toBe(ids.closed)
    expect((await api.call('guest', 'getProject', at(ids.closed!))).data.name).toBe('closed')
    expect(await status(undefined, 'open')).toBe(200)
  })
  it('takes digits for an id, unless the caller says that they are a name', async () => {
    expect(await status('root', '12345')).toBe(404)
    expect(await status('root', '12345', { 'X-Is-Resource-Name': 'true' })).toBe(200)
  })
  it('401 or 403 alike for private and missing ones; 404 for administrators only', async () => {
    for (const name of ['closed', 'missing', 999_999, '99999999999999']) {
      expect(await status(undefined, name)).toBe(401)
      expect(await status('outsider', name)).toBe(403)
    }
    const [hidden, missing] = [
      await api.call('outsider', 'getProject', at('closed')),
      await api.call('outsider', 'getProject', at('missing')),
    ]
    expect(hidden.text).toBe(missing.text)
    expect(await status('root', 'missing')).toBe(404)
    expect(await status('root', '99999999999999')).toBe(404)
  })
})

describe('updateProject', () => {
  const update = async (as: string | undefined, name: string, body: Record<string, unknown>) =>
    (await api.call(as, 'updateProject', { ...at(name), body })).status
  it('200; absent settings stay, visibility counts at once', async () => {
    await api.addProject('changing', { members: ['projectAdmin'] })
    expect(await update('projectAdmin', 'changing', { metadata: { auto_scan: 'true' } })).toBe(200)
    expect((await api.call('outsider', 'getProject', at('changing'))).status).toBe(403)
    expect(await update('projectAdmin', 'changing', { metadata: { public: 'true', severity: 'low' } })).toBe(
      200,
    )
    const { data } = await api.call('outsider', 'getProject', at('changing'))
    expect(data.metadata).toEqual({ public: 'true', auto_scan: 'true', severity: 'low' })
    expect(await update('projectAdmin', 'changing', { public: false })).toBe(200)
    expect((await api.call('outsider', 'getProject', at('changing'))).status).toBe(403)
  })
  it('400, 401, 403, 404', async () => {
    expect(await update('projectAdmin', 'closed', { project_name: 'renamed' })).toBe(400)
    expect(await update('projectAdmin', 'closed', { metadata: { severity: 'awful' } })).toBe(400)
    expect(await update(undefined, 'closed', {})).toBe(401)
    expect(await update('maintainer', 'closed', { metadata: { public: 'true' } })).toBe(403)
    expect(await update('root', 'missing', {})).toBe(404)
  })
})

describe('getProjectDeletable and deleteProject', () => {
  const remove = async (as: string | undefined, name: string) =>
    (await api.call(as, 'deleteProject', at(name))).status
  it('412 while repositories are in it, and says so before', async () => {
    const { data } = await api.call('projectAdmin', 'getProjectDeletable', at('closed'))
    expect(data).toEqual({ deletable: false, message: expect.stringContaining('repositories') })
    expect(await remove('projectAdmin', 'closed')).toBe(412)
    expect((await api.call('projectAdmin', 'getProject', at('closed'))).status).toBe(200)
  })
  it('200 for an empty one, whose name is free again', async () => {
    await api.addProject('fleeting', { members: ['projectAdmin'] })
    expect((await api.call('projectAdmin', 'getProjectDeletable', at('fleeting'))).data).toEqual({
      deletable: true,
    })
    expect(await remove('projectAdmin', 'fleeting')).toBe(200)
    expect(await remove('root', 'fleeting')).toBe(404)
    await api.addProject('fleeting')
    // Rights in the old one are no rights in the new one.
    expect((await api.call('projectAdmin', 'getProject', at('fleeting'))).status).toBe(403)
  })
  it('401, 403, 404', async () => {
    expect(await remove(undefined, 'closed')).toBe(401)
    expect(await remove('maintainer', 'closed')).toBe(403)
    expect(await remove('root', 'missing')).toBe(404)
    for (const op of ['getProjectDeletable', 'getProjectSummary'] as const) {
      expect((await api.call(undefined, op, at('closed'))).status).toBe(401)
      expect((await api.call('outsider', op, at('closed'))).status).toBe(403)
      expect((await api.call('root', op, at('missing'))).status).toBe(404)
    }
  })
})

describe('getProjectSummary', () => {
  it('200 with members by role and exact bytes, each shared blob once', async () => {
    const { data } = await api.call('guest', 'getProjectSummary', at('closed'))
    expect(data).toEqual({
      repo_count: 2,
      project_admin_count: 1,
      maintainer_count: 1,
      developer_count: 1,
      guest_count: 1,
      limited_guest_count: 1,
      quota: { hard: { storage: -1 }, used: { storage: 5_000_000_700 }, nearly_full: false },
    })
  })
  it('leaves out what the caller may not know', async () => {
    expect(
      (await api.call('limitedGuest', 'getProjectSummary', at('closed'))).data.project_admin_count,
    ).toBeUndefined()
    expect((await api.call(undefined, 'getProjectSummary', at('open'))).data).toEqual({ repo_count: 0 })
  })
})
