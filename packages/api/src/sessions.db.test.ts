import { endSession, signIn } from '@berth/core/sessions'
import { type TestDatabase, testDatabase } from '@berth/testing'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { basic, openTestApi, PASSWORD, type TestApi } from './api.fixture.ts'

const IDLE_MS = 60 * 60_000
let database: TestDatabase
let api: TestApi
let clockMs = Date.now()

beforeAll(async () => {
  database = await testDatabase()
  api = await openTestApi(database.url, { now: () => clockMs })
  for (const name of ['root', 'jane', 'mallory']) await api.addUser(name, { sysadmin: name === 'root' })
})
afterAll(async () => {
  expect(api.failures).toEqual([])
  await api.close()
  await database.drop()
})

describe('a request with the cookie (CSRF, CVE-2019-19025)', () => {
  let cookie: string
  let secret: string
  beforeEach(async () => {
    ;({ secret } = await signIn(api.core, {
      username: 'jane',
      password: PASSWORD,
      address: '',
      userAgent: '',
    }))
    cookie = `sid=${secret}`
  })
  const create = (headers: Record<string, string>, name: string) =>
    api.raw(
      'POST',
      '/api/v2.0/projects',
      { 'content-type': 'application/json', ...headers },
      JSON.stringify({ project_name: name }),
    )

  it('403 without the token, and the refusal carries one that works', async () => {
    const refused = await create({ cookie }, 'forged')
    expect([refused.status, refused.code]).toEqual([403, 'FORBIDDEN'])
    const token = refused.headers['x-harbor-csrf-token']!
    expect((await create({ cookie, 'X-Harbor-CSRF-Token': token }, 'wanted')).status).toBe(201)
    expect((await api.raw('GET', '/api/v2.0/projects/forged', { authorization: basic('root') })).status).toBe(
      404,
    )
  })
  it('403 with the token of another session', async () => {
    const other = await signIn(api.core, {
      username: 'mallory',
      password: PASSWORD,
      address: '',
      userAgent: '',
    })
    const { headers } = await api.raw('GET', '/api/v2.0/ping', { cookie: `sid=${other.secret}` })
    const token = headers['x-harbor-csrf-token']!
    expect((await create({ cookie, 'X-Harbor-CSRF-Token': token }, 'forged')).status).toBe(403)
  })
  it('403 from another site even with the token', async () => {
    const token = (await api.raw('GET', '/api/v2.0/ping', { cookie })).headers['x-harbor-csrf-token']!
    const all = { cookie, 'X-Harbor-CSRF-Token': token }
    expect((await create({ ...all, origin: 'https://evil.example' }, 'forged')).status).toBe(403)
    expect((await create({ ...all, 'sec-fetch-site': 'cross-site' }, 'forged')).status).toBe(403)
  })
  it('needs no token without the cookie, and none is given', async () => {
    const answer = await create({ authorization: basic('jane') }, 'by-basic')
    expect(answer.status).toBe(201)
    expect(answer.headers['x-harbor-csrf-token']).toBeUndefined()
  })
  it('a cookie replayed after signing out is worth nothing', async () => {
    expect((await api.raw('GET', '/api/v2.0/users/current', { cookie })).status).toBe(200)
    await endSession(api.core, secret)
    expect((await api.raw('GET', '/api/v2.0/users/current', { cookie })).status).toBe(401)
  })
  it('a page that asks by itself does not keep the session alive; a person does', async () => {
    const current = async (headers: Record<string, string>) =>
      (await api.raw('GET', '/api/v2.0/users/current', { cookie, ...headers })).status
    clockMs += IDLE_MS / 2
    expect(await current({ 'X-Harbor-No-Session-Renewal': 'true' })).toBe(200)
    clockMs += IDLE_MS / 2 - 1
    expect(await current({})).toBe(200)
    clockMs += IDLE_MS - 2
    expect(await current({ accept: 'text/event-stream' })).toBe(200)
    clockMs += 1
    expect(await current({ 'X-Harbor-No-Session-Renewal': 'true' })).toBe(200)
    clockMs += 1
    expect(await current({})).toBe(401)
  })
})
