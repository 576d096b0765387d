import { type TestDatabase, testDatabase } from '@berth/testing'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { openTestApi, type TestApi } from './api.fixture.ts'

let database: TestDatabase
let api: TestApi

beforeAll(async () => {
  database = await testDatabase()
  api = await openTestApi(database.url)
  await api.addUser('root', { sysadmin: true })
  await api.addUser('person')
})
afterAll(async () => {
  await api.close()
  await database.drop()
})

const put = (body: object) => api.call('root', 'updateConfigurations', { body: body as never })
const readOnly = async () => (await api.call('root', 'getConfigurations')).data.read_only

it('settings come with their value and whether they can be changed', async () => {
  const { data } = await api.call('root', 'getConfigurations')
  expect(data).toMatchObject({
    read_only: { value: false, editable: true },
    auth_mode: { value: 'db_auth', editable: true },
    project_creation_restriction: { value: 'everyone', editable: true },
    session_timeout: { value: 60, editable: true },
    token_expiration: { value: 30, editable: true },
    quota_per_project_enable: { value: true, editable: false },
  })
})

it('the read-only switch is kept, shown in the system’s info, and stops changes', async () => {
  expect((await put({ read_only: true })).status).toBe(200)
  expect(await readOnly()).toEqual({ value: true, editable: true })
  expect((await api.call('person', 'getSystemInfo')).data.read_only).toBe(true)
  expect((await api.call(undefined, 'getSystemInfo')).data.read_only).toBeUndefined()
  const quota = { path: { id: 1 }, body: { hard: { storage: 1 } } }
  for (const answer of [
    await api.call('root', 'CreateLabel', { body: { name: 'x', scope: 'g' } }),
    await api.call('root', 'createProject', { body: { project_name: 'late' } }),
    await api.call('root', 'deleteProject', { path: { project_name_or_id: 'late' } }),
    await api.call('root', 'updateQuota', quota),
    await api.call('root', 'startRegistryWalk', { body: { kind: 'adopt' } }),
    await api.call('root', 'createUser', { body: { username: 'late' } }),
  ])
    expect([answer.status, answer.code]).toEqual([403, 'DENIED'])
  expect((await api.call('root', 'stopRegistryWalk', { path: { id: 1 } })).status).toBe(404)
  expect((await put({ read_only: false })).status).toBe(200)
  expect((await api.call('person', 'getSystemInfo')).data.read_only).toBe(false)
})

it('what clients send back unchanged is taken; null and nothing change nothing', async () => {
  await put({ read_only: true })
  expect((await put({ auth_mode: 'db_auth', self_registration: false, read_only: null })).status).toBe(200)
  expect((await put({})).status).toBe(200)
  expect(await readOnly()).toMatchObject({ value: true })
  await put({ read_only: false })
})

it('settings that only Harbor has are taken as Harbor has them, and refused by name with another value', async () => {
  const body = { notification_enable: true, uaa_endpoint: '', scanner_skip_update_pulltime: false }
  const other = { quota_per_project_enable: true, uaa_client_id: '', banner_message: '' }
  expect((await put({ ...body, ...other, robot_token_duration: 31 })).status).toBe(200)
  const { data } = await api.call('root', 'getConfigurations')
  expect(data.robot_token_duration).toMatchObject({ value: 31 })
  expect(data.uaa_endpoint).toBeUndefined()
  for (const change of [
    { uaa_endpoint: 'https://uaa.example' },
    { quota_per_project_enable: false },
    { http_authproxy_skip_search: true },
  ]) {
    const answer = await put({ robot_token_duration: 32, ...change })
    expect([answer.status, answer.code]).toEqual([400, 'BAD_REQUEST'])
    expect(answer.text).toContain(`${Object.keys(change)[0]} cannot be changed`)
  }
  expect((await api.call('root', 'getConfigurations')).data.robot_token_duration).toMatchObject({ value: 31 })
})

it('projects are made by administrators only when that is set', async () => {
  const make = async (as: string, name: string) =>
    (await api.call(as, 'createProject', { body: { project_name: name } })).status
  const mayCreate = async (as: string) =>
    (await api.call(as, 'getCurrentUserPermissions')).data.some(
      ({ resource, action }) => resource === '/project' && action === 'create',
    )
  expect(await make('person', 'first')).toBe(201)
  expect(await mayCreate('person')).toBe(true)
  expect((await put({ project_creation_restriction: 'adminonly' })).status).toBe(200)
  expect([await make('person', 'second'), await make('root', 'third')]).toEqual([403, 201])
  expect([await mayCreate('person'), await mayCreate('root')]).toEqual([false, true])
  expect((await api.call('person', 'getSystemInfo')).data.project_creation_restriction).toBe('adminonly')
  expect((await put({ project_creation_restriction: 'everyone' })).status).toBe(200)
  expect(await make('person', 'second')).toBe(201)
})

it('all is refused when one setting is', async () => {
  for (const body of [
    { auth_mode: 'ldap_auth' },
    { auth_mode: 'uaa_auth' },
    { ldap_url: 'http://x', ldap_base_dn: 'dc=x' },
    { uaa_endpoint: 'x' },
    { read_only: 'true' },
    { token_expiration: 0 },
    { session_timeout: 43_201 },
    { project_creation_restriction: 'nobody' },
    { self_registration: 'yes' },
  ]) {
    expect((await put({ read_only: true, ...body })).status).toBeGreaterThanOrEqual(400)
    expect(await readOnly()).toMatchObject({ value: false })
  }
})

it('writers at the same moment, the first ones included, all succeed', async () => {
  await database.db.prisma.systemProperty.deleteMany({ where: { name: 'configuration.read_only' } })
  const answers = await Promise.all(Array.from({ length: 8 }, (_, n) => put({ read_only: n % 2 === 0 })))
  expect(answers.map(({ status }) => status)).toEqual(Array(8).fill(200))
  await put({ read_only: false })
})

it('a secret is kept encrypted and never answered', async () => {
  const password = 'Directory-secret-1'
  expect((await put({ ldap_search_dn: 'cn=search,dc=x', ldap_search_password: password })).status).toBe(200)
  const answer = await api.call('root', 'getConfigurations')
  expect(answer.data).toMatchObject({ ldap_search_dn: { value: 'cn=search,dc=x' } })
  expect(answer.text).not.toMatch(/password|Directory-secret/)
  const rows = await database.db.prisma.systemProperty.findMany()
  expect(JSON.stringify(rows)).not.toContain(password)
  const [{ detail } = { detail: null }] = await database.db.query<{ detail: unknown }>(
    `SELECT detail FROM audit_lines WHERE resource_type = 'configuration' ORDER BY id DESC LIMIT 1`,
  )
  expect(JSON.stringify(detail)).not.toContain(password)
})

it('settings of the directory that cannot work are refused with what is wrong', async () => {
  const server = { ldap_url: 'ldap://ldap.example.com', ldap_base_dn: 'dc=example,dc=com' }
  for (const [body, words] of [
    [{ ...server, ldap_url: 'http://ldap.example.com' }, /ldap:\/\//],
    [{ ...server, ldap_url: 'ldap://user:pw@ldap.example.com' }, /scheme, host and port/],
    [{ ...server, ldap_base_dn: 'example.com' }, /distinguished name/],
    [{ ...server, ldap_filter: '(uid=' }, /filter/i],
    [{ ...server, ldap_uid: 'u)(d' }, /attribute/i],
    [{ ...server, ldap_group_base_dn: 'ou=groups,dc=x', ldap_group_search_filter: 'x' }, /filter/i],
    [{ ldap_ca: 'no certificate' }, /ldap_ca/],
    [{ ldap_scope: 3 }, /ldap_scope/],
    [{ ldap_refresh_interval: 1 }, /ldap_refresh_interval/],
  ] as const) {
    const answer = await put(body)
    expect([answer.status, answer.code], JSON.stringify(body)).toEqual([400, 'BAD_REQUEST'])
    expect(answer.text).toMatch(words)
  }
  expect((await put({ ...server, ldap_search_password: 'Directory-secret-1' })).status).toBe(200)
  expect((await put({ ldap_url: 'ldap://ldap.example.com ldap://evil.example.com' })).text).toMatch(
    /give ldap_search_password again/,
  )
  // On a worse protected way it does not go either; a better one needs no word.
  const password = { ldap_search_password: 'Directory-secret-1' }
  const weaker = [{ ldap_verify_cert: false }, { ldap_start_tls: false }]
  expect((await put({ ldap_start_tls: true })).status).toBe(200)
  for (const way of weaker) {
    expect((await put(way)).text).toMatch(/give ldap_search_password again/)
    expect((await put({ ...way, ...password })).status).toBe(200)
  }
  expect((await put({ ldap_verify_cert: true })).status).toBe(200)
  expect((await put({ ldap_url: '' })).status).toBe(200)
})
