import { type FakeDirectory, sampleEntries, startFakeDirectory } from '@berth/ldap-client/fake'
import { createAuthority, type TestDatabase, testDatabase } from '@berth/testing'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { basic, openTestApi, type TestApi } from './api.fixture.ts'

const BASE = 'dc=example,dc=com'
let database: TestDatabase
let api: TestApi
let fake: FakeDirectory
let away: FakeDirectory

beforeAll(async () => {
  database = await testDatabase()
  api = await openTestApi(database.url)
  fake = await startFakeDirectory({ entries: sampleEntries() })
  away = await startFakeDirectory({ entries: sampleEntries() })
  await api.addUser('root', { sysadmin: true })
  await api.addUser('bob')
  await configure({})
})
afterEach(() => {
  fake.faults.length = 0
  away.requests.binds.length = 0
})
afterAll(async () => {
  await api.close()
  await Promise.all([fake.close(), away.close()])
  await database.drop()
})

const configure = (changes: object) =>
  api.call('root', 'updateConfigurations', {
    body: {
      auth_mode: 'ldap_auth',
      ldap_url: fake.url,
      ldap_base_dn: `ou=people,${BASE}`,
      ldap_uid: 'uid',
      ldap_login_attributes: 'mail',
      ldap_search_dn: `cn=search,${BASE}`,
      ldap_search_password: 'search-secret',
      ldap_group_base_dn: `ou=groups,${BASE}`,
      ldap_timeout: 1,
      ...changes,
    } as never,
  })

describe('ping', () => {
  it('uses the stored settings, or those that are given', async () => {
    expect((await api.call('root', 'pingLdap')).data).toEqual({ success: true, message: '' })
    const wrong = { ldap_search_password: 'wrong', ldap_connection_timeout: 1 }
    const { status, data } = await api.call('root', 'pingLdap', { body: wrong })
    expect([status, data.success]).toEqual([200, false])
    expect(data.message).toMatch(/password is wrong/)
  })

  it('never sends the stored password to a server that it is not stored for', async () => {
    const answer = await api.call('root', 'pingLdap', { body: { ldap_url: away.url } })
    expect([answer.status, answer.text]).toEqual([400, expect.stringContaining('ldap_search_password')])
    expect(away.requests.binds).toEqual([])
    const given = { ldap_url: away.url, ldap_search_password: 'search-secret' }
    expect((await api.call('root', 'pingLdap', { body: given })).data.success).toBe(true)
  })

  it('is 400 for settings that are none', async () => {
    for (const body of [{ ldap_scope: 7 }, { ldap_connection_timeout: 0 }])
      expect((await api.call('root', 'pingLdap', { body })).status).toBe(400)
    const http = await api.call('root', 'pingLdap', {
      body: { ldap_url: 'http://169.254.169.254/', ldap_search_password: 'x' },
    })
    expect(http.data).toMatchObject({ success: false })
  })
})

describe('the check', () => {
  const check = async (body: object) => (await api.call('root', 'checkLdap', { body: body as never })).data

  it('never sends the stored password where another authority vouches for the server', async () => {
    const before = fake.requests.binds.length
    const configuration = { ldap_ca: createAuthority().certificatePem }
    const answer = await api.call('root', 'checkLdap', { body: { configuration } })
    expect([answer.status, answer.text]).toEqual([400, expect.stringContaining('ldap_search_password')])
    expect(fake.requests.binds).toHaveLength(before)
  })

  it('goes through all steps, down to a person’s groups, with settings that are not stored yet', async () => {
    const { success, steps } = await check({
      configuration: { ldap_group_nested: 'walk' },
      username: 'ann',
      password: 'ann-secret',
    })
    expect(success).toBe(true)
    expect(steps.map(({ step, outcome }) => `${step} ${outcome}`)).toEqual([
      'settings ok',
      'connect ok',
      'bind ok',
      'user ok',
      'password ok',
      'groups ok',
    ])
    expect(steps.at(-1)?.found).toEqual([`cn=developers,ou=groups,${BASE}`, `cn=staff,ou=groups,${BASE}`])
    const { data } = await api.call('root', 'getConfigurations')
    expect(data.ldap_group_nested?.value).toBe('none')
  })

  it('says with the directory’s number and a hint what is wrong', async () => {
    const password = await check({ username: 'ann', password: 'wrong' })
    expect(password.success).toBe(false)
    expect(password.steps.find(({ step }) => step === 'password')).toMatchObject({
      outcome: 'failed',
      result_code: 49,
      result_name: 'invalidCredentials',
    })
    const base = await check({ configuration: { ldap_base_dn: `ou=nowhere,${BASE}` }, username: 'ann' })
    expect(base.steps.find(({ step }) => step === 'user')).toMatchObject({
      result_code: 32,
      hint: expect.any(String),
    })
    const filter = await check({ configuration: { ldap_filter: '(uid=' } })
    expect(filter.steps.map(({ outcome }) => outcome)).toEqual(['failed', 'skipped', 'skipped', 'skipped'])
  })
})

describe('people of the directory', () => {
  it('are found by a part of a name', async () => {
    const { data } = await api.call('root', 'searchLdapUser', { query: { username: 'ann' } })
    expect(data).toEqual([{ username: 'ann', realname: 'Ann Example', email: 'ann@example.com' }])
    expect((await api.call('root', 'searchLdapUser')).data).toHaveLength(2)
    expect((await api.call('root', 'searchLdapUser', { query: { username: '*)(uid=*' } })).data).toEqual([])
    const lines = await api.call('root', 'listAuditLogExts', {
      query: { q: 'resource_type=directory', sort: 'id' },
    })
    expect(lines.data.map(({ username, operation, resource }) => [username, operation, resource])).toEqual([
      ['root', 'read', 'ann'],
      ['root', 'read', ''],
      ['root', 'read', '*)(uid=*'],
    ])
  })

  it('are imported; 404 lists those who could not be, each with the reason', async () => {
    const uids = ['ann', 'bob', 'nobody', '', 'ann']
    const answer = await api.call('root', 'importLdapUser', { body: { ldap_uid_list: uids } })
    expect([answer.status, answer.data]).toEqual([
      404,
      [
        { uid: 'bob', error: 'name_taken' },
        { uid: 'nobody', error: 'unknown_user' },
        { uid: '', error: 'empty_uid' },
      ],
    ])
    const again = await api.call('root', 'importLdapUser', { body: { ldap_uid_list: ['ann@example.com'] } })
    expect(again.status).toBe(200)
    const people = await api.call('root', 'listUsers', { query: { q: 'username=ann' } })
    expect(people.data).toMatchObject([{ email: 'ann@example.com', auth_source: 'ldap' }])
    const many = { ldap_uid_list: Array<string>(501).fill('x') }
    expect((await api.call('root', 'importLdapUser', { body: many })).status).toBe(400)
  })

  it('sign in, and nobody gives them a password here', async () => {
    const authorization = basic('ann@example.com', 'ann-secret')
    const me = await api.raw('GET', '/api/v2.0/users/current', { authorization })
    const { user_id, username } = JSON.parse(me.text)
    expect([me.status, username]).toEqual([200, 'ann'])
    const answer = await api.call('root', 'updateUserPassword', {
      path: { user_id },
      body: { new_password: 'An0therOne' },
    })
    expect(answer.status).toBe(403)
  })
})

it('somebody of the directory becomes a member before the first sign-in; a name that it does not know is 404', async () => {
  const attributes = { objectClass: 'inetOrgPerson', uid: 'newcomer', cn: 'newcomer', mail: 'n@example.com' }
  fake.tree.entries.push({ dn: `uid=newcomer,ou=people,${BASE}`, password: 'newcomer-secret', attributes })
  await api.addProject('team')
  const join = (username: string) =>
    api.call('root', 'createProjectMember', {
      path: { project_name_or_id: 'team' },
      body: { role_id: 2, member_user: { username } },
    })
  expect((await join('newcomer')).status).toBe(201)
  expect((await join('newcomer')).status).toBe(409)
  expect((await join('nobody')).status).toBe(404)
  const authorization = basic('newcomer', 'newcomer-secret')
  expect((await api.raw('GET', '/api/v2.0/projects/team', { authorization })).status).toBe(200)
})

it('groups are found by a part of the name or by DN', async () => {
  const staff = `cn=staff,ou=groups,${BASE}`
  const { data } = await api.call('root', 'searchLdapGroup', { query: { groupname: 'taf' } })
  expect(data).toEqual([{ id: 0, group_name: 'staff', group_type: 1, ldap_group_dn: staff }])
  expect((await api.call('root', 'searchLdapGroup', { query: { groupdn: staff } })).data).toHaveLength(1)
  expect((await api.call('root', 'searchLdapGroup', { query: { groupdn: 'no dn' } })).data).toEqual([])
})

it('a directory that fails is 503 with a sentence: for those who sign in, and with its number for administrators', async () => {
  fake.faults.push(51, 51, 51)
  const search = await api.call('root', 'searchLdapUser', { query: { username: 'ann' } })
  expect([search.status, search.code, search.text]).toEqual([
    503,
    'UNAVAILABLE',
    expect.stringContaining('51'),
  ])
  fake.faults.push(51, 51, 51)
  const authorization = basic('stranger', 'secret')
  const answer = await api.raw('GET', '/api/v2.0/users/current', { authorization })
  expect([answer.status, answer.text]).toEqual([503, expect.stringContaining('sign in with a local account')])
  expect(answer.text).not.toMatch(/127\.0\.0\.1|\(51\)|busy/)
  api.failures.length = 0
})

it('without a directory there is nothing to search or to test: 400', async () => {
  await configure({ auth_mode: 'db_auth', ldap_url: '' })
  for (const op of ['searchLdapUser', 'searchLdapGroup', 'pingLdap', 'checkLdap'] as const)
    expect((await api.call('root', op)).status, op).toBe(400)
  await configure({})
})
