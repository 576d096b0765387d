import { createHmac, generateKeyPairSync, sign } from 'node:crypto'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type Core, createCore } from '../../context/index.ts'
import {
  CLIENT,
  NONCE,
  type ScriptedProvider,
  settingsFor,
  startScriptedProvider,
} from '../provider.fixture.ts'
import { isNeverProvider } from './ask.ts'
import { exchangeCode, type OidcSettings, readDescription, refreshStatement, toIdentity } from './index.ts'

let provider: ScriptedProvider
let core: Core
let clockMs = Date.now()

beforeEach(async () => {
  provider = await startScriptedProvider(() => clockMs)
  core = createCore({
    // Nothing here asks a database.
    databaseUrl: 'postgresql://nobody@127.0.0.1:9/none',
    secretKey: 'a secret key of thirty-two characters',
    externalUrl: 'http://berth.test',
    registryUrl: 'http://127.0.0.1:9',
    now: () => clockMs,
  })
})
afterEach(async () => {
  await provider.stop()
  await core.close()
})

const exchange = (changes: Partial<OidcSettings> = {}) =>
  exchangeCode(core, settingsFor(provider, changes), {
    code: 'code',
    codeVerifier: 'verifier',
    nonce: NONCE,
    redirectUri: 'http://berth.test/c/oidc/callback',
  })
const keep = async () => {}
const problem = (name: string) => expect.objectContaining({ problem: name })
const saying = (idToken: string) => {
  provider.token = () => ({ status: 200, body: { access_token: 'access', id_token: idToken } })
}

describe('the code', () => {
  it('goes to the provider with verifier, redirect address and the client’s encoded secret', async () => {
    let form = new URLSearchParams()
    let header = ''
    provider.token = (sent, authorization) => {
      form = sent
      header = authorization
      return {
        status: 200,
        body: { access_token: 'access', id_token: provider.idToken(), refresh_token: 'r' },
      }
    }
    provider.userinfo = { sub: 'ada', email: 'ada@example.com', iss: 'elsewhere' }
    const statement = await exchange()
    expect(statement).toMatchObject({ subject: 'ada', issuer: provider.issuer, refreshToken: 'r' })
    expect(statement.claims).toMatchObject({ email: 'ada@example.com', iss: provider.issuer })
    expect(Object.fromEntries(form)).toEqual({
      grant_type: 'authorization_code',
      code: 'code',
      code_verifier: 'verifier',
      redirect_uri: 'http://berth.test/c/oidc/callback',
    })
    expect(Buffer.from(header.slice(6), 'base64').toString()).toBe('berth:client+%26+secret')
  })

  it('goes with the secret in the body where the provider wants it there, and without one for a public client', async () => {
    const forms: URLSearchParams[] = []
    provider.token = (form) => {
      forms.push(form)
      return { status: 200, body: { access_token: 'access', id_token: provider.idToken() } }
    }
    await exchange({ clientSecret: '' })
    core.cache('oidc.description', 1, 1).clear()
    provider.description = { token_endpoint_auth_methods_supported: ['client_secret_post'] }
    await exchange()
    expect(forms[0]!.get('client_id')).toBe(CLIENT.id)
    expect(forms[0]!.has('client_secret')).toBe(false)
    expect(forms[1]!.get('client_secret')).toBe(CLIENT.secret)
  })

  it.each([
    [400, { error: 'invalid_grant' }, 'refused'],
    [401, { error: 'invalid_client' }, 'misconfigured'],
    [400, { error: 'unauthorized_client' }, 'misconfigured'],
    [400, {}, 'misconfigured'],
    [302, {}, 'misconfigured'],
    [503, { error: 'invalid_grant' }, 'unreachable'],
    [429, {}, 'unreachable'],
  ])('that is answered with %i %j is %s', async (status, body, name) => {
    provider.token = () => ({ status, body })
    await expect(exchange()).rejects.toEqual(problem(name))
  })
})

describe('an identity token is refused', () => {
  const claims: [string, () => Record<string, unknown>][] = [
    ['of another issuer', () => ({ iss: 'https://evil.example' })],
    ['for another client', () => ({ aud: 'somebody-else' })],
    ['for several clients that another one asked for', () => ({ aud: [CLIENT.id, 'x'], azp: 'x' })],
    ['that has expired', () => ({ exp: Math.floor(clockMs / 1000) - 61 })],
    ['without an end', () => ({ exp: undefined })],
    ['from the future', () => ({ iat: Math.floor(clockMs / 1000) + 120 })],
    ['of another sign-in', () => ({ nonce: 'another' })],
    ['without a nonce', () => ({ nonce: undefined })],
    ['about nobody', () => ({ sub: '' })],
    ['about a number', () => ({ sub: 7 })],
  ]
  it.each(claims)('%s', async (_name, changed) => {
    saying(provider.idToken(changed()))
    await expect(exchange()).rejects.toEqual(problem('invalid'))
  })

  it('that is not signed, or with a secret that everybody knows', async () => {
    const { publicKey } = provider.addKey()
    const pem = publicKey.export({ type: 'spki', format: 'pem' }) as string
    for (const how of [
      { header: { alg: 'none' }, signature: () => Buffer.alloc(0) },
      {
        header: { alg: 'HS256' },
        signature: (signed: string) => createHmac('sha256', pem).update(signed).digest(),
      },
      {
        header: { alg: 'HS256' },
        signature: (signed: string) => createHmac('sha256', CLIENT.secret).update(signed).digest(),
      },
      { header: { alg: 'constructor' } },
      { header: { crit: ['x'] } },
      { signature: () => Buffer.alloc(64) },
    ]) {
      saying(provider.idToken({}, how))
      await expect(exchange()).rejects.toEqual(problem('invalid'))
    }
  })

  it('signed with a key that comes with it', async () => {
    const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
    const jwk = publicKey.export({ format: 'jwk' })
    saying(
      provider.idToken(
        {},
        {
          header: { jwk, jku: `${provider.issuer}/other` },
          signature: (signed) =>
            sign('sha256', Buffer.from(signed), { key: privateKey, dsaEncoding: 'ieee-p1363' }),
        },
      ),
    )
    await expect(exchange()).rejects.toEqual(problem('invalid'))
  })

  it('when userinfo speaks of somebody else', async () => {
    provider.userinfo = { sub: 'eve', groups: ['admins'] }
    await expect(exchange()).rejects.toEqual(problem('invalid'))
  })
})

it('a new key of the provider is found once the list may be asked for again', async () => {
  await exchange()
  provider.addKey()
  await expect(exchange()).rejects.toEqual(problem('invalid'))
  clockMs += 31_000
  await expect(exchange()).resolves.toMatchObject({ subject: 'ada' })
  expect(provider.asked.filter((path) => path === '/keys')).toHaveLength(2)
})

describe('a refresh', () => {
  it('must speak of the same person', async () => {
    saying(provider.idToken({ sub: 'eve' }))
    await expect(refreshStatement(core, settingsFor(provider), 'r', 'ada', keep)).rejects.toEqual(
      problem('invalid'),
    )
  })

  it('may bring no identity token', async () => {
    provider.token = () => ({ status: 200, body: { access_token: 'access' } })
    const bare = await refreshStatement(core, settingsFor(provider), 'r', 'ada', keep)
    expect(bare).toMatchObject({ subject: undefined, claims: {} })
    provider.userinfo = { sub: 'ada', groups: ['a'] }
    const told = await refreshStatement(core, settingsFor(provider), 'r', 'ada', keep)
    expect(told).toMatchObject({ subject: 'ada', claims: { groups: ['a'] } })
  })
})

describe('the description', () => {
  const read = (changes: Partial<OidcSettings> = {}) => readDescription(settingsFor(provider, changes))

  it.each<[string, Record<string, unknown>]>([
    ['of another issuer', { issuer: 'https://evil.example' }],
    ['without a token endpoint', { token_endpoint: undefined }],
    ['with a script for an address', { authorization_endpoint: 'javascript:alert(1)' }],
    ['with a file for an address', { jwks_uri: 'file:///etc/passwd' }],
  ])('%s is refused', async (_name, changes) => {
    provider.description = changes
    await expect(read()).rejects.toEqual(problem('invalid'))
  })

  it('is read with or without a slash at the end of the issuer', async () => {
    await expect(read({ endpoint: `${provider.issuer}/` })).resolves.toMatchObject({
      issuer: provider.issuer,
    })
  })

  it('is not looked for where a redirect leads, and not read to an end that never comes', async () => {
    provider.answer = (_req, res) => res.writeHead(302, { location: 'http://127.0.0.1:9/' }).end()
    await expect(read()).rejects.toEqual(problem('invalid'))
    provider.answer = (_req, res) => {
      const more = () => res.write('x'.repeat(64 * 1024), () => !res.destroyed && setImmediate(more))
      more()
    }
    await expect(read()).rejects.toEqual(problem('unreachable'))
  })

  it.each([
    'http://169.254.169.254',
    'http://[fe80::1]',
    'http://[::ffff:169.254.169.254]',
    'http://0xa9fea9fe',
    'http://0.0.0.0',
    'http://[::]',
    'http://224.0.0.1',
  ])('is never asked for at %s', async (endpoint) => {
    await expect(read({ endpoint })).rejects.toEqual(problem('unreachable'))
  })
})

it.each(['10.1.2.3', '192.168.0.1', '127.0.0.1', '::1', 'fd12::1', '93.184.216.34'])(
  'a provider may live at %s',
  (address) => expect(isNeverProvider(address)).toBe(false),
)

describe('what a person’s claims say', () => {
  const identity = (claims: Record<string, unknown>, changes: Partial<OidcSettings> = {}) =>
    toIdentity(settingsFor(provider, changes), claims)

  it('is taken over, and an address only when the provider does not doubt it', () => {
    expect(identity({ preferred_username: 'ada', email: 'a@example.com', name: 'Ada L' })).toEqual({
      suggestedName: 'ada',
      email: 'a@example.com',
      realname: 'Ada L',
      groups: [],
      admin: false,
    })
    expect(identity({ email: 'a@example.com', email_verified: false }).email).toBe('')
    expect(identity({ upn: 'ada@corp', preferred_username: 'x' }, { userClaim: 'upn' }).suggestedName).toBe(
      'ada@corp',
    )
  })

  it('names groups, also further inside, and what is no name is left out', () => {
    const groups = ['a', 'a', '', 7, null, 'x'.repeat(256), 'n\0ul', '\ud800', 'b']
    expect(identity({ groups }).groups).toEqual(['a', 'b'])
    expect(identity({ groups: 'one' }).groups).toEqual(['one'])
    expect(identity({ realm: { roles: ['r'] } }, { groupsClaim: 'realm.roles' }).groups).toEqual(['r'])
    expect(identity({ 'realm.roles': ['s'] }, { groupsClaim: 'realm.roles' }).groups).toEqual(['s'])
    for (const groupsClaim of ['constructor', '__proto__', 'toString.name'])
      expect(identity({}, { groupsClaim }).groups).toEqual([])
  })

  it('gives the groups that the filter lets through; the admin group is asked of all', () => {
    const claims = { groups: ['team-a', 'TEAM-b', 'other'] }
    expect(identity(claims, { groupFilter: '^team-' }).groups).toEqual(['team-a'])
    expect(identity(claims, { groupFilter: '(?i)^team-', adminGroup: 'other' })).toMatchObject({
      groups: ['team-a', 'TEAM-b'],
      admin: true,
    })
    expect(identity(claims, { adminGroup: 'nobody' }).admin).toBe(false)
    expect(identity({ groups: [''] }, { adminGroup: '' }).admin).toBe(false)
  })

  it('is refused when the filter would go on for ever', () => {
    const endless = () => identity({ groups: [`${'a'.repeat(60)}!`] }, { groupFilter: '^(a+)+$' })
    expect(endless).toThrow(problem('misconfigured'))
  })
})

it('leaves out an address or a name that nobody here may have', () => {
  const of = (claims: Record<string, string>) =>
    toIdentity(settingsFor(provider), { sub: 'ada', ...claims } as never)
  for (const email of ['a\0@example.com', 'no address', `${'\u0130'.repeat(200)}@example.com`])
    expect(of({ email, name: 'Ada' })).toMatchObject({ email: '', realname: 'Ada' })
  for (const name of ['a\0b', 'Admin\u202egnp.exe', 'half \ud83d'])
    expect(of({ email: 'ada@example.com', name })).toMatchObject({ email: 'ada@example.com', realname: '' })
})
