import { changePassword } from '@berth/core/users'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { PASSWORD, startBerth, type TestBerth } from '../../test/berth.ts'
import { codeOf, TestClient } from '../../test/client.ts'

let berth: TestBerth
const ids: Record<string, number> = {}
beforeAll(async () => {
  berth = await startBerth()
  for (const name of ['dev', 'changer']) ids[name] = await berth.addUser(name)
  await berth.addProject('team', { members: { dev: 'developer' } })
  await berth.addProject('open', { public: true })
})
afterAll(() => berth.close())

interface TokenAnswer {
  token: string
  access_token: string
  expires_in: number
  issued_at: string
  refresh_token?: string
}
const claims = (answer: TokenAnswer) =>
  JSON.parse(Buffer.from(answer.token.split('.')[1]!, 'base64url').toString())
const granted = (answer: TokenAnswer): string[] =>
  claims(answer).access.map((entry: { name: string; actions: string[] }) => `${entry.name}:${entry.actions}`)

const basic = (username: string, password = PASSWORD) => ({
  authorization: `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`,
})
const get = (query: string, headers: Record<string, string> = {}) =>
  fetch(`${berth.url}/service/token?${query}`, { headers })
const post = (form: Record<string, string>) =>
  fetch(`${berth.url}/service/token`, { method: 'POST', body: new URLSearchParams(form) })

describe('GET', () => {
  const scope = 'service=berth-registry&scope=repository:team/app:pull,push'

  test('a person gets what is asked and allowed, in every field that clients look at', async () => {
    const answer = await get(`${scope}&account=dev&client_id=docker`, basic('dev'))
    expect([answer.status, answer.headers.get('cache-control')]).toEqual([200, 'no-store'])
    const body = (await answer.json()) as TokenAnswer
    expect(body.access_token).toBe(body.token)
    expect(body.expires_in).toBe(1800)
    expect(new Date(body.issued_at).getTime()).toBeGreaterThan(Date.now() - 60_000)
    expect(body.refresh_token).toBeUndefined()
    expect(granted(body)).toEqual(['team/app:pull,push'])
  })

  test('scopes in one parameter, and the service name of Harbor’s clients', async () => {
    const answer = await get(
      'service=harbor-registry&scope=repository:team/a:pull%20repository:open/b:pull',
      basic('dev'),
    )
    expect(granted((await answer.json()) as TokenAnswer)).toEqual(['team/a:pull', 'open/b:pull'])
  })

  test('anonymous gets pull on public projects only', async () => {
    const answer = await get(
      'service=berth-registry&scope=repository:open/a:pull,push&scope=repository:team/a:pull',
    )
    expect(granted((await answer.json()) as TokenAnswer)).toEqual(['open/a:pull'])
  })

  test.each([
    ['a wrong password', scope, basic('dev', 'Wrong-password-1')],
    ['a wrong password and no scope', 'service=berth-registry', basic('dev', 'Wrong-password-2')],
    [
      'a wrong password for what anonymous may pull',
      'service=berth-registry&scope=repository:open/a:pull',
      basic('dev', 'Wrong-password-3'),
    ],
    ['an unknown person', scope, basic('nobody')],
    ['a name with a NUL in it', scope, basic('a\0b')],
    ['an empty password', scope, basic('dev', '')],
    ['no credentials and no scope', 'service=berth-registry', {}],
    ['a header that is not Basic', scope, { authorization: 'Digest username="dev"' }],
    ['Basic without a colon', scope, { authorization: `Basic ${Buffer.from('dev').toString('base64')}` }],
    ['Basic that is no base64', scope, { authorization: 'Basic ***' }],
    ['a token where a password belongs', scope, { authorization: 'Bearer x.y.z' }],
  ])('%s is 401', async (_, query, headers) => {
    const answer = await get(query, headers as Record<string, string>)
    expect([answer.status, await codeOf(answer)]).toEqual([401, 'UNAUTHORIZED'])
    expect(answer.headers.get('www-authenticate')).toBe('Basic realm="Berth"')
  })

  test.each(['', 'service=', 'service=other', 'service=berth-registry%00'])('%j is 400', async (query) => {
    expect((await get(query, basic('dev'))).status).toBe(400)
  })
})

describe('POST, as containerd and oras send it', () => {
  const form = { service: 'berth-registry', client_id: 'test', scope: 'repository:team/app:pull,push' }

  test('with a password, and a refresh token for those who ask for one', async () => {
    const credentials = { grant_type: 'password', username: 'dev', password: PASSWORD }
    const plain = (await (await post({ ...form, ...credentials })).json()) as TokenAnswer
    expect(granted(plain)).toEqual(['team/app:pull,push'])
    expect(plain.refresh_token).toBeUndefined()
    const offline = await post({ ...form, ...credentials, access_type: 'offline' })
    const { refresh_token } = (await offline.json()) as TokenAnswer
    const renewed = await post({ ...form, grant_type: 'refresh_token', refresh_token: refresh_token! })
    expect(granted((await renewed.json()) as TokenAnswer)).toEqual(['team/app:pull,push'])
  })

  test('it says what was granted, which may be less than what was asked', async () => {
    const scope = 'repository:team/app:pull,push,delete repository:open/app:pull,push repository:no/app:pull'
    const asked = { ...form, grant_type: 'password', username: 'dev', password: PASSWORD, scope }
    const answer = (await (await post(asked)).json()) as TokenAnswer & { scope?: string }
    expect(answer.scope).toBe('repository:team/app:pull,push repository:open/app:pull')
    const nothing = (await (await post({ ...asked, scope: '' })).json()) as { scope?: string }
    expect(nothing.scope).toBe('')
    const query = 'service=berth-registry&scope=repository:team/app:pull'
    expect(await (await get(query, basic('dev'))).json()).not.toHaveProperty('scope')
  })

  test('a compressed form is refused as such', async () => {
    const answer = await fetch(`${berth.url}/service/token`, {
      method: 'POST',
      body: 'grant_type=password',
      headers: { 'content-type': 'application/x-www-form-urlencoded', 'content-encoding': 'gzip' },
    })
    expect([answer.status, answer.headers.get('accept-encoding')]).toEqual([415, 'identity'])
  })

  test('a refresh token ends with the password it stands for', async () => {
    const first = await get('service=berth-registry&offline_token=true', basic('changer'))
    const { refresh_token } = (await first.json()) as TokenAnswer
    const renew = () => post({ ...form, grant_type: 'refresh_token', refresh_token: refresh_token! })
    expect((await renew()).status).toBe(200)
    const actor = {
      kind: 'user',
      id: ids.changer!,
      username: 'changer',
      sysadmin: false,
      via: 'session',
    } as const
    await changePassword(berth.core, actor, ids.changer!, {
      oldPassword: PASSWORD,
      newPassword: 'Another-horse-2',
    })
    expect((await renew()).status).toBe(401)
  })

  test.each([
    ['a wrong password', { grant_type: 'password', username: 'dev', password: 'Wrong-password-4' }, 401],
    ['a name with a NUL in it', { grant_type: 'password', username: 'a\0b', password: 'pw' }, 401],
    ['a made-up refresh token', { grant_type: 'refresh_token', refresh_token: 'v1.AAAA' }, 401],
    ['no refresh token', { grant_type: 'refresh_token' }, 401],
    ['another grant', { grant_type: 'client_credentials' }, 400],
    ['another service', { grant_type: 'password', service: 'other' }, 400],
  ])('%s', async (_, fields, status) => {
    expect((await post({ ...form, ...(fields as Record<string, string>) })).status).toBe(status)
  })

  test('a body that is not a form, or too large a one', async () => {
    const send = (body: string, type: string) =>
      fetch(`${berth.url}/service/token`, { method: 'POST', body, headers: { 'content-type': type } })
    expect((await send('{}', 'application/json')).status).toBe(400)
    expect((await send('a'.repeat(70_000), 'application/x-www-form-urlencoded')).status).toBe(413)
  })
})

test('a sign-in and a wrong password are recorded with where they came from; tokens and remembered passwords are not', async () => {
  await berth.addUser('watched')
  const from = { 'user-agent': 'docker/28.1', 'x-request-id': 'request-7' }
  const query = 'service=berth-registry&scope=repository:open/a:pull'
  for (let n = 0; n < 3; n++) expect((await get(query, { ...basic('watched'), ...from })).status).toBe(200)
  expect((await get(query, { ...basic('watched', 'Wrong-password-9'), ...from })).status).toBe(401)
  const lines = await berth.database.db.query(
    'SELECT actor_kind, credential, address, user_agent, request_id, action, result FROM audit_lines WHERE actor_name = ? ORDER BY id',
    ['watched'],
  )
  const here = {
    credential: 'password',
    address: '127.0.0.1',
    user_agent: 'docker/28.1',
    request_id: 'request-7',
  }
  expect(lines).toEqual([
    { ...here, actor_kind: 'user', action: 'login', result: 'ok' },
    { ...here, actor_kind: 'anonymous', action: 'login', result: 'refused' },
  ])
})

test('other methods are named as such', async () => {
  const answer = await fetch(`${berth.url}/service/token`, { method: 'DELETE' })
  expect([answer.status, answer.headers.get('allow')]).toEqual([405, 'GET, POST'])
})

test('guessing is slowed down; who guesses too much at once is told how long to wait', async () => {
  const guess = (word: string) => get('service=berth-registry', basic('guessed', word))
  for (let count = 0; count < 5; count++) expect((await guess(`Guess-number-${count}`)).status).toBe(401)
  // Thirty wait for their turns, and this test does not wait for them.
  const answers = Array.from({ length: 36 }, async (_, count) => {
    const answer = await guess(`Another-guess-${count}`)
    return answer.status === 401 ? Promise.reject(new Error('it had its turn')) : answer
  })
  const refused = await Promise.any(answers)
  expect([refused.status, refused.headers.get('retry-after')]).toEqual([429, '1'])
})

test('what a token was given for ends with the right, at the door', async () => {
  const dev = new TestClient(berth, 'dev')
  const token = await dev.token('repository:team/app:pull')
  const read = () =>
    fetch(`${berth.url}/v2/team/app/manifests/none`, { headers: { authorization: `Bearer ${token}` } })
  expect((await read()).status).toBe(404)
  await berth.database.db.prisma.member.deleteMany({ where: { userId: ids.dev! } })
  await expect.poll(async () => (await read()).status, { interval: 200 }).toBe(401)
})
