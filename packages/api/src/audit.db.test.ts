import { flushRepeated } from '@berth/core/audit'
import { flushLastUsed } from '@berth/core/last-used'
import { endSession, signIn } from '@berth/core/sessions'
import { groupTypes, replaceMemberships } from '@berth/core/user-groups'
import { type TestDatabase, testDatabase } from '@berth/testing'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { basic, openTestApi, PASSWORD, type TestApi } from './api.fixture.ts'

let database: TestDatabase
let api: TestApi
let clockMs = Date.now()
let teamId: number

beforeAll(async () => {
  database = await testDatabase()
  api = await openTestApi(database.url, { now: () => clockMs, wait: async () => {} })
  await api.addUser('root', { sysadmin: true })
  await api.addUser('dora')
  teamId = await api.addProject('team', { members: ['projectAdmin', 'maintainer'] })
  await api.addProject('other', { members: ['guest'] })
})
afterAll(async () => {
  await api.close()
  await database.drop()
})

const lines = async (q: string, as = 'root', sort = '') => {
  const answer = await api.call(as, 'listAuditLogExts', { query: { q, page_size: 100, sort } })
  expect(answer.status, answer.text).toBe(200)
  return answer.data
}
const from = { 'user-agent': 'docker/28.1', 'x-request-id': 'request-1' }

describe('a line', () => {
  it('says who did what to what, with which credential, from where, and in which request', async () => {
    const body = { username: 'newcomer', password: PASSWORD, realname: 'New' }
    expect((await api.call('root', 'createUser', { body, headers: from })).status).toBe(201)
    const [line] = await lines('operation=create,resource_type=user,resource=newcomer')
    expect(line).toMatchObject({
      username: 'root',
      operation: 'create',
      resource_type: 'user',
      resource: 'newcomer',
      operation_description: 'create user: newcomer',
      operation_result: true,
      op_time: new Date(clockMs).toISOString(),
      actor_kind: 'user',
      credential: 'password',
      address: '192.0.2.1',
      user_agent: 'docker/28.1',
      request_id: 'request-1',
      result: 'ok',
      times: 1,
    })
  })

  it('of a change tells old and new, and never a secret', async () => {
    const { id } = (await api.addUser('changing')) as { id: number }
    const path = { user_id: id }
    await api.call('root', 'updateUserProfile', { path, body: { realname: 'A', email: 'a@b.example' } })
    await api.call('root', 'setUserSysAdmin', { path, body: { sysadmin_flag: true } })
    await api.call('root', 'setUserDisabled', { path, body: { disabled: true } })
    await api.call('root', 'updateUserPassword', { path, body: { new_password: 'Another-secret-1' } })
    await api.call('root', 'deleteUser', { path })
    const found = await lines('resource=changing,username=root', 'root', 'id')
    expect(found.map(({ operation, detail }) => [operation, detail])).toEqual([
      ['update', { old: { email: '', realname: '' }, new: { realname: 'A', email: 'a@b.example' } }],
      ['update', { sysadmin: true }],
      ['update', { disabled: true }],
      ['update', { changed: ['password'] }],
      ['delete', undefined],
    ])
    const rows = await database.db.query('SELECT * FROM audit_lines')
    expect(JSON.stringify(rows)).not.toMatch(/Another-secret|Passw0rd|argon/)
  })

  it('is not there when the change is not', async () => {
    const before = (await lines('result=ok')).length
    await api.call('root', 'createUser', { body: { username: 'dora', password: PASSWORD } })
    await api.call('root', 'setUserDisabled', { path: { user_id: 999_999 }, body: { disabled: true } })
    const [root] = (await api.call('root', 'searchUsers', { query: { username: 'root' } })).data
    await api.call('root', 'setUserSysAdmin', {
      path: { user_id: root!.user_id! },
      body: { sysadmin_flag: false },
    })
    expect((await lines('result=ok')).length).toBe(before)
  })
})

describe('sign-in', () => {
  it('gets a line for the session, and one for signing out', async () => {
    const { secret } = await signIn(api.core, {
      username: 'dora',
      password: PASSWORD,
      address: '198.51.100.9',
      userAgent: 'Firefox',
    })
    await endSession(api.core, secret)
    await endSession(api.core, secret)
    const found = await lines('username=dora,credential={password session}', 'root', 'id')
    expect(found.map(({ operation, credential }) => [operation, credential])).toEqual([
      ['login', 'password'],
      ['logout', 'session'],
    ])
  })

  it('with every request is one line for an account, a network and a kind of credential', async () => {
    for (let n = 0; n < 3; n++) {
      await api.raw('GET', '/api/v2.0/users/current', { authorization: basic('maintainer') })
      clockMs += 61_000
    }
    expect(await lines('operation=login,username=maintainer')).toHaveLength(1)
  })

  it('that fails stands under the name that was tried; repetitions within a minute are counted together', async () => {
    for (let n = 0; n < 4; n++) {
      const answer = await api.raw('GET', '/api/v2.0/users/current', {
        authorization: basic('Nobody Here', `wrong-${n}`),
        ...from,
      })
      expect(answer.status).toBe(401)
    }
    const q = 'operation=login,operation_result=false,resource=Nobody Here'
    expect(await lines(q)).toMatchObject([
      {
        username: 'Nobody Here',
        actor_kind: 'anonymous',
        result: 'refused',
        times: 1,
        user_agent: 'docker/28.1',
      },
    ])
    await flushRepeated(api.core)
    expect((await lines(q, 'root', 'id')).map(({ times }) => times)).toEqual([1, 3])
  })

  it('tried under ever new names fills no log', async () => {
    const before = (await lines('operation=login,operation_result=false')).length
    for (let n = 0; n < 25; n++)
      await api.raw('GET', '/api/v2.0/users/current', { authorization: basic(`guess-${n}`, 'wrong') })
    await flushRepeated(api.core)
    const found = await lines('operation=login,operation_result=false')
    expect(found.length - before).toBeLessThanOrEqual(22)
    expect(found.filter(({ username }) => username === '*').map(({ times }) => times)).toEqual([4, 1])
  })
})

describe('robots', () => {
  it('made, changed, given a new secret and deleted leave lines in their project', async () => {
    const permissions = [
      { kind: 'project', namespace: 'team', access: [{ resource: 'repository', action: 'pull' }] },
    ]
    const body = { name: 'ci', level: 'project', duration: 5, permissions }
    const made = await api.call('projectAdmin', 'CreateRobot', { body })
    const path = { robot_id: made.data.id! }
    await api.call('projectAdmin', 'UpdateRobot', { path, body: { disable: true } })
    await api.call('projectAdmin', 'RefreshSec', { path, body: {} })
    await api.call('projectAdmin', 'DeleteRobot', { path })
    const answer = await api.call('projectAdmin', 'getLogExts', {
      path: { project_name: 'team' },
      query: { q: 'resource_type=robot', sort: 'id' },
    })
    expect(answer.data.map(({ operation, resource }) => [operation, resource])).toEqual([
      ['create', 'robot$team+ci'],
      ['update', 'robot$team+ci'],
      ['refresh', 'robot$team+ci'],
      ['delete', 'robot$team+ci'],
    ])
    expect(answer.data[0]!.detail).toMatchObject({ permissions: { team: ['repository:pull'] } })
    expect(answer.text).not.toContain(made.data.secret)
  })

  it('show when they were used last, without a write per request', async () => {
    const permissions = [
      { kind: 'project', namespace: 'team', access: [{ resource: 'repository', action: 'pull' }] },
    ]
    const body = { name: 'used', level: 'project', duration: -1, permissions }
    const { id, name, secret } = (await api.call('root', 'CreateRobot', { body })).data
    const at = { path: { robot_id: id! } }
    expect((await api.call('root', 'GetRobotByID', at)).data.last_used_at).toBeUndefined()
    const use = () => api.raw('GET', '/api/v2.0/projects', { authorization: basic(name!, secret) })
    expect((await use()).status).toBe(200)
    const firstMs = clockMs
    await flushLastUsed(api.core)
    clockMs += 10_000
    await use()
    await flushLastUsed(api.core)
    const seen = () => api.call('root', 'GetRobotByID', at).then(({ data }) => data.last_used_at)
    expect(await seen()).toBe(new Date(firstMs).toISOString())
    clockMs += 25_000
    await use()
    await flushLastUsed(api.core)
    expect(await seen()).toBe(new Date(clockMs).toISOString())
    // What another node wrote later stays.
    const later = new Date(clockMs + 60_000)
    await database.db.prisma.robot.update({ where: { id: id! }, data: { lastUsedAt: later } })
    clockMs += 31_000
    await use()
    await flushLastUsed(api.core)
    expect(await seen()).toBe(later.toISOString())
  })
})

it('projects made, changed and deleted leave lines, with old and new settings', async () => {
  const path = { project_name_or_id: 'lived' }
  await api.call('dora', 'createProject', { body: { project_name: 'lived', metadata: { public: 'false' } } })
  await api.call('dora', 'updateProject', { path, body: { metadata: { public: 'true', severity: 'high' } } })
  const setting = { path: { ...path, meta_name: 'severity' } }
  await api.call('dora', 'updateProjectMetadata', { ...setting, body: { severity: 'low' } })
  await api.call('dora', 'deleteProjectMetadata', setting)
  await api.call('dora', 'deleteProject', { path })
  const found = await lines('resource_type=project,resource=lived', 'root', 'id')
  expect(found.map(({ operation, detail }) => [operation, detail?.old, detail?.new])).toEqual([
    ['create', undefined, undefined],
    ['update', { public: 'false', severity: null }, { public: 'true', severity: 'high' }],
    ['update', { severity: 'high' }, { severity: 'low' }],
    ['update', { severity: 'low' }, { severity: null }],
    ['delete', undefined, undefined],
  ])
  expect(new Set(found.map(({ project_id }) => project_id)).size).toBe(1)
})

it('settings leave a line with old and new values, of secrets only whether there is one, and none when nothing changes', async () => {
  const set = (body: Record<string, unknown>) => api.call('root', 'updateConfigurations', { body })
  expect((await set({ robot_token_duration: 7, oidc_client_secret: 'very-secret-1' })).status).toBe(200)
  await set({ robot_token_duration: 7 })
  await Promise.all([8, 9, 10].map((days) => set({ robot_token_duration: days })))
  const [first, ...others] = await lines('resource_type=configuration', 'root', 'id')
  expect(first).toMatchObject({ operation: 'update', resource: 'oidc_client_secret, robot_token_duration' })
  expect(first!.detail).toEqual({
    old: { oidc_client_secret: { secret: '' }, robot_token_duration: 30 },
    new: { oidc_client_secret: { secret: '***' }, robot_token_duration: 7 },
  })
  // Each line begins where the one before it ended, whoever came first.
  const steps = others.map(({ detail }) => detail as { old: Days; new: Days })
  type Days = { robot_token_duration: number }
  expect(steps).toHaveLength(3)
  let at = 7
  for (const step of steps) {
    expect(step.old.robot_token_duration).toBe(at)
    at = step.new.robot_token_duration
  }
})

it('members and groups leave lines: roles and limits as they were and are, and what a directory says of people', async () => {
  const path = { project_name_or_id: 'team' }
  const group = { group_name: 'builders', group_type: 3 }
  const mid = async (body: Record<string, unknown>) => {
    const made = await api.call('root', 'createProjectMember', { path, body })
    expect(made.status, made.text).toBe(201)
    return Number(made.headers.location!.split('/').at(-1))
  }
  const person = await mid({ role_id: 2, member_user: { username: 'dora' } })
  await api.call('root', 'updateProjectMember', {
    path: { ...path, mid: person },
    body: { role_id: 4, repositories: ['backend/**'] },
  })
  await api.call('root', 'deleteProjectMember', { path: { ...path, mid: person } })
  await mid({ role_id: 3, member_group: group })
  const found = await lines('resource_type=member,username=root', 'root', 'id')
  expect(found.map(({ operation, resource, detail }) => [operation, resource, detail])).toEqual([
    ['create', 'dora', { kind: 'user', role: 'developer', repositories: null }],
    [
      'update',
      'dora',
      {
        kind: 'user',
        old: { role: 'developer', repositories: null },
        new: { role: 'maintainer', repositories: ['backend/**'] },
      },
    ],
    ['delete', 'dora', { kind: 'user', role: 'maintainer' }],
    ['create', 'builders', { kind: 'group', role: 'guest', repositories: null }],
  ])
  expect(new Set(found.map(({ project_id }) => project_id))).toEqual(new Set([teamId]))
  expect(await lines('resource_type=user_group')).toMatchObject([
    { operation: 'create', resource: 'builders', username: 'root' },
  ])
  const dora = await database.db.prisma.user.findFirstOrThrow({ where: { username: 'dora' } })
  for (const groups of [[{ name: 'builders' }], [{ name: 'builders' }], []])
    await api.core.db.transaction((tx) => replaceMemberships(api.core, tx, dora.id, groupTypes.oidc, groups))
  const said = await lines('actor_kind=system,resource=dora,operation=update', 'root', 'id')
  expect(said.map(({ detail }) => detail)).toEqual([
    { groups: { joined: ['builders'], left: [] } },
    { groups: { joined: [], left: ['builders'] } },
  ])
})

describe('who reads', () => {
  it('administrators everything, project admins their projects, others nothing; strangers sign in first', async () => {
    const all = await api.call('root', 'listAuditLogExts', { query: { page_size: 100 } })
    expect(all.data.some(({ project_id }) => project_id === undefined)).toBe(true)
    const own = await api.call('projectAdmin', 'listAuditLogExts', { query: { page_size: 100 } })
    expect(own.data.length).toBeGreaterThan(0)
    expect(new Set(own.data.map(({ project_id }) => project_id))).toEqual(new Set([teamId]))
    for (const as of ['maintainer', 'guest', 'dora'])
      expect((await api.call(as, 'listAuditLogExts')).data, as).toEqual([])
    for (const op of ['listAuditLogs', 'listAuditLogExts', 'listAuditLogEventTypes'] as const)
      expect((await api.call(undefined, op)).status).toBe(401)
    const elsewhere = { path: { project_name: 'other' } }
    expect((await api.call('projectAdmin', 'getLogExts', elsewhere)).status).toBe(403)
    expect((await api.call('root', 'getLogs', { path: { project_name: 'nowhere' } })).status).toBe(404)
  })

  it('both of Harbor’s endpoints answer from the same lines, with pages', async () => {
    const page = { page: 2, page_size: 3 }
    const older = await api.call('root', 'listAuditLogs', { query: page })
    const newer = await api.call('root', 'listAuditLogExts', { query: page })
    expect(older.data.map(({ id }) => id)).toEqual(newer.data.map(({ id }) => id))
    expect(Object.keys(older.data[0]!).sort()).toEqual(
      ['id', 'op_time', 'operation', 'resource', 'resource_type', 'username'].sort(),
    )
    expect(newer.headers.link).toContain('rel="next"')
    const all = await lines('')
    expect(all.map(({ id }) => id)).toEqual(
      [...all].sort((a, b) => b.op_time!.localeCompare(a.op_time!) || b.id! - a.id!).map(({ id }) => id),
    )
  })

  it('filters by what an answer shows and by nothing else', async () => {
    const some = await lines('operation={create delete},resource_type=user')
    expect(new Set(some.map(({ operation }) => operation))).toEqual(new Set(['create', 'delete']))
    const before = (await lines('op_time=[~2020-01-01T00:00:00]')).length
    expect(before).toBe(0)
    expect((await lines('username=~ROO')).length).toBeGreaterThan(0)
    const everything = (await lines('')).length
    expect((await lines('detail=x,secret=y')).length).toBe(everything)
  })

  it('lists the types of events, those of Harbor under its names', async () => {
    const types = (await api.call('dora', 'listAuditLogEventTypes')).data.map(({ event_type }) => event_type)
    expect(types).toEqual(
      expect.arrayContaining([
        'create_user',
        'login_user',
        'create_robot',
        'update_configuration',
        'delete_member',
      ]),
    )
    const found = await lines('')
    for (const { operation, resource_type } of found) expect(types).toContain(`${operation}_${resource_type}`)
  })
})
