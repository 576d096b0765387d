import { type TestDatabase, testDatabase } from '@berth/testing'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openTestApi, ROLES, type TestApi } from './api.fixture.ts'

let database: TestDatabase
let api: TestApi
let otherId: number

beforeAll(async () => {
  database = await testDatabase()
  api = await openTestApi(database.url)
  await api.addUser('root', { sysadmin: true })
  otherId = (await api.addUser('other')).id
  await api.addProject('team', { members: ROLES })
  await api.addProject('elsewhere', { members: ['projectAdmin', 'developer'] })
})
afterAll(async () => {
  expect(api.failures).toEqual([])
  await api.close()
  await database.drop()
})

const at = (project: string, mid?: number) => ({
  path: { project_name_or_id: project, ...(mid !== undefined && { mid }) },
})
const list = async (as: string | undefined, project = 'team', query = {}) =>
  api.call(as, 'listProjectMembers', { ...at(project), query })
const idOf = async (name: string, project = 'team') =>
  (await list('root', project, { page_size: 0 })).data.find((member) => member.entity_name === name)!.id
const add = (as: string | undefined, body: Record<string, unknown>, project = 'team') =>
  api.call(as, 'createProjectMember', { ...at(project), body })
const setRole = async (as: string | undefined, mid: number, roleId: unknown, project = 'team') =>
  (await api.call(as, 'updateProjectMember', { ...at(project, mid), body: { role_id: roleId } })).status
const remove = async (as: string | undefined, mid: number, project = 'team') =>
  (await api.call(as, 'deleteProjectMember', at(project, mid))).status
const get = async (as: string | undefined, mid: number, project = 'team') =>
  api.call(as, 'getProjectMember', at(project, mid))

describe('listProjectMembers', () => {
  it('200 by name, paged, and by part of a name', async () => {
    const { data, headers } = await list('guest', 'team', { page_size: 2 })
    expect(data.map((member) => member.entity_name)).toEqual(['developer', 'guest'])
    expect(headers['x-total-count']).toBe('5')
    expect(headers.link).toContain('rel="next"')
    const found = await list('guest', 'team', { entityname: 'GUEST' })
    expect(found.data).toMatchObject([
      { entity_name: 'guest', entity_type: 'u', role_id: 3, role_name: 'guest' },
      { entity_name: 'limitedGuest', role_id: 5, role_name: 'limitedGuest' },
    ])
  })
  it('401, 403, 404', async () => {
    expect((await list(undefined)).status).toBe(401)
    expect((await list('other')).status).toBe(403)
    expect((await list('limitedGuest')).status).toBe(403)
    expect((await list('other', 'missing')).status).toBe(403)
    expect((await list('root', 'missing')).status).toBe(404)
  })
})

describe('createProjectMember', () => {
  it('201 by id or by name; the right counts at once and ends at once', async () => {
    expect((await list('other')).status).toBe(403)
    const { status, headers } = await add('projectAdmin', { role_id: 2, member_user: { username: 'OTHER' } })
    expect(status).toBe(201)
    const mid = await idOf('other')
    expect(headers.location).toBe(`/api/v2.0/projects/team/members/${mid}`)
    expect((await list('other')).status).toBe(200)
    expect(await remove('projectAdmin', mid)).toBe(200)
    expect((await list('other')).status).toBe(403)
    expect((await add('projectAdmin', { role_id: 3, member_user: { user_id: otherId } })).status).toBe(201)
    expect((await get('guest', await idOf('other'))).data).toMatchObject({ entity_id: otherId, role_id: 3 })
  })
  it('409 for a member, 404 for nobody', async () => {
    expect((await add('projectAdmin', { role_id: 2, member_user: { username: 'guest' } })).status).toBe(409)
    expect((await add('projectAdmin', { role_id: 2, member_user: { username: 'nobody' } })).status).toBe(404)
    expect((await add('projectAdmin', { role_id: 2, member_user: { user_id: 99999999999 } })).status).toBe(
      404,
    )
  })
  it.each([
    { role_id: 0, member_user: { username: 'guest' } },
    { role_id: 6, member_user: { username: 'guest' } },
    { member_user: { username: 'guest' } },
    { role_id: 2 },
    { role_id: 2, member_user: {} },
    { role_id: 2, member_group: { group_name: 'all' } },
  ])('400 for %j', async (body) => {
    expect((await add('projectAdmin', body)).status).toBe(400)
  })
  it('401 and 403: only project admins add members', async () => {
    const body = { role_id: 1, member_user: { username: 'other' } }
    expect((await add(undefined, body)).status).toBe(401)
    for (const role of ['maintainer', 'developer', 'guest', 'limitedGuest'])
      expect((await add(role, body)).status).toBe(403)
  })
})

describe('updateProjectMember', () => {
  it('200, and counts at once', async () => {
    const mid = await idOf('limitedGuest')
    expect(await setRole('projectAdmin', mid, 3)).toBe(200)
    expect((await list('limitedGuest')).status).toBe(200)
    expect(await setRole('projectAdmin', mid, 5)).toBe(200)
    expect((await list('limitedGuest')).status).toBe(403)
  })
  it('400, 401, 403, 404', async () => {
    const mid = await idOf('guest')
    expect(await setRole('projectAdmin', mid, 9)).toBe(400)
    expect(await setRole('projectAdmin', mid, undefined)).toBe(400)
    expect(await setRole(undefined, mid, 1)).toBe(401)
    expect(await setRole('maintainer', mid, 1)).toBe(403)
    expect(await setRole('projectAdmin', 999_999, 1)).toBe(404)
    expect(await setRole('projectAdmin', 99_999_999_999, 1)).toBe(404)
  })
})

describe('deleteProjectMember', () => {
  it('401, 403, 404', async () => {
    const mid = await idOf('guest')
    expect(await remove(undefined, mid)).toBe(401)
    expect(await remove('maintainer', mid)).toBe(403)
    expect(await remove('projectAdmin', 999_999)).toBe(404)
  })
})

it('keeps a project admin from leaving a project without one', async () => {
  const mid = await idOf('projectAdmin')
  expect(await setRole('projectAdmin', mid, 2)).toBe(403)
  expect(await remove('projectAdmin', mid)).toBe(403)
  expect((await get('projectAdmin', mid)).data.role_id).toBe(1)
})

it('does not reach memberships of another project by their id', async () => {
  const foreign = await idOf('developer', 'elsewhere')
  // projectAdmin administers both; the path decides which one is meant.
  expect((await get('projectAdmin', foreign, 'team')).status).toBe(404)
  expect(await setRole('projectAdmin', foreign, 1, 'team')).toBe(404)
  expect(await remove('projectAdmin', foreign, 'team')).toBe(404)
  expect((await get('projectAdmin', foreign, 'elsewhere')).data.role_id).toBe(2)
})
