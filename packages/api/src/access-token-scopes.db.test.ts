import { limitScopes } from '@berth/core/authorization'
import { type TestDatabase, testDatabase } from '@berth/testing'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { openTokenWorld, type TokenWorld } from './access-tokens.fixture.ts'
import { basic, openTestApi, PASSWORD, type TestApi } from './api.fixture.ts'

// What a token may do of what its owner may.

let database: TestDatabase
let api: TestApi
let ids: TokenWorld['ids']
let make: TokenWorld['make']
let ask: TokenWorld['ask']
let statusOf: TokenWorld['statusOf']

beforeAll(async () => {
  database = await testDatabase()
  api = await openTestApi(database.url)
  ;({ ids, make, ask, statusOf } = await openTokenWorld(api))
})
afterAll(async () => {
  expect(api.failures).toEqual([])
  await api.close()
  await database.drop()
})

const reading = { name: 'reading', scopes: ['api:read'] }
it('without `api` nothing of the API, with `api:read` no change, with `api:write` both', async () => {
  const label = (name: string) => ({ name, scope: 'p', project_id: ids.team })
  const verdicts: Record<string, unknown> = {}
  for (const scope of limitScopes) {
    const { authorization } = await make('maintainer', [scope])
    verdicts[scope] = [
      await statusOf(authorization, 'GET', '/projects'),
      await statusOf(authorization, 'GET', '/users/current'),
      await statusOf(authorization, 'GET', '/projects/team/repositories'),
      await statusOf(authorization, 'POST', '/labels', label(scope)),
    ]
  }
  expect(verdicts).toEqual({
    pull: [403, 403, 403, 403],
    push: [403, 403, 403, 403],
    'api:read': [200, 200, 200, 403],
    'api:write': [200, 200, 200, 201],
  })
})

it('a token makes no tokens, changes no password, appoints nobody, whatever its scopes and its owner', async () => {
  const { authorization } = await make('root', [...limitScopes])
  expect(await statusOf(authorization, 'POST', '/users/current/tokens', reading)).toBe(403)
  const password = { old_password: PASSWORD, new_password: 'An0therOne' }
  expect(await statusOf(authorization, 'PUT', `/users/${ids.root}/password`, password)).toBe(403)
  expect(await statusOf(authorization, 'PUT', `/users/${ids.outsider}/password`, password)).toBe(403)
  const appoint = { sysadmin_flag: true }
  expect(await statusOf(authorization, 'PUT', `/users/${ids.outsider}/sysadmin`, appoint)).toBe(403)
  // What an administrator's token is for:
  expect(await statusOf(authorization, 'GET', '/users')).toBe(200)
  expect(await statusOf(authorization, 'GET', '/configurations')).toBe(200)
})

it('nor does one change how people come in, what Berth reaches and what the log leaves out', async () => {
  const tokens = await Promise.all([make('root', ['api:write']), make('root', [...limitScopes])])
  const before = (await api.call('root', 'getConfigurations')).data
  for (const { authorization } of tokens) {
    const put = (body: object) => statusOf(authorization, 'PUT', '/configurations', body)
    for (const body of [
      { auth_mode: 'oidc_auth', oidc_endpoint: 'https://mine.example', oidc_admin_group: 'all' },
      { auth_mode: 'db_auth' },
      { oidc_admin_group: 'all' },
      { ldap_url: 'ldap://mine.example', ldap_group_admin_dn: 'cn=all' },
      { ldap_group_admin_dn: 'cn=all' },
      { self_registration: true },
      { primary_auth_mode: true },
      { outbound_allowed_hosts: '10.0.0.0/8' },
      { smtp_host: 'mail.mine.example' },
      { token_expiration: 10_080 },
      { session_timeout: 43_200 },
      { disabled_audit_log_event_types: 'login_user' },
      { pull_audit_log_disable: true },
      // Nor beside what it may change.
      { read_only: true, session_timeout: 43_200 },
    ])
      expect.soft(await put(body), JSON.stringify(body)).toBe(403)
    const place = { name: 'mine', kind: 'http', address: 'https://mine.example/' }
    expect.soft(await statusOf(authorization, 'POST', '/audit-destinations', place)).toBe(403)
    // What only holds work up, and what is kept for how long:
    for (const body of [{ read_only: true }, { read_only: false }, { robot_token_duration: 30 }])
      expect.soft(await put(body), JSON.stringify(body)).toBe(200)
  }
  expect((await api.call('root', 'getConfigurations')).data).toEqual(before)
  // The person, with the password, may.
  const body = { session_timeout: before.session_timeout!.value! }
  expect((await api.call('root', 'updateConfigurations', { body })).status).toBe(200)
})

it('a token gives nobody a role that may do more than it may itself', async () => {
  const give = async (scopes: string[], roleId: number) => {
    const { authorization } = await make('projectAdmin', scopes)
    const body = { role_id: roleId, member_user: { username: 'outsider' } }
    const status = await statusOf(authorization, 'POST', '/projects/team/members', body)
    await database.db.prisma.member.deleteMany({ where: { userId: ids.outsider, projectId: ids.team } })
    return status
  }
  expect(await give(['api:write'], 1)).toBe(403)
  expect(await give(['api:write', 'pull'], 1)).toBe(403)
  expect(await give(['api:write', 'pull'], 3)).toBe(201)
  expect(await give(['api:write', 'push'], 1)).toBe(201)
})

it('a token makes nobody a robot, because the robot would stay when the token is revoked', async () => {
  const access = [{ resource: 'repository', action: 'pull' }]
  const permissions = [{ kind: 'project', namespace: 'team', access }]
  const robot = (name: string, duration = 5) => ({ name, level: 'project', duration, permissions })
  const made = await api.call('projectAdmin', 'CreateRobot', { body: robot('puller') })
  expect(made.status, made.text).toBe(201)
  const { id, name } = made.data
  const trust = {
    name: 'jobs',
    robot_id: id,
    issuer: 'https://token.actions.githubusercontent.com',
    claims: { sub: 'repo:acme/app:ref:refs/heads/main' },
  }
  const trusts = '/projects/team/identity-trusts'
  const person = basic('projectAdmin', PASSWORD)
  const { headers, status } = await ask(person, 'POST', trusts, trust)
  expect(status).toBe(201)
  const trustId = headers.location!.split('/').at(-1)
  const all = [...limitScopes]
  for (const { authorization } of [
    await make('projectAdmin', all),
    await make('projectAdmin', all, { duration: -1 }),
  ]) {
    const told = (...call: [method: string, path: string, body?: object]) => statusOf(authorization, ...call)
    const tried = [
      await told('POST', '/robots', robot('made')),
      await told('POST', '/robots', robot('eternal', -1)),
      await told('POST', '/projects/team/robots', robot('old-form')),
      await told('PATCH', `/robots/${id}`, {}),
      await told('PUT', `/robots/${id}`, { ...robot('x', 9), name, disable: false }),
      await told('POST', trusts, { ...trust, name: 'more' }),
      await told('PUT', `${trusts}/${trustId}`, { claims: { sub: 'repo:mine/app:ref:refs/heads/main' } }),
    ]
    expect(tried.filter((answer) => answer !== 404 && answer !== 405)).toEqual(Array(6).fill(403))
    // Taking away what a robot is given:
    expect(await told('PUT', `/robots/${id}`, { disable: true })).toBe(200)
    expect(await told('PUT', `/robots/${id}`, { disable: false })).toBe(403)
  }
  const { authorization } = await make('projectAdmin', ['api:write'])
  expect(await statusOf(authorization, 'DELETE', `${trusts}/${trustId}`)).toBe(200)
  const enable = { path: { robot_id: id! }, body: { disable: false } as never }
  expect((await api.call('projectAdmin', 'UpdateRobot', enable)).status).toBe(200)
  const refresh = await api.call('projectAdmin', 'RefreshSec', { path: { robot_id: id! }, body: {} })
  expect(refresh.status, refresh.text).toBe(200)
  expect(await statusOf(authorization, 'DELETE', `/robots/${id}`)).toBe(200)
})

it('a token of enough scope takes away what a robot has, and gives none of it back', async () => {
  const allow = (...actions: string[]) => [
    {
      kind: 'project',
      namespace: 'team',
      access: actions.map((action) => ({ resource: 'repository', action })),
    },
  ]
  const robot = { name: 'shrinking', level: 'project', duration: 30, permissions: allow('push', 'pull') }
  const { id, name } = (await api.call('projectAdmin', 'CreateRobot', { body: robot })).data
  const claims = { sub: 'repo:acme/app:ref:refs/heads/main' }
  const trust = { robot_id: id, name: 'jobs', issuer: 'https://token.actions.githubusercontent.com', claims }
  const trusts = '/projects/team/identity-trusts'
  const { headers } = await ask(basic('projectAdmin', PASSWORD), 'POST', trusts, trust)
  const trustPath = `${trusts}/${headers.location!.split('/').at(-1)}`

  const { authorization } = await make('projectAdmin', ['api:write'])
  const told = (path: string, body: object) => statusOf(authorization, 'PUT', path, body)
  const path = `/robots/${id}`
  // As Harbor's clients write it: all of the robot, with one thing changed.
  const whole = { ...robot, name, disable: true }
  expect(await told(path, whole)).toBe(200)
  expect(await told(path, { ...whole, disable: false })).toBe(403)
  expect(await told(path, { ...whole, permissions: allow('pull') })).toBe(200)
  expect(await told(path, whole)).toBe(403)
  expect(await told(path, { permissions: allow('pull'), duration: 10 })).toBe(200)
  expect(await told(path, { duration: 11 })).toBe(403)
  expect(await told(path, { duration: -1 })).toBe(403)
  const { data } = await api.call('projectAdmin', 'GetRobotByID', { path: { robot_id: id! } })
  expect(data).toMatchObject({ disable: true, duration: 10 })
  expect(data.permissions!.flatMap((entry) => entry.access)).toMatchObject([{ action: 'pull' }])

  expect(await told(trustPath, { ...trust, disabled: true })).toBe(200)
  expect(await told(trustPath, { name: 'renamed' })).toBe(200)
  expect(await told(trustPath, { disabled: false })).toBe(403)
  expect(await told(trustPath, { disabled: true, audience: 'elsewhere' })).toBe(403)
  expect(await told(trustPath, { claims: { sub: 'repo:mine/app:ref:refs/heads/main' } })).toBe(403)
  const now = await ask(basic('projectAdmin', PASSWORD), 'GET', trustPath)
  expect(now.data).toMatchObject({ disabled: true, name: 'renamed', claims })
})

it('a token changes nothing of its owner’s account, and ends nothing but itself', async () => {
  const { id } = await api.addUser('owner')
  const kept = await make('owner', ['api:read'])
  const change = { email: 'owner@example.test', realname: 'x' }
  for (const projects of [undefined, ['open']]) {
    const token = await make('owner', ['api:write'], projects && { projects })
    const told = async (method: string, path: string, body?: unknown) =>
      expect.soft(await statusOf(token.authorization, method, path, body), `${method} ${path}`)
    for (const path of [
      '/users/current/sessions',
      `/users/current/sessions/none`,
      `/users/current/tokens/${kept.id}`,
    ])
      (await told('DELETE', path)).toBe(403)
    ;(await told('PUT', `/users/${id}`, change)).toBe(403)
    // What is meant for some projects does not look at the account either.
    const reads = projects ? 403 : 200
    ;(await told('GET', '/users/current/sessions')).toBe(reads)
    ;(await told('GET', '/users/current/tokens')).toBe(reads)
    ;(await told('GET', `/users/${id}`)).toBe(reads)
    ;(await told('DELETE', `/users/current/tokens/${token.id}`)).toBe(200)
    ;(await told('GET', '/users/current')).toBe(401)
  }
  expect(await statusOf(kept.authorization, 'GET', '/users/current')).toBe(200)
})
