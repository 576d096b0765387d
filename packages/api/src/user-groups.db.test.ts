import { groupTypes, replaceMemberships } from '@berth/core/user-groups'
import { type TestDatabase, testDatabase } from '@berth/testing'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openTestApi, ROLES, type TestApi } from './api.fixture.ts'

let database: TestDatabase
let api: TestApi
let annId: number

beforeAll(async () => {
  database = await testDatabase()
  api = await openTestApi(database.url)
  await api.addUser('root', { sysadmin: true })
  annId = (await api.addUser('ann')).id
  await api.addProject('team', { members: ROLES })
  await api.addProject('elsewhere', { members: ['projectAdmin'] })
})
afterAll(async () => {
  expect(api.failures).toEqual([])
  await api.close()
  await database.drop()
})

const OPS_DN = 'cn=Ops,ou=groups,dc=berth,dc=test'
const create = (body: Record<string, unknown>, as: string | undefined = 'root') =>
  api.call(as, 'createUserGroup', { body })
const idOf = (answer: { headers: Record<string, string> }) =>
  Number(answer.headers.location!.split('/').at(-1))
const group = (id: number) => ({ path: { group_id: id } })
const member = (project: string, mid?: number) => ({
  path: { project_name_or_id: project, ...(mid !== undefined && { mid }) },
})
const addMember = (project: string, body: Record<string, unknown>, as = 'projectAdmin') =>
  api.call(as, 'createProjectMember', { ...member(project), body })
const join = (userId: number, names: string[]) =>
  api.core.db.transaction((tx) =>
    replaceMemberships(
      api.core,
      tx,
      userId,
      groupTypes.oidc,
      names.map((name) => ({ name })),
    ),
  )

describe('groups', () => {
  let ops: number
  it('201 for one of a directory by its DN and one of a provider by its name', async () => {
    const made = await create({ group_name: 'Operations', group_type: 1, ldap_group_dn: OPS_DN })
    expect(made.status).toBe(201)
    ops = idOf(made)
    expect((await api.call('root', 'getUserGroup', group(ops))).data).toEqual({
      id: ops,
      group_name: 'Operations',
      group_type: 1,
      ldap_group_dn: OPS_DN,
    })
    expect((await create({ group_name: 'dev', group_type: 3 })).status).toBe(201)
    const unnamed = await create({ group_type: 1, ldap_group_dn: 'cn=Quality\\, Tests,dc=berth' })
    expect((await api.call('root', 'getUserGroup', group(idOf(unnamed)))).data.group_name).toContain(
      'Quality',
    )
  })
  it('409 for a group that is there, whatever the spelling of its DN', async () => {
    const again = { group_name: 'x', group_type: 1, ldap_group_dn: 'CN=ops, OU=Groups, DC=berth, DC=test' }
    expect((await create(again)).status).toBe(409)
    expect((await create({ group_name: 'dev', group_type: 3 })).status).toBe(409)
    expect((await create({ group_name: 'Dev', group_type: 3 })).status).toBe(201)
  })
  it.each([
    [{}],
    [{ group_name: 'x' }],
    [{ group_name: 'x', group_type: 2 }],
    [{ group_name: '', group_type: 3 }],
    [{ group_name: 'x'.repeat(256), group_type: 3 }],
    [{ group_name: 'a\n', group_type: 3 }],
    [{ group_name: 'x', group_type: 1 }],
    [{ group_name: 'x', group_type: 1, ldap_group_dn: 'no dn' }],
  ])('400 for %j', async (body) => {
    expect((await create(body)).status).toBe(400)
  })
  it('lists by name, by part of a name and by a DN in any spelling', async () => {
    const list = async (query = {}) => (await api.call('root', 'listUserGroups', { query })).data
    expect((await list()).map(({ group_name }) => group_name)).toContain('Operations')
    expect(await list({ group_name: 'OPERA' })).toMatchObject([{ id: ops }])
    expect(await list({ group_name: '%' })).toEqual([])
    expect(await list({ ldap_group_dn: OPS_DN.toUpperCase() })).toMatchObject([{ id: ops }])
    expect(await list({ ldap_group_dn: "x' OR 1=1" })).toEqual([])
    const { headers } = await api.call('root', 'listUserGroups', { query: { page_size: 1 } })
    expect(headers).toMatchObject({ 'x-total-count': '4', link: expect.stringContaining('rel="next"') })
  })
  it('finds for everybody who is signed in, without DNs', async () => {
    const find = (as: string | undefined, groupname: string) =>
      api.call(as, 'searchUserGroups', { query: { groupname } })
    expect((await find('ann', 'opera')).data).toEqual([{ id: ops, group_name: 'Operations', group_type: 1 }])
    expect((await find(undefined, 'opera')).status).toBe(401)
    expect((await find('ann', '')).status).toBe(422)
  })
  it('renames one of a directory; one of a provider is its name', async () => {
    const rename = async (id: number, name: string) =>
      (await api.call('root', 'updateUserGroup', { ...group(id), body: { group_name: name } })).status
    expect(await rename(ops, 'Ops')).toBe(200)
    const [dev] = (await api.call('root', 'listUserGroups', { query: { group_name: 'dev' } })).data
    expect(await rename(dev!.id!, 'admins')).toBe(400)
    expect(await rename(ops, '')).toBe(400)
    expect(await rename(999_999, 'x')).toBe(404)
    expect((await api.call('root', 'getUserGroup', group(99_999_999_999))).status).toBe(404)
  })
})

describe('groups as members', () => {
  it('201 by id, by DN and by name; the list tells people and groups apart', async () => {
    const id = idOf(await create({ group_name: 'by-id', group_type: 3 }))
    const answers = [
      await addMember('team', { role_id: 3, member_group: { id } }),
      await addMember('team', { role_id: 2, member_group: { group_type: 1, ldap_group_dn: OPS_DN } }),
      await addMember('team', { role_id: 4, member_group: { group_type: 3, group_name: 'fresh' } }),
      await addMember('team', {
        role_id: 5,
        member_group: { group_type: 1, ldap_group_dn: 'cn=new,dc=berth' },
      }),
    ]
    expect(answers.map(({ status }) => status)).toEqual([201, 201, 201, 201])
    const { data } = await api.call('guest', 'listProjectMembers', {
      ...member('team'),
      query: { page_size: 0 },
    })
    expect(data.filter(({ entity_type }) => entity_type === 'g')).toMatchObject([
      { entity_name: 'Ops', role_id: 2 },
      { entity_name: 'by-id', entity_id: id, role_id: 3 },
      { entity_name: 'fresh', role_id: 4 },
      { entity_name: 'new', role_id: 5 },
    ])
    const found = { ...member('team'), query: { entityname: 'FRESH' } }
    expect((await api.call('guest', 'listProjectMembers', found)).data).toMatchObject([
      { entity_name: 'fresh' },
    ])
  })
  it('those who may change members are told what gives a person a role, directly and by groups', async () => {
    const asked = (as: string, username: string) =>
      api.call(as, 'listProjectMembers', { ...member('team'), query: { username, page_size: 0 } })
    const { id } = await api.addUser('hank')
    await join(id, ['fresh', 'nowhere'])
    await addMember('team', { role_id: 5, member_user: { username: 'hank' }, repositories: ['a/**'] })
    expect((await asked('root', 'HANK')).data).toMatchObject([
      { entity_name: 'fresh', entity_type: 'g', role_id: 4 },
      { entity_name: 'hank', entity_type: 'u', role_id: 5, repositories: ['a/**'] },
    ])
    expect((await asked('root', 'nobody')).data).toEqual([])
    expect((await asked('guest', 'guest')).status).toBe(403)
  })
  it('409 for a second time, 404 for none, 400 for neither id nor name', async () => {
    const again = { role_id: 1, member_group: { group_type: 1, ldap_group_dn: OPS_DN.toLowerCase() } }
    expect((await addMember('team', again)).status).toBe(409)
    expect((await addMember('team', { role_id: 2, member_group: { id: 999_999 } })).status).toBe(404)
    expect(
      (await addMember('team', { role_id: 2, member_group: { group_type: 1, group_name: '?' } })).status,
    ).toBe(404)
    expect((await addMember('team', { role_id: 2, member_group: { group_type: 3 } })).status).toBe(400)
    expect((await addMember('team', { role_id: 2, member_group: { group_name: 'x' } })).status).toBe(400)
  })
  it('lets nobody reach a membership through another project, or with another project’s rights', async () => {
    const { data } = await api.call('guest', 'listProjectMembers', {
      ...member('team'),
      query: { entityname: 'fresh' },
    })
    const mid = data[0]!.id
    await api.addUser('stranger')
    await addMember('elsewhere', { role_id: 1, member_user: { username: 'stranger' } })
    const body = { role_id: 1 }
    expect((await api.call('stranger', 'getProjectMember', member('elsewhere', mid))).status).toBe(404)
    expect(
      (await api.call('stranger', 'updateProjectMember', { ...member('elsewhere', mid), body })).status,
    ).toBe(404)
    expect((await api.call('stranger', 'deleteProjectMember', member('elsewhere', mid))).status).toBe(404)
    expect((await api.call('stranger', 'updateProjectMember', { ...member('team', mid), body })).status).toBe(
      403,
    )
    expect((await api.call('stranger', 'deleteUserGroup', group(data[0]!.entity_id))).status).toBe(403)
  })
  it('gives its people the role beside their own, and takes it with the group', async () => {
    const project = { path: { project_name_or_id: 'team' } }
    expect((await api.call('ann', 'getProject', project)).status).toBe(403)
    await join(annId, ['fresh'])
    const { data } = await api.call('ann', 'getProject', project)
    expect(data).toMatchObject({ current_user_role_id: 4, current_user_role_ids: [4] })
    await addMember('team', { role_id: 3, member_user: { username: 'ann' } })
    expect((await api.call('ann', 'getProject', project)).data.current_user_role_ids).toEqual([4, 3])
    const rename = { path: { project_name: 'team', repository_name: 'none' }, body: { description: '' } }
    expect((await api.call('ann', 'updateRepository', rename)).status).toBe(404)
    const [fresh] = (await api.call('root', 'listUserGroups', { query: { group_name: 'fresh' } })).data
    expect((await api.call('root', 'deleteUserGroup', group(fresh!.id!))).status).toBe(200)
    expect((await api.call('root', 'deleteUserGroup', group(fresh!.id!))).status).toBe(404)
    expect((await api.call('ann', 'getProject', project)).data.current_user_role_ids).toEqual([3])
    expect(
      await database.db.query('SELECT user_id FROM user_group_members WHERE user_id = ?', [annId]),
    ).toEqual([])
  })
})
