import { basePath } from '@berth/contract'
import { SYSTEM } from '@berth/core'
import { flushLastUsed } from '@berth/core/last-used'
import { deleteProject } from '@berth/core/projects'
import { setDisabled } from '@berth/core/users'
import { type TestDatabase, testDatabase } from '@berth/testing'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openTokenWorld, type TokenWorld } from './access-tokens.fixture.ts'
import { basic, openTestApi, PASSWORD, type TestApi } from './api.fixture.ts'

const DAY_MS = 86_400_000
let database: TestDatabase
let api: TestApi
let ids: TokenWorld['ids']
let make: TokenWorld['make']
let ask: TokenWorld['ask']
let statusOf: TokenWorld['statusOf']
let clockMs = Date.now()

beforeAll(async () => {
  database = await testDatabase()
  api = await openTestApi(database.url, { now: () => clockMs })
  ;({ ids, make, ask, statusOf } = await openTokenWorld(api))
})
afterAll(async () => {
  expect(api.failures).toEqual([])
  await api.close()
  await database.drop()
})

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

  it('belongs to who makes it, whatever else is sent', async () => {
    const body = {
      name: 'mine',
      scopes: ['pull'],
      id: 1,
      user_id: ids.root,
      secret: 'bpt_of_my_own',
      last_used_time: '2030-01-01T00:00:00Z',
      creation_time: '2030-01-01T00:00:00Z',
    }
    const { status, data } = await api.call('guest', 'createMyAccessToken', { body: body as never })
    expect(status).toBe(201)
    expect(data.secret).toMatch(/^bpt_[A-Za-z0-9]{32}$/)
    expect(Date.parse(data.creation_time!)).toBe(clockMs)
    expect((await api.call('guest', 'listMyAccessTokens')).data).toMatchObject([
      { id: data.id, name: 'mine' },
    ])
    expect((await api.call('guest', 'listMyAccessTokens')).data[0]).not.toHaveProperty('last_used_time')
    expect((await api.call('root', 'listMyAccessTokens')).data).toEqual([])
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
