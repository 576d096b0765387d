import { basePath } from '@berth/contract'
import { SYSTEM } from '@berth/core'
import { limitScopes } from '@berth/core/authorization'
import { flushLastUsed } from '@berth/core/last-used'
import { deleteProject } from '@berth/core/projects'
import { setDisabled } from '@berth/core/users'
import { type TestDatabase, testDatabase } from '@berth/testing'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { basic, openTestApi, PASSWORD, ROLES, type TestApi } from './api.fixture.ts'

const DAY_MS = 86_400_000
let database: TestDatabase
let api: TestApi
let clockMs = Date.now()
const ids: Record<string, number> = {}

beforeAll(async () => {
  database = await testDatabase()
  api = await openTestApi(database.url, { now: () => clockMs })
  ids.root = (await api.addUser('root', { sysadmin: true })).id
  ids.outsider = (await api.addUser('outsider')).id
  ids.team = await api.addProject('team', { members: ROLES })
  ids.side = await api.addProject('side', { members: ['projectAdmin', 'developer'] })
  ids.open = await api.addProject('open', { public: true, members: ['projectAdmin'] })
})
afterAll(async () => {
  expect(api.failures).toEqual([])
  await api.close()
  await database.drop()
})

let count = 0
async function make(as: string, scopes: string[], more: Record<string, unknown> = {}) {
  const answer = await api.call(as, 'createMyAccessToken', {
    body: { name: `token-${++count}`, scopes, ...more },
  })
  expect(answer.status, answer.text).toBe(201)
  return { id: answer.data.id!, secret: answer.data.secret!, authorization: basic(as, answer.data.secret!) }
}
const ask = (authorization: string, method: string, path: string, body?: unknown) =>
  api.raw(
    method,
    basePath + path,
    { authorization, ...(body !== undefined && { 'content-type': 'application/json' }) },
    body === undefined ? undefined : JSON.stringify(body),
  )
const statusOf = async (...call: Parameters<typeof ask>) => (await ask(...call)).status

describe('creating', () => {
  it('shows the secret this one time, and expires after 90 days unless told otherwise', async () => {
    const answer = await api.call('developer', 'createMyAccessToken', {
      body: { name: ' laptop ', scopes: ['push', 'pull', 'pull'] },
    })
    expect(answer.status).toBe(201)
    expect(answer.headers.location).toBe(`${basePath}/users/current/tokens/${answer.data.id}`)
    expect(answer.data.secret).toMatch(/^bpt_[A-Za-z0-9]{32}$/)
    expect(Date.parse(answer.data.expiration_time!)).toBe(clockMs + 90 * DAY_MS)
    const { data, text } = await api.call('developer', 'listMyAccessTokens')
    expect(data).toEqual([
      {
        id: answer.data.id,
        name: 'laptop',
        scopes: ['pull', 'push'],
        expiration_time: answer.data.expiration_time,
        creation_time: answer.data.creation_time,
      },
    ])
    expect(text).not.toContain('bpt_')
    const rows = JSON.stringify(await database.db.query('SELECT * FROM access_tokens', []))
    expect(rows).not.toContain(answer.data.secret!.slice(4))
  })

  it.each([
    ['no name', { name: '' }, 400],
    ['an invisible name', { name: 'a\u200bb' }, 400],
    ['a long name', { name: 'x'.repeat(65) }, 400],
    ['no scopes', { scopes: [] }, 400],
    ['an unknown scope', { scopes: ['everything'] }, 422],
    ['no days', { duration: 0 }, 400],
    ['too many days', { duration: 3651 }, 400],
    ['half a day', { duration: 1.5 }, 400],
    ['an empty list of projects', { projects: [] }, 400],
    ['a project that is not there', { projects: ['missing'] }, 404],
    ['a project that the person may not see', { projects: ['team'] }, 404],
  ])('refuses %s', async (_, part, status) => {
    const body = { name: 'refused', scopes: ['pull'], ...part }
    const answer = await api.call('outsider', 'createMyAccessToken', { body })
    expect(answer.status, answer.text).toBe(status)
  })

  it('gives each of a person’s tokens a name of its own, and at most fifty', async () => {
    await api.addUser('collector')
    await make('collector', ['pull'], { name: 'same' })
    const again = await api.call('collector', 'createMyAccessToken', {
      body: { name: 'same', scopes: ['pull'] },
    })
    expect(again.status).toBe(409)
    for (let n = 2; n < 50; n++) await make('collector', ['pull'])
    // At once: not both can be the last.
    const last = await Promise.all(
      ['x', 'y'].map((name) =>
        api.call('collector', 'createMyAccessToken', { body: { name, scopes: ['pull'] } }),
      ),
    )
    expect(last.map(({ status }) => status).sort()).toEqual([201, 412])
  })
})

describe('who asks', () => {
  it('is the person: by name and token, in any case of the name, or by the token alone as bearer', async () => {
    const { secret } = await make('guest', ['api:read'])
    for (const authorization of [basic('guest', secret), basic('GUEST', secret), `Bearer ${secret}`]) {
      const answer = await ask(authorization, 'GET', '/users/current')
      expect([answer.status, (answer.data as { username: string }).username]).toEqual([200, 'guest'])
    }
  })

  it('is nobody with another person’s name, a changed secret, or a bearer that is something else', async () => {
    const { secret } = await make('guest', ['api:read'])
    const wrong = `${secret.slice(0, -1)}${secret.endsWith('A') ? 'B' : 'A'}`
    for (const authorization of [
      basic('developer', secret),
      basic('nobody', secret),
      basic('', secret),
      basic('guest', wrong),
      basic('guest', `${secret}x`),
      `Bearer ${wrong}`,
      'Bearer x.y.z',
      `Bearer ${PASSWORD}`,
    ])
      expect(await statusOf(authorization, 'GET', '/projects'), authorization).toBe(401)
  })

  it('ends with the expiry, to the millisecond', async () => {
    const { authorization } = await make('guest', ['api:read'], { duration: 1 })
    clockMs += DAY_MS - 1
    expect(await statusOf(authorization, 'GET', '/users/current')).toBe(200)
    clockMs += 1
    expect(await statusOf(authorization, 'GET', '/users/current')).toBe(401)
  })

  it('ends when revoked, by its owner or by an administrator and by nobody else', async () => {
    const mine = await make('guest', ['api:read'])
    const theirs = await make('guest', ['api:read'])
    const guest = (await api.call('guest', 'getCurrentUserInfo')).data.user_id!
    const path = { user_id: guest, token_id: theirs.id }
    expect((await api.call('developer', 'deleteAccessToken', { path })).status).toBe(403)
    expect((await api.call('developer', 'deleteMyAccessToken', { path })).status).toBe(404)
    expect((await api.call('developer', 'listAccessTokens', { path })).status).toBe(403)
    const other = { user_id: ids.root!, token_id: theirs.id }
    expect((await api.call('root', 'deleteAccessToken', { path: other })).status).toBe(404)
    const seen = await api.call('root', 'listAccessTokens', { path })
    expect(seen.data.map(({ id }) => id)).toEqual(expect.arrayContaining([mine.id, theirs.id]))
    expect((await api.call('root', 'deleteAccessToken', { path })).status).toBe(200)
    expect(await statusOf(theirs.authorization, 'GET', '/users/current')).toBe(401)
    const own = { path: { token_id: mine.id } }
    expect((await api.call('guest', 'deleteMyAccessToken', own)).status).toBe(200)
    expect((await api.call('guest', 'deleteMyAccessToken', own)).status).toBe(404)
    expect(await statusOf(mine.authorization, 'GET', '/users/current')).toBe(401)
  })

  it('ends with the account: disabled for good, and deleted', async () => {
    const { id } = await api.addUser('leaver')
    const token = await make('leaver', ['api:read'])
    await setDisabled(api.core, SYSTEM, id, true)
    expect(await statusOf(token.authorization, 'GET', '/users/current')).toBe(401)
    await setDisabled(api.core, SYSTEM, id, false)
    expect(await statusOf(token.authorization, 'GET', '/users/current')).toBe(401)
    const second = await make('leaver', ['api:read'])
    expect((await api.call('root', 'deleteUser', { path: { user_id: id } })).status).toBe(200)
    expect(await statusOf(second.authorization, 'GET', '/users/current')).toBe(401)
  })

  it('is remembered as the last use, to half a minute and with no write per request', async () => {
    const token = await make('guest', ['api:read'])
    const last = async () =>
      (await api.call('guest', 'listMyAccessTokens')).data.find(({ id }) => id === token.id)?.last_used_time
    const use = () => statusOf(token.authorization, 'GET', '/users/current')
    expect(await last()).toBeUndefined()
    await use()
    expect(await last()).toBeUndefined()
    await flushLastUsed(api.core)
    const first = await last()
    expect(Date.parse(first!)).toBe(clockMs)
    clockMs += 29_000
    await use()
    await flushLastUsed(api.core)
    expect(await last()).toBe(first)
    clockMs += 1_000
    await use()
    await flushLastUsed(api.core)
    expect(Date.parse((await last())!)).toBe(clockMs)
  })
})

describe('scopes', () => {
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
      const told = (...call: [method: string, path: string, body?: object]) =>
        statusOf(authorization, ...call)
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
})

describe('projects', () => {
  const names = async (authorization: string, path = '/projects?page_size=0') =>
    ((await ask(authorization, 'GET', path)).data as { name: string }[]).map(({ name }) => name).sort()

  it('a list hides the others: from reads, lists, search and counts', async () => {
    const { authorization } = await make('developer', ['api:write'], { projects: ['side'] })
    expect(await names(authorization)).toEqual(['open', 'side'])
    expect(await statusOf(authorization, 'GET', '/projects/side')).toBe(200)
    expect(await statusOf(authorization, 'GET', '/projects/open')).toBe(200)
    expect(await statusOf(authorization, 'GET', '/projects/team')).toBe(403)
    expect(await statusOf(authorization, 'GET', `/projects/${ids.team}`)).toBe(403)
    const found = (await ask(authorization, 'GET', '/search?q=e')).data as { project: { name: string }[] }
    expect(found.project.map(({ name }) => name).sort()).toEqual(['open', 'side'])
    const counts = (await ask(authorization, 'GET', '/statistics')).data as Record<string, number>
    expect(counts).toMatchObject({ private_project_count: 1, public_project_count: 1 })
    const rights = await ask(authorization, 'GET', '/users/current/permissions?scope=/project/team')
    expect(rights.data).toEqual([])
  })

  it('outside them a person is anybody: an administrator of a public project only looks at it', async () => {
    const { authorization } = await make('projectAdmin', ['api:write'], { projects: ['side'] })
    expect(await statusOf(authorization, 'GET', '/projects/open/members')).toBe(403)
    expect(await statusOf(authorization, 'GET', '/projects/open/repositories')).toBe(200)
    expect(await statusOf(authorization, 'DELETE', '/projects/open')).toBe(403)
    expect(await statusOf(authorization, 'GET', '/projects/side/members')).toBe(200)
    // Making projects is making more than those listed.
    expect(await statusOf(authorization, 'POST', '/projects', { project_name: 'more' })).toBe(403)
  })

  it('an administrator’s token for some projects administers these and nothing else', async () => {
    const { authorization } = await make('root', ['api:write'], { projects: ['team', 'side'] })
    expect(await names(authorization)).toEqual(['open', 'side', 'team'])
    expect(await statusOf(authorization, 'GET', '/projects/side/members')).toBe(200)
    for (const path of ['/users', '/configurations', '/quotas', '/robots', '/projects/open/members'])
      expect(await statusOf(authorization, 'GET', path), path).toBe(403)
    const found = (await ask(authorization, 'GET', '/search?q=e')).data as { project: { name: string }[] }
    expect(found.project.map(({ name }) => name).sort()).toEqual(['open', 'side', 'team'])
  })

  it('an administrator’s token that only reads sees everything and changes nothing', async () => {
    const { authorization } = await make('root', ['api:read'])
    for (const path of ['/users', '/configurations', '/quotas', '/projects/team/members'])
      expect(await statusOf(authorization, 'GET', path), path).toBe(200)
    expect(await names(authorization)).toEqual(['open', 'side', 'team'])
    expect(await statusOf(authorization, 'DELETE', `/users/${ids.outsider}`)).toBe(403)
  })

  it('of a list whose projects are gone nothing is left, also when the name comes back', async () => {
    const id = await api.addProject('brief', { members: ['projectAdmin'] })
    const { authorization } = await make('projectAdmin', ['api:read'], { projects: ['brief'] })
    expect(await names(authorization)).toEqual(['brief', 'open'])
    await deleteProject(api.core, SYSTEM, { id })
    await api.addProject('brief', { members: ['projectAdmin'] })
    clockMs += 3_001
    expect(await names(authorization)).toEqual(['open'])
    const mine = (await api.call('projectAdmin', 'listMyAccessTokens')).data[0]
    expect(mine?.projects).toEqual([])
  })
})
