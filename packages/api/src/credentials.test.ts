import { createCore } from '@berth/core'
import { csrfToken } from '@berth/core/sessions'
import { describe, expect, it } from 'vitest'
import { cookie, identify, parseBasic } from './credentials.ts'

// Connects to nothing: a query would fail.
const core = createCore({
  databaseUrl: 'postgresql://nobody@127.0.0.1:1/none',
  secretKey: 'a secret key of thirty-two characters',
  externalUrl: 'https://registry.example.com',
  registryUrl: 'http://127.0.0.1:1',
})
const SECRET = 'A'.repeat(43)
const token = csrfToken(core, SECRET)

const basic = (text: string) => `Basic ${Buffer.from(text).toString('base64')}`
const ask = (method: string, headers: Record<string, string>) =>
  identify(core, {
    method,
    url: '/api/v2.0/projects',
    header: (name) => headers[name],
    body: async () => Buffer.alloc(0),
    remoteAddress: '203.0.113.5',
  })

describe('cookie', () => {
  it.each([
    ['sid=abc', 'abc'],
    ['a=b; sid=abc; c=d', 'abc'],
    ['sid="abc"', 'abc'],
    ['sid=first; sid=second', 'first'],
    ['xsid=abc', undefined],
    ['sid', undefined],
    ['sid=', undefined],
    ['', undefined],
    [undefined, undefined],
  ])('reads %j', (header, value) => {
    expect(cookie(header, 'sid')).toBe(value)
  })
})

describe('parseBasic', () => {
  it('splits at the first colon', () => {
    expect(parseBasic(basic('jane:a:b'))).toEqual({ username: 'jane', password: 'a:b' })
    expect(parseBasic(basic('zoë:pässword'))).toEqual({ username: 'zoë', password: 'pässword' })
  })
  it.each(['Bearer abc', 'Basic', 'Basic !!!', basic('nocolon'), basic('a\0:b'), 'Digest x'])(
    'refuses %s',
    (header) => {
      expect(() => parseBasic(header)).toThrow(expect.objectContaining({ code: 'UNAUTHORIZED' }))
    },
  )
})

describe('identify', () => {
  const refused = expect.objectContaining({ code: 'FORBIDDEN' })
  // Past the CSRF check the session is looked up, and this core has no database.
  const passed = expect.not.objectContaining({ code: 'FORBIDDEN' })

  it('gives every caller with the cookie a token, also the refused ones', async () => {
    const caller = ask('POST', { cookie: `sid=${SECRET}` })
    expect(caller.csrfToken).toBe(token)
    await expect(caller.actor()).rejects.toEqual(refused)
  })

  it('asks nothing of callers without the cookie', async () => {
    const caller = ask('POST', {})
    expect(caller.csrfToken).toBeUndefined()
    expect(await caller.actor()).toEqual({ kind: 'anonymous' })
  })

  it.each(['POST', 'PUT', 'DELETE', 'PATCH'])('wants the token for %s', async (method) => {
    const cookies = { cookie: `sid=${SECRET}` }
    await expect(ask(method, cookies).actor()).rejects.toEqual(refused)
    await expect(ask(method, { ...cookies, 'x-harbor-csrf-token': 'wrong' }).actor()).rejects.toEqual(refused)
    const other = csrfToken(core, 'B'.repeat(43))
    await expect(ask(method, { ...cookies, 'x-harbor-csrf-token': other }).actor()).rejects.toEqual(refused)
    await expect(ask(method, { ...cookies, 'x-harbor-csrf-token': token }).actor()).rejects.toEqual(passed)
  })

  it('wants the token also when basic credentials come along: browsers send those by themselves, too', async () => {
    const headers = { cookie: `sid=${SECRET}`, authorization: basic('a:b') }
    await expect(ask('POST', headers).actor()).rejects.toEqual(refused)
  })

  it.each<Record<string, string>>([
    { 'sec-fetch-site': 'cross-site' },
    { 'sec-fetch-site': 'same-site' },
    { origin: 'https://evil.example' },
    { origin: 'null' },
    { origin: 'https://registry.example.com.evil.example', host: 'registry.example.com' },
  ])('refuses %j even with the token', async (headers) => {
    const all = { cookie: `sid=${SECRET}`, 'x-harbor-csrf-token': token, ...headers }
    await expect(ask('POST', all).actor()).rejects.toEqual(refused)
  })

  it.each<Record<string, string>>([
    { 'sec-fetch-site': 'same-origin', origin: 'https://registry.example.com' },
    { origin: 'http://10.0.0.5:8080', host: '10.0.0.5:8080' },
    { 'sec-fetch-site': 'none' },
  ])('accepts %j with the token', async (headers) => {
    const all = { cookie: `sid=${SECRET}`, 'x-harbor-csrf-token': token, ...headers }
    await expect(ask('POST', all).actor()).rejects.toEqual(passed)
  })

  it('takes a made-up cookie for anonymous, without asking the database', async () => {
    expect(await ask('GET', { cookie: "sid=' OR 1=1 --" }).actor()).toEqual({ kind: 'anonymous' })
  })
})
