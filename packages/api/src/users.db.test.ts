import { SYSTEM } from '@berth/core/authorization'
import { signIn } from '@berth/core/sessions'
import { setDisabled } from '@berth/core/users'
import { type TestDatabase, testDatabase } from '@berth/testing'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { basic, openTestApi, PASSWORD, type TestApi } from './api.fixture.ts'

let database: TestDatabase
let api: TestApi
const ids: Record<string, number> = {}

beforeAll(async () => {
  database = await testDatabase()
  api = await openTestApi(database.url)
  for (const name of ['root', 'jane', 'john'])
    ids[name] = (await api.addUser(name, { sysadmin: name === 'root' })).id
})
afterAll(async () => {
  expect(api.failures).toEqual([])
  await api.close()
  await database.drop()
})

const path = (name: string) => ({ path: { user_id: ids[name] ?? Number(name) } })

describe('listUsers', () => {
  it('200 for administrators, with the total', async () => {
    const { status, data, headers } = await api.call('root', 'listUsers', {
      query: { page_size: 2, sort: 'username' },
    })
    expect(status).toBe(200)
    expect(data.map((user) => user.username)).toEqual(['jane', 'john'])
    expect(headers['x-total-count']).toBe('3')
    expect(headers.link).toBe('</api/v2.0/users?page_size=2&sort=username&page=2>; rel="next"')
  })
  it('finds by q', async () => {
    const { data } = await api.call('root', 'listUsers', { query: { q: 'username=~JO' } })
    expect(data.map((user) => user.username)).toEqual(['john'])
  })
  it('401 and 403 for the others', async () => {
    expect((await api.call(undefined, 'listUsers')).status).toBe(401)
    expect((await api.call('jane', 'listUsers')).status).toBe(403)
  })
  it('400 for a broken q', async () => {
    expect((await api.call('root', 'listUsers', { query: { q: 'x' } })).status).toBe(400)
  })
  it('gives the total also behind the last page', async () => {
    const { data, headers } = await api.call('root', 'listUsers', { query: { page: 9 } })
    expect(data).toEqual([])
    expect(headers['x-total-count']).toBe('3')
    expect(headers.link).toContain('page=8')
  })
})

describe('createUser', () => {
  const body = {
    username: 'new.person',
    password: PASSWORD,
    email: 'new@example.com',
    realname: 'New Person',
  }
  it('201 with the place of the new account, which can sign in', async () => {
    const { status, headers, text } = await api.call('root', 'createUser', { body })
    expect([status, text]).toEqual([201, ''])
    expect(headers.location).toMatch(/^\/api\/v2\.0\/users\/\d+$/)
    const { data } = await api.call('new.person', 'getCurrentUserInfo')
    expect(data).toMatchObject({ username: 'new.person', email: 'new@example.com', sysadmin_flag: false })
  })
  it('409 for a name or address that is taken, whatever its case', async () => {
    expect(
      (await api.call('root', 'createUser', { body: { ...body, email: 'other@example.com' } })).status,
    ).toBe(409)
    expect((await api.call('root', 'createUser', { body: { ...body, username: 'NEW.Person' } })).status).toBe(
      409,
    )
    const sameAddress = { ...body, username: 'other', email: 'NEW@example.com' }
    expect((await api.call('root', 'createUser', { body: sameAddress })).status).toBe(409)
  })
  it.each([{ ...body, password: 'short' }, { ...body, username: 'a:b' }, { ...body, email: 'nobody' }, {}])(
    '400 for %j',
    async (bad) => {
      expect((await api.call('root', 'createUser', { body: bad })).status).toBe(400)
    },
  )
  it('401 and 403 for the others: nobody registers themselves', async () => {
    expect((await api.call(undefined, 'createUser', { body })).status).toBe(401)
    expect((await api.call('jane', 'createUser', { body })).status).toBe(403)
  })
})

describe('searchUsers', () => {
  it('200 with ids and names only', async () => {
    const { data, headers } = await api.call('jane', 'searchUsers', { query: { username: 'JAN' } })
    expect(data).toEqual([{ user_id: ids.jane, username: 'jane' }])
    expect(headers['x-total-count']).toBe('1')
  })
  it('401 without sign-in', async () => {
    expect((await api.call(undefined, 'searchUsers', { query: { username: 'a' } })).status).toBe(401)
  })
})

describe('getCurrentUserInfo', () => {
  it('200 for whoever signed in, 401 for nobody and for a wrong password', async () => {
    expect((await api.call('jane', 'getCurrentUserInfo')).data.user_id).toBe(ids.jane)
    expect((await api.call(undefined, 'getCurrentUserInfo')).status).toBe(401)
    const wrong = await api.raw('GET', '/api/v2.0/users/current', {
      authorization: basic('jane', 'Wrong0ne'),
    })
    expect([wrong.status, wrong.code]).toEqual([401, 'UNAUTHORIZED'])
  })
})

describe('getUser', () => {
  it('200 for oneself and for administrators', async () => {
    expect((await api.call('jane', 'getUser', path('jane'))).data.username).toBe('jane')
    expect((await api.call('root', 'getUser', path('jane'))).data.username).toBe('jane')
  })
  it('401, 403 and 404: only administrators learn who is not there', async () => {
    expect((await api.call(undefined, 'getUser', path('jane'))).status).toBe(401)
    expect((await api.call('jane', 'getUser', path('john'))).status).toBe(403)
    expect((await api.call('jane', 'getUser', path('999999'))).status).toBe(403)
    expect((await api.call('root', 'getUser', path('999999'))).status).toBe(404)
    expect((await api.call('root', 'getUser', path('99999999999'))).status).toBe(404)
  })
})

describe('updateUserProfile', () => {
  it('200 and absent fields stay', async () => {
    expect(
      (
        await api.call('jane', 'updateUserProfile', {
          ...path('jane'),
          body: { realname: 'Jane', email: 'jane@example.com' },
        })
      ).status,
    ).toBe(200)
    expect(
      (await api.call('jane', 'updateUserProfile', { ...path('jane'), body: { comment: 'hello' } })).status,
    ).toBe(200)
    const { data } = await api.call('jane', 'getCurrentUserInfo')
    expect(data).toMatchObject({ realname: 'Jane', comment: 'hello', email: 'jane@example.com' })
  })
  it('400, 401, 403, 404, 409', async () => {
    const change = async (as: string | undefined, whom: string, body: Record<string, unknown>) =>
      (await api.call(as, 'updateUserProfile', { ...path(whom), body })).status
    expect(await change('jane', 'jane', { email: 'x' })).toBe(400)
    expect(await change(undefined, 'jane', {})).toBe(401)
    expect(await change('john', 'jane', { realname: 'x' })).toBe(403)
    expect(await change('root', '999999', { realname: 'x' })).toBe(404)
    expect(await change('john', 'john', { email: 'JANE@example.com' })).toBe(409)
  })
})

describe('setUserSysAdmin', () => {
  const set = async (as: string | undefined, whom: string, flag?: boolean) =>
    (await api.call(as, 'setUserSysAdmin', { ...path(whom), body: { sysadmin_flag: flag } })).status
  it('200 both ways, and counts at once', async () => {
    expect(await set('root', 'john', true)).toBe(200)
    expect((await api.call('john', 'listUsers')).status).toBe(200)
    expect(await set('root', 'john', false)).toBe(200)
    expect((await api.call('john', 'listUsers')).status).toBe(403)
  })
  it('400, 401, 403, 404', async () => {
    expect(await set('root', 'john')).toBe(400)
    expect(await set(undefined, 'john', true)).toBe(401)
    expect(await set('john', 'john', true)).toBe(403)
    expect(await set('root', '999999', true)).toBe(404)
  })
  it('403 for the last administrator, who stays one', async () => {
    expect(await set('root', 'root', false)).toBe(403)
    expect((await api.call('root', 'getCurrentUserInfo')).data.sysadmin_flag).toBe(true)
  })
})

describe('setUserDisabled', () => {
  const set = async (as: string | undefined, whom: string, disabled?: boolean) =>
    (await api.call(as, 'setUserDisabled', { ...path(whom), body: { disabled } as { disabled: boolean } }))
      .status
  it('200, and all that the person holds ends at once and for good', async () => {
    const { id } = await api.addUser('held')
    const { secret } = await signIn(api.core, {
      username: 'held',
      password: PASSWORD,
      address: '',
      userAgent: '',
    })
    const bySession = async () =>
      (await api.raw('GET', '/api/v2.0/users/current', { cookie: `sid=${secret}` })).status
    const byPassword = async () => (await api.call('held', 'getCurrentUserInfo')).status
    expect([await bySession(), await byPassword()]).toEqual([200, 200])
    expect(await set('root', String(id), true)).toBe(200)
    expect([await bySession(), await byPassword()]).toEqual([401, 401])
    const { data } = await api.call('root', 'listUsers', { query: { q: 'disabled=true' } })
    expect(data).toMatchObject([{ username: 'held', disabled: true }])
    expect(await set('root', String(id), false)).toBe(200)
    expect([await bySession(), await byPassword()]).toEqual([401, 200])
    expect((await api.call('held', 'getCurrentUserInfo')).data.disabled).toBe(false)
  })
  it('401, 403, 404, 422', async () => {
    expect(await set('root', 'john')).toBe(422)
    expect(await set(undefined, 'john', true)).toBe(401)
    expect(await set('john', 'jane', true)).toBe(403)
    expect(await set('john', 'john', false)).toBe(403)
    expect(await set('root', '999999', true)).toBe(404)
    expect(await set('root', '999999', false)).toBe(404)
  })
  it('403 for oneself, also when there are other administrators; and for the last one who is enabled', async () => {
    await api.call('root', 'setUserSysAdmin', { ...path('john'), body: { sysadmin_flag: true } })
    expect(await set('root', 'root', true)).toBe(403)
    expect(await set('john', 'root', true)).toBe(200)
    await expect(setDisabled(api.core, SYSTEM, ids.john!, true)).rejects.toMatchObject({ code: 'FORBIDDEN' })
    expect(await set('john', 'root', false)).toBe(200)
    await api.call('root', 'setUserSysAdmin', { ...path('john'), body: { sysadmin_flag: false } })
  })
})

describe('updateUserPassword', () => {
  const change = async (as: string | undefined, whom: string, body: Record<string, unknown>) =>
    (await api.call(as, 'updateUserPassword', { ...path(whom), body })).status
  const signsIn = async (name: string, password: string) =>
    (await api.raw('GET', '/api/v2.0/users/current', { authorization: basic(name, password) })).status === 200

  it('200 with the old one; from then on only the new one counts', async () => {
    expect(await signsIn('john', PASSWORD)).toBe(true)
    expect(await change('john', 'john', { old_password: PASSWORD, new_password: 'An0therOne' })).toBe(200)
    expect(await signsIn('john', PASSWORD)).toBe(false)
    expect(await signsIn('john', 'An0therOne')).toBe(true)
    expect(await change('root', 'john', { new_password: PASSWORD })).toBe(200)
    expect(await signsIn('john', PASSWORD)).toBe(true)
  })
  it('400, 401, 403, 404', async () => {
    expect(await change('john', 'john', { old_password: PASSWORD, new_password: 'weak' })).toBe(400)
    expect(await change('john', 'john', { old_password: PASSWORD, new_password: PASSWORD })).toBe(400)
    expect(await change('john', 'john', {})).toBe(400)
    expect(await change(undefined, 'john', { new_password: 'An0therOne' })).toBe(401)
    expect(await change('john', 'john', { old_password: 'Wrong0ne', new_password: 'An0therOne' })).toBe(403)
    expect(await change('john', 'john', { new_password: 'An0therOne' })).toBe(403)
    expect(await change('john', 'jane', { old_password: PASSWORD, new_password: 'An0therOne' })).toBe(403)
    expect(await change('root', '999999', { new_password: 'An0therOne' })).toBe(404)
    expect(await signsIn('jane', PASSWORD)).toBe(true)
  })
  it('403 for people who come from elsewhere, also by administrators; the list tells them apart', async () => {
    const { id } = await api.addUser('erin')
    ids.erin = id
    await api.core.db.prisma.user.update({ where: { id }, data: { authSource: 'ldap', passwordHash: null } })
    expect(await change('root', 'erin', { new_password: 'An0therOne' })).toBe(403)
    expect(await signsIn('erin', 'An0therOne')).toBe(false)
    const { data } = await api.call('root', 'listUsers', { query: { q: 'auth_source=ldap' } })
    expect(data.map(({ username, auth_source }) => [username, auth_source])).toEqual([['erin', 'ldap']])
    await api.call('root', 'deleteUser', path('erin'))
  })
})

describe('deleteUser', () => {
  const remove = async (as: string | undefined, whom: string) =>
    (await api.call(as, 'deleteUser', path(whom))).status
  it('401, 403, 404; nobody deletes themselves', async () => {
    expect(await remove(undefined, 'jane')).toBe(401)
    expect(await remove('john', 'jane')).toBe(403)
    expect(await remove('root', 'root')).toBe(403)
    expect(await remove('root', '999999')).toBe(404)
  })
  it('200, and the person is gone at once', async () => {
    await api.addUser('brief')
    const { id } = await api.addUser('briefer')
    expect((await api.call('briefer', 'getCurrentUserInfo')).status).toBe(200)
    expect(await remove('root', String(id))).toBe(200)
    expect((await api.call('briefer', 'getCurrentUserInfo')).status).toBe(401)
  })
})
