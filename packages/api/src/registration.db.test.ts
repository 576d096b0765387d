import { type TestDatabase, testDatabase } from '@berth/testing'
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import { openTestApi, PASSWORD, type TestApi } from './api.fixture.ts'

let database: TestDatabase
let api: TestApi
let clockMs = Date.now()

beforeAll(async () => {
  database = await testDatabase()
  api = await openTestApi(database.url, { now: () => clockMs })
  await api.addUser('root', { sysadmin: true })
  await api.addUser('person')
})
beforeEach(async () => {
  clockMs += 2 * 60 * 60_000
  await set({ self_registration: true, auth_mode: 'db_auth' })
})
afterAll(async () => {
  expect(api.failures).toEqual([])
  await api.close()
  await database.drop()
})

const set = (body: object) => api.call('root', 'updateConfigurations', { body: body as never })
const register = (username: string, more: object = {}, as?: string) =>
  api.call(as, 'createUser', { body: { username, password: PASSWORD, ...more } })

it('is off until it is set, and only while people come from here', async () => {
  await set({ self_registration: false })
  expect((await register('early')).status).toBe(401)
  await set({
    self_registration: true,
    ldap_url: 'ldap://127.0.0.1:1',
    ldap_base_dn: 'dc=x',
    auth_mode: 'ldap_auth',
  })
  expect((await register('early')).status).toBe(401)
  clockMs += 3_001
  expect((await api.call(undefined, 'getSystemInfo')).data.self_registration).toBe(false)
  await set({ auth_mode: 'db_auth' })
  clockMs += 3_001
  expect((await api.call(undefined, 'getSystemInfo')).data.self_registration).toBe(true)
})

it('makes an ordinary account that can sign in, whatever else is sent (CVE-2019-16097)', async () => {
  const more = {
    email: 'new@example.com',
    realname: 'New',
    sysadmin_flag: true,
    admin_role_in_auth: true,
    has_admin_role: true,
    role_id: 1,
    user_id: 1,
    disabled: false,
  }
  const made = await register('newcomer', more)
  expect(made.status).toBe(201)
  const { data } = await api.call('newcomer', 'getCurrentUserInfo')
  expect(data).toMatchObject({ username: 'newcomer', sysadmin_flag: false, admin_role_in_auth: false })
  expect((await api.call('newcomer', 'listUsers')).status).toBe(403)
  const [line] = await database.db.query<{ resource: string; actor_kind: string }>(
    `SELECT resource, actor_kind FROM audit_lines WHERE resource = 'newcomer' AND action = 'create'`,
  )
  expect(line).toMatchObject({ actor_kind: 'anonymous' })
})

it('is for who has no account: others are refused, and so are names of robots and weak passwords', async () => {
  expect((await register('second', {}, 'person')).status).toBe(403)
  expect((await register('robot$second')).status).toBe(400)
  expect((await register('second', { password: 'weak' })).status).toBe(400)
  expect((await register('Person')).status).toBe(409)
})

it('takes thirty names that were taken, and sixty accounts, from one network within an hour', async () => {
  for (let n = 0; n < 30; n++) expect((await register('person')).status).toBe(409)
  const late = await register('patient')
  expect([late.status, late.code]).toEqual([429, 'TOO_MANY_REQUEST'])
  expect(Number(late.headers['retry-after'])).toBeGreaterThan(0)
  expect((await register('made-by-root', {}, 'root')).status).toBe(201)
  clockMs += 60 * 60_000
  expect((await register('patient')).status).toBe(201)
})

it('uses nothing up for who mistypes: a class behind one address makes its accounts', async () => {
  for (let n = 0; n < 100; n++) expect((await register('typo', { password: 'weak' })).status).toBe(400)
  const made = await Promise.all(Array.from({ length: 61 }, (_, n) => register(`pupil-${n}`)))
  expect(made.filter(({ status }) => status === 201)).toHaveLength(60)
  expect(made.filter(({ status }) => status === 429)).toHaveLength(1)
})
