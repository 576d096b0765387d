import { createHash, randomBytes } from 'node:crypto'
import { type TestDatabase, testDatabase } from '@berth/testing'
import { startOidcProvider, type TestOidcProvider } from '@berth/testing/oidc-provider'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { authenticateBasic } from '../authentication/index.ts'
import { SYSTEM } from '../authorization/index.ts'
import { updateConfigurations } from '../configurations/index.ts'
import { type Core, createCore } from '../context/index.ts'
import { resolveSession } from '../sessions/index.ts'
import { createCliSecret, personFrom, refreshAccounts, signInPerson, wayToProvider } from './index.ts'

// Signing in at a real OpenID provider without a browser, and what the provider says of its people afterwards.

const CLIENT = { id: 'berth', secret: 'a secret of the client' }
let database: TestDatabase
let core: Core
let provider: TestOidcProvider

beforeAll(async () => {
  database = await testDatabase()
  provider = await startOidcProvider({
    tls: true,
    clients: [{ ...CLIENT, redirectUris: ['http://berth.test/c/oidc/callback'] }],
    people: ['ada', 'bob'].map((username) => ({
      username,
      password: `${username}-secret`,
      claims: { preferred_username: username, groups: ['builders'] },
    })),
  })
  core = createCore({
    databaseUrl: database.url,
    secretKey: 'a secret key of thirty-two characters',
    externalUrl: 'http://berth.test',
    registryUrl: 'http://127.0.0.1:9',
    poolSize: 4,
  })
  await updateConfigurations(core, SYSTEM, {
    auth_mode: 'oidc_auth',
    oidc_endpoint: provider.issuer,
    oidc_client_id: CLIENT.id,
    oidc_client_secret: CLIENT.secret,
    oidc_ca: provider.authorityPem,
    oidc_scope: 'openid,profile,groups,offline_access',
    oidc_extra_redirect_parms: JSON.stringify({ prompt: 'consent' }),
    oidc_groups_claim: 'groups',
    oidc_admin_group: 'chiefs',
    oidc_auto_onboard: true,
  })
})
afterAll(async () => {
  await core?.close()
  await provider?.stop()
  await database?.drop()
})

/** A browser with cookies that fills in the provider's form and is sent back with a code. */
async function signInAtProvider(username: string) {
  const way = await wayToProvider(core)
  const began = {
    state: randomBytes(16).toString('hex'),
    nonce: randomBytes(16).toString('hex'),
    codeVerifier: randomBytes(32).toString('base64url'),
  }
  const challenge = createHash('sha256').update(began.codeVerifier).digest('base64url')
  const start = new URL(way.authorizationEndpoint)
  start.search = new URLSearchParams({
    ...way.parameters,
    client_id: way.clientId,
    state: began.state,
    nonce: began.nonce,
    code_challenge: challenge,
    code_challenge_method: 'S256',
  }).toString()
  const cookies = new Map<string, string>()
  let url = start
  let form: URLSearchParams | undefined
  for (let step = 0; step < 10; step++) {
    const answer = await provider.fetch(url.href, {
      method: form ? 'POST' : 'GET',
      redirect: 'manual',
      headers: {
        cookie: [...cookies].map(([name, value]) => `${name}=${value}`).join('; '),
        ...(form && { 'content-type': 'application/x-www-form-urlencoded' }),
      },
      ...(form && { body: form.toString() }),
    })
    for (const line of answer.headers.getSetCookie()) {
      const [pair] = line.split(';') as [string]
      const equals = pair.indexOf('=')
      cookies.set(pair.slice(0, equals), pair.slice(equals + 1))
    }
    const location = answer.headers.get('location')
    form = undefined
    if (location) url = new URL(location, url)
    else form = new URLSearchParams({ username, password: `${username}-secret` })
    if (url.host === 'berth.test') break
  }
  const back = url.searchParams
  const person = await personFrom(core, {
    code: back.get('code') ?? undefined,
    state: back.get('state') ?? undefined,
    issuer: back.get('iss') ?? undefined,
    began,
  })
  const outcome = await signInPerson(core, person, { address: '192.0.2.1', userAgent: 'test' })
  if (outcome.kind !== 'signed-in') throw new Error('has to choose a name')
  return outcome.session
}

const groupsOf = async (userId: number) => {
  const rows = await database.db.query<{ name: string }>(
    'SELECT g.name FROM user_group_members m JOIN user_groups g ON g.id = m.group_id WHERE m.user_id = ? ORDER BY g.name',
    [userId],
  )
  return rows.map(({ name }) => name)
}
/** As if everybody’s turn had come: the provider's own clock cannot be moved. */
const refresh = async () => {
  await database.db.prisma.oidcAccount.updateMany({ data: { checkedAt: new Date(0) } })
  return refreshAccounts(core)
}

it('groups and the administrator’s right follow the provider without a sign-in, whatever it does with its refresh tokens', async () => {
  const ada = await signInAtProvider('ada')
  expect(ada.user).toMatchObject({ username: 'ada', sysadmin: false })
  expect(await groupsOf(ada.user.id)).toEqual(['builders'])
  const { refreshToken } = await database.db.prisma.oidcAccount.findFirstOrThrow()
  expect(refreshToken).not.toBeNull()
  const person = provider.people.find(({ username }) => username === 'ada')!
  person.claims = { ...person.claims, groups: ['chiefs', 'testers'] }
  expect(await refresh()).toMatchObject({ renewed: 1, ended: 0, failed: 0 })
  expect(await groupsOf(ada.user.id)).toEqual(['chiefs', 'testers'])
  expect((await resolveSession(core, ada.secret))?.user.sysadmin).toBe(true)
  person.claims = { ...person.claims, groups: [] }
  for (let n = 0; n < 3; n++) expect(await refresh()).toMatchObject({ renewed: 1, ended: 0, failed: 0 })
  expect(await groupsOf(ada.user.id)).toEqual([])
  // What an administrator had opened ends with the right.
  expect(await resolveSession(core, ada.secret)).toBeNull()
})

it('whom the provider has no more loses session and CLI secret; the others keep theirs', async () => {
  const [ada, bob] = [await signInAtProvider('ada'), await signInAtProvider('bob')]
  const secret = await createCliSecret(core, bob.user)
  const credentials = { username: 'bob', password: secret, address: '192.0.2.7' }
  expect(await authenticateBasic(core, credentials)).toMatchObject({ id: bob.user.id })
  provider.people.splice(
    provider.people.findIndex(({ username }) => username === 'bob'),
    1,
  )
  expect(await refresh()).toMatchObject({ renewed: 1, ended: 1, failed: 0 })
  expect(await resolveSession(core, bob.secret)).toBeNull()
  await expect(authenticateBasic(core, credentials)).rejects.toMatchObject({ code: 'UNAUTHORIZED' })
  expect(await resolveSession(core, ada.secret)).not.toBeNull()
})

it('a provider that is away ends nobody', async () => {
  const ada = await signInAtProvider('ada')
  await provider.stop()
  expect(await refresh()).toMatchObject({ renewed: 0, ended: 0, failed: 1 })
  expect(await resolveSession(core, ada.secret)).not.toBeNull()
})
