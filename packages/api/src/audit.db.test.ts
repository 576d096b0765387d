import { flushRepeated } from '@berth/core/audit'
import { endSession, signIn } from '@berth/core/sessions'
import { testDatabase } from '@berth/testing'
import { describe, expect, it } from 'vitest'
import { basic, PASSWORD } from './api.fixture.ts'
import { api, clockMs, database, lines, pass, prepareAudit, teamId } from './audit.fixture.ts'

// A line, those of signing in, and who reads them.

prepareAudit(testDatabase)

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
      pass(61_000)
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
