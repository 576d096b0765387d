import { afterEach, describe, expect, it } from 'vitest'
import { createRegistryClient, type RegistryClientOptions } from './client.ts'
import { collect } from './collect.ts'
import { digestOf } from './digest.ts'
import { UnauthorizedError } from './errors.ts'
import {
  type FakeAuth,
  type FakeRegistry,
  type FakeRegistryOptions,
  startFakeRegistry,
} from './fake/index.ts'
import { parseRepositoryName } from './reference.ts'

const opened: FakeRegistry[] = []
afterEach(async () => {
  await Promise.all(opened.splice(0).map((fake) => fake.close()))
})

async function fakeWith(auth: Partial<FakeAuth>, options: FakeRegistryOptions = {}): Promise<FakeRegistry> {
  const fake = await startFakeRegistry({ ...options, auth: { users: { ann: 'secret' }, ...auth } })
  opened.push(fake)
  return fake
}

const ann = { username: 'ann', password: 'secret' }
const repository = parseRepositoryName('team/app')
const blob = new TextEncoder().encode('content')
const digest = digestOf(blob)
const clientOf = (fake: FakeRegistry, options: Partial<RegistryClientOptions> = {}) =>
  createRegistryClient({ baseUrl: fake.url, ...options })
const isBasic = (headers: { authorization?: unknown }) => String(headers.authorization).startsWith('Basic')
const tokenRequests = (fake: FakeRegistry) =>
  fake.state.requests.filter(({ url }) => url.startsWith('/token'))

describe('signing in', () => {
  it('asks the token endpoint once and uses its token for all that it allows', async () => {
    const fake = await fakeWith({})
    const client = clientOf(fake, { credentials: ann })
    await client.uploadBlob(repository, digest, blob)
    await client.uploadBlob(repository, digest, blob)
    expect(tokenRequests(fake)).toHaveLength(1)
    const { searchParams } = new URL(tokenRequests(fake)[0]?.url ?? '', fake.url)
    expect(Object.fromEntries(searchParams)).toEqual({
      service: 'fake-registry',
      scope: 'repository:team/app:pull,push',
      account: 'ann',
    })
  })

  it('never shows the password to the registry itself when it asks for a token', async () => {
    const fake = await fakeWith({})
    await clientOf(fake, { credentials: ann }).ping()
    const toRegistry = fake.state.requests.filter(({ url }) => url.startsWith('/v2/'))
    expect(toRegistry.map(({ headers }) => headers.authorization?.slice(0, 6))).toEqual([undefined, 'Bearer'])
  })

  it('uses a token for 90 % of its life and then asks again', async () => {
    let nowMs = 1_000_000
    const fake = await fakeWith({ tokenLifeSeconds: 100 }, { nowMs: () => nowMs })
    const client = clientOf(fake, { credentials: ann, nowMs: () => nowMs })
    await client.ping()
    nowMs += 89_999
    await client.ping()
    expect(tokenRequests(fake)).toHaveLength(1)
    nowMs += 1
    await client.ping()
    expect(tokenRequests(fake)).toHaveLength(2)
  })

  it('replaces a token that the registry refuses before its time', async () => {
    const fake = await fakeWith({})
    const client = clientOf(fake, { credentials: ann })
    await client.uploadBlob(repository, digest, blob)
    fake.state.tokens.clear()
    expect(await client.headBlob(repository, digest)).toBeDefined()
    fake.state.tokens.clear()
    await client.uploadBlob(repository, digest, blob)
  })

  it('falls back to the OAuth2 POST where the endpoint has no GET', async () => {
    const fake = await fakeWith({ tokenMethods: ['POST'] })
    await clientOf(fake, { credentials: ann }).uploadBlob(repository, digest, blob)
    expect(tokenRequests(fake).map(({ method }) => method)).toEqual(['GET', 'POST'])
  })

  it('exchanges an identity token by POST, never putting it into a URL', async () => {
    const fake = await fakeWith({ identityTokens: { 'refresh-me': 'ann' } })
    await clientOf(fake, { credentials: { identityToken: 'refresh-me' } }).uploadBlob(
      repository,
      digest,
      blob,
    )
    expect(tokenRequests(fake).map(({ method }) => method)).toEqual(['POST'])
    expect(JSON.stringify(fake.state.requests)).not.toContain('refresh-me')
  })

  it('pulls anonymously where that is allowed, and says 401 where it is not', async () => {
    const fake = await fakeWith({ anonymousPull: true })
    await clientOf(fake, { credentials: ann }).uploadBlob(repository, digest, blob)
    const anonymous = clientOf(fake)
    expect(await anonymous.headBlob(repository, digest)).toBeDefined()
    await expect(anonymous.uploadBlob(repository, digest, blob)).rejects.toBeInstanceOf(UnauthorizedError)
  })

  it.each(['bearer', 'basic'] as const)(
    'says 401 for a wrong password (%s), trying it once',
    async (scheme) => {
      const fake = await fakeWith({ scheme })
      const client = clientOf(fake, { credentials: { ...ann, password: 'wrong' } })
      await expect(client.ping()).rejects.toMatchObject({ name: 'UnauthorizedError', status: 401 })
      const tries = fake.state.requests.filter(({ headers }) =>
        String(headers.authorization).startsWith('Basic'),
      )
      expect(tries).toHaveLength(1)
      await expect(client.ping()).rejects.toBeInstanceOf(UnauthorizedError)
      expect(tries.length + 1).toBe(fake.state.requests.filter(({ headers }) => isBasic(headers)).length)
    },
  )

  it('does not loop when the token is never enough', async () => {
    const fake = await fakeWith({ grant: () => [] })
    const client = clientOf(fake, { credentials: ann })
    await expect(client.headBlob(repository, digest)).rejects.toBeInstanceOf(UnauthorizedError)
    expect(fake.state.requests.length).toBeLessThanOrEqual(4)
  })

  it('lets the caller mint tokens, asking for exactly the scopes of the request', async () => {
    const fake = await fakeWith({})
    const asked: string[][] = []
    const token = async (scopes: readonly string[]) => {
      asked.push([...scopes])
      const access = scopes.map((scope) => {
        const [type, name, actions] = scope.split(':') as [string, string, string]
        return { type, name, actions: actions.split(',') }
      })
      fake.state.tokens.set(`t${asked.length}`, { access, expiresAtMs: Date.now() + 60_000 })
      return `t${asked.length}`
    }
    const client = clientOf(fake, { token })
    await client.ping()
    await client.mountBlob(repository, digest, parseRepositoryName('other/app'))
    await collect(client.catalog())
    expect(asked).toEqual([
      [],
      ['repository:team/app:pull,push', 'repository:other/app:pull'],
      ['registry:catalog:*'],
    ])
    expect(tokenRequests(fake)).toEqual([])
  })
})

describe('a token realm is not trusted', () => {
  /** A registry whose challenge names `realm`; the second fake stands for the host that must not learn anything. */
  async function lured(realm: (other: FakeRegistry) => string) {
    const other = await fakeWith({})
    const fake = await fakeWith({ realm: realm(other) })
    return { fake, other }
  }

  it.each([
    ['another host', (other: FakeRegistry) => `${other.url}/token`],
    ['a file', () => 'file:///etc/passwd'],
    ['a script', () => 'javascript:alert(1)'],
    ['a relative path', () => '/token'],
    ['nothing', () => ''],
  ])('%s gets no credentials', async (_name, realm) => {
    const { fake, other } = await lured(realm)
    await expect(clientOf(fake, { credentials: ann }).ping()).rejects.toMatchObject({
      code: 'REALM_NOT_ALLOWED',
    })
    expect(other.state.requests).toEqual([])
  })

  it('credentials in its URL are refused, even on the registry itself', async () => {
    const fake = await fakeWith({})
    const header = `Bearer realm="${fake.url.replace('//', '//eve:pw@')}/token",service="fake-registry"`
    fake.state.faults.push({
      when: () => true,
      action: { kind: 'answer', reply: { status: 401, headers: { 'www-authenticate': header } } },
    })
    await expect(clientOf(fake).ping()).rejects.toMatchObject({
      code: 'REALM_NOT_ALLOWED',
      message: `the token realm ${fake.url} is not allowed`,
    })
    expect(tokenRequests(fake)).toEqual([])
  })

  it('that is no address is refused without repeating what was written', async () => {
    const { fake } = await lured(() => 'Call 555 0100 to unlock')
    await expect(clientOf(fake).ping()).rejects.toMatchObject({
      message: 'a token realm that is no address is not allowed',
    })
  })

  it('another host over plain http is not even asked anonymously', async () => {
    const { fake, other } = await lured((second) => `${second.url}/token`)
    await expect(clientOf(fake).ping()).rejects.toMatchObject({ code: 'REALM_NOT_ALLOWED' })
    expect(other.state.requests).toEqual([])
  })

  it('another host is asked when the caller allows exactly it', async () => {
    const { fake, other } = await lured((second) => `${second.url}/token`)
    const seen: string[] = []
    const allowRealm = (realm: URL) => {
      seen.push(realm.href)
      return realm.origin === other.url
    }
    await expect(clientOf(fake, { credentials: ann, allowRealm }).ping()).rejects.toBeInstanceOf(
      UnauthorizedError,
    )
    expect(seen).toContain(`${other.url}/token`)
    expect(tokenRequests(other)[0]?.headers.authorization).toMatch(/^Basic /)
  })

  it('another host over https is asked anonymously, but not with credentials', async () => {
    const asked: string[] = []
    const fetch = async (input: string | URL | globalThis.Request) => {
      asked.push(new URL(String(input)).host)
      if (String(input).startsWith('https://auth.example/')) return new Response('{"token":"t"}')
      const headers = { 'www-authenticate': 'Bearer realm="https://auth.example/token"' }
      return new Response('', asked.length > 2 ? { status: 200 } : { status: 401, headers })
    }
    const options = { baseUrl: 'https://registry.example', fetch }
    await expect(createRegistryClient({ ...options, credentials: ann }).ping()).rejects.toMatchObject({
      code: 'REALM_NOT_ALLOWED',
    })
    expect(asked.splice(0)).toEqual(['registry.example'])
    await createRegistryClient(options).ping()
    expect(asked).toEqual(['registry.example', 'auth.example', 'registry.example'])
  })

  it('plain http is refused where the registry is https, whatever the caller allows', async () => {
    const realm = 'http://registry.example/token'
    const asked: string[] = []
    const fetch = async (input: string | URL | globalThis.Request) => {
      asked.push(String(input))
      return new Response('', { status: 401, headers: { 'www-authenticate': `Bearer realm="${realm}"` } })
    }
    const options = { baseUrl: 'https://registry.example', fetch, credentials: ann, allowRealm: () => true }
    await expect(createRegistryClient(options).ping()).rejects.toMatchObject({ code: 'REALM_NOT_ALLOWED' })
    expect(asked).toEqual(['https://registry.example/v2/'])
  })

  it('a challenge cannot widen the scope that is asked for', async () => {
    const fake = await fakeWith({})
    const scope = 'repository:secret/other:pull,push,delete'
    const header = `Bearer realm="${fake.url}/token",service="fake-registry",scope="${scope}"`
    fake.state.faults.push({
      when: ({ method }) => method === 'HEAD',
      action: { kind: 'answer', reply: { status: 401, headers: { 'www-authenticate': header } } },
    })
    await clientOf(fake, { credentials: ann }).headBlob(repository, digest)
    expect(decodeURIComponent(tokenRequests(fake)[0]?.url ?? '')).toContain('scope=repository:team/app:pull&')
    expect(JSON.stringify(tokenRequests(fake))).not.toContain('secret')
  })

  it.each([
    ['no JSON', { status: 200, body: '<html>' }, 'INVALID_ANSWER'],
    ['null', { status: 200, body: 'null' }, 'INVALID_ANSWER'],
    ['no token', { status: 200, body: '{}' }, 'INVALID_ANSWER'],
    ['a token with a line break', { status: 200, body: '{"token":"a\\r\\nx-evil: 1"}' }, 'INVALID_ANSWER'],
    ['an endless answer', { status: 200, body: ' '.repeat(300_000) }, 'BODY_TOO_LARGE'],
    ['a redirect', { status: 302, headers: { location: 'http://127.0.0.1:1/' } }, 'UNKNOWN'],
    ['a failure', { status: 503 }, 'UNAVAILABLE'],
  ])('an endpoint that answers with %s is an error', async (_name, reply, code) => {
    const fake = await fakeWith({})
    fake.state.faults.push({ when: ({ path }) => path === '/token', action: { kind: 'answer', reply } })
    await expect(clientOf(fake, { credentials: ann }).ping()).rejects.toMatchObject({ code })
  })
})
