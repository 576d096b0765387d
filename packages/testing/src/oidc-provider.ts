import { generateKeyPairSync, randomBytes } from 'node:crypto'
import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { createTlsFetch } from '@berth/registry-client'
import { type Configuration, Provider } from 'oidc-provider'
import { createAuthority } from './certificates.ts'

/** Read at each request: what a test changes counts from the next sign-in on. */
export interface OidcPerson {
  /** What is typed into the sign-in page; also the claim `sub`. */
  username: string
  password: string
  /** `email`, `preferred_username`, `groups` and the like. */
  claims?: Record<string, unknown>
}

export interface OidcClient {
  id: string
  secret: string
  redirectUris: string[]
  postLogoutRedirectUris?: string[]
}

export interface OidcProviderOptions {
  people?: OidcPerson[]
  clients?: OidcClient[]
  /** Answers over TLS, with a certificate of an authority that nobody else knows. */
  tls?: boolean
  /** Beside `openid`, `profile`, `email`, `groups` and `offline_access`: which claims a scope gives. */
  claimsByScope?: Record<string, string[]>
}

/** What a job gets from its CI system. */
export interface WorkloadToken {
  audience: string
  /** `sub` and whatever else the system tells about the job. */
  claims: Record<string, unknown>
  /** Default 300. */
  lifetimeSeconds?: number
  /** Default `RS256`. */
  algorithm?: 'RS256' | 'ES256' | 'PS256'
}

export interface TestOidcProvider {
  /** On 127.0.0.1, or on localhost with TLS. */
  issuer: string
  /** Who signed its certificate; undefined without TLS. */
  authorityPem: string | undefined
  people: OidcPerson[]
  /** Trusts its certificate; follows no redirects over TLS. */
  fetch: typeof fetch
  /** Signed by the provider, and handed out by its token endpoint. */
  workloadToken(wanted: WorkloadToken): Promise<string>
  stop(): Promise<void>
}

const WORKLOAD_CLIENT = 'workloads'

/**
 * A real OpenID provider (the package oidc-provider): authorization code with PKCE, userinfo, logout at the provider, and
 * signed tokens for jobs. Its sign-in page has the fields `username` and `password` and one button; nobody is asked for
 * consent.
 */
export async function startOidcProvider(options: OidcProviderOptions = {}): Promise<TestOidcProvider> {
  const people = options.people ?? []
  const authority = options.tls ? createAuthority('An authority of an OpenID provider') : undefined
  const issued = authority?.issue(['localhost', '127.0.0.1'])
  let listener: RequestListener = (_req, res) => res.writeHead(503).end()
  const answer: RequestListener = (req, res) => listener(req, res)
  const server = issued
    ? createTlsServer({ cert: issued.certificatePem, key: issued.keyPem }, answer)
    : createServer(answer)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const issuer = issued ? `https://localhost:${port}` : `http://127.0.0.1:${port}`
  const workloadSecret = randomBytes(16).toString('hex')
  const pending = new Map<string, WorkloadToken>()
  const clients = [
    ...(options.clients ?? []).map((client) => ({
      client_id: client.id,
      client_secret: client.secret,
      redirect_uris: client.redirectUris,
      post_logout_redirect_uris: client.postLogoutRedirectUris ?? [],
      grant_types: ['authorization_code', 'refresh_token'],
      response_types: ['code' as const],
    })),
    {
      client_id: WORKLOAD_CLIENT,
      client_secret: workloadSecret,
      redirect_uris: [],
      grant_types: ['client_credentials'],
      response_types: [],
    },
  ]
  const provider = new Provider(issuer, {
    ...settings(people, pending, options.claimsByScope),
    clients,
  })
  const callback = provider.callback()
  listener = (req, res) => {
    if (req.url?.startsWith('/sign-in/')) void signInPage(provider, people, req, res)
    else callback(req, res)
  }
  const ask = authority ? createTlsFetch(authority.certificatePem) : fetch

  return {
    issuer,
    authorityPem: authority?.certificatePem,
    people,
    fetch: ask,
    async workloadToken(wanted) {
      // The resource tells the provider which of the tokens under way this is.
      const resource = `urn:test:${randomBytes(8).toString('hex')}`
      pending.set(resource, wanted)
      const response = await ask(`${issuer}/token`, {
        method: 'POST',
        headers: {
          authorization: `Basic ${Buffer.from(`${WORKLOAD_CLIENT}:${workloadSecret}`).toString('base64')}`,
          'content-type': 'application/x-www-form-urlencoded',
        },
        body: new URLSearchParams({ grant_type: 'client_credentials', resource }).toString(),
      })
      pending.delete(resource)
      if (!response.ok) throw new Error(`the provider refused: ${await response.text()}`)
      return ((await response.json()) as { access_token: string }).access_token
    },
    async stop() {
      const closed = new Promise((resolve) => server.close(resolve))
      server.closeAllConnections()
      await closed
    },
  }
}

function settings(
  people: OidcPerson[],
  pending: Map<string, WorkloadToken>,
  claimsByScope: Record<string, string[]> = {},
): Configuration {
  return {
    findAccount: (_context, username) => {
      const person = people.find((one) => one.username === username)
      return person && { accountId: username, claims: () => ({ sub: username, ...person.claims }) }
    },
    claims: {
      openid: ['sub'],
      email: ['email', 'email_verified'],
      profile: ['name', 'preferred_username'],
      groups: ['groups'],
      ...claimsByScope,
    },
    // Claims stand in the ID token too, as with most providers that companies run.
    conformIdTokenClaims: false,
    cookies: { keys: [randomBytes(16).toString('hex')] },
    interactions: { url: (_context, interaction) => `/sign-in/${interaction.uid}` },
    // RSA for RS256 and PS256 alike.
    jwks: { keys: [signingKey('RSA'), signingKey('EC')] },
    ttl: {
      ClientCredentials: 600,
      Grant: 3_600,
      Interaction: 600,
      Session: 3_600,
      IdToken: 600,
      AccessToken: 600,
    },
    pkce: { required: () => false },
    // Without asking for consent again, which would be needed for `offline_access`.
    issueRefreshToken: async (_context, client) => client.grantTypeAllowed('refresh_token'),
    async loadExistingGrant({ oidc }) {
      const grant = new oidc.provider.Grant({
        clientId: oidc.client!.clientId,
        accountId: oidc.session!.accountId!,
      })
      grant.addOIDCScope(String(oidc.params!.scope))
      await grant.save()
      return grant
    },
    features: {
      devInteractions: { enabled: false },
      rpInitiatedLogout: {
        enabled: true,
        logoutSource: (context, form) => {
          context.body = `<!doctype html><title>Sign out</title>${form}<button form="op.logoutForm" name="logout" value="yes">Sign out</button>`
        },
      },
      clientCredentials: { enabled: true },
      resourceIndicators: {
        enabled: true,
        defaultResource: () => [],
        getResourceServerInfo: (_context, resource) => {
          const wanted = pending.get(resource)
          if (!wanted) throw new Error('no token of this kind is under way')
          return {
            scope: '',
            audience: resource,
            accessTokenFormat: 'jwt',
            accessTokenTTL: wanted.lifetimeSeconds ?? 300,
            jwt: { sign: { alg: wanted.algorithm ?? 'RS256' } },
          }
        },
      },
    },
    formats: {
      customizers: {
        // What CI systems hand out: an identity, not OAuth access.
        jwt(_context, _token, jwt) {
          const wanted = pending.get(String(jwt.payload.aud))
          if (!wanted) return
          jwt.header = { ...jwt.header, typ: 'JWT' }
          jwt.payload = { ...jwt.payload, ...wanted.claims, aud: wanted.audience }
        },
      },
    },
  }
}

function signingKey(type: 'RSA' | 'EC') {
  const { privateKey } =
    type === 'EC'
      ? generateKeyPairSync('ec', { namedCurve: 'P-256' })
      : generateKeyPairSync('rsa', { modulusLength: 2_048 })
  return { ...privateKey.export({ format: 'jwk' }), use: 'sig' as const, kid: randomBytes(8).toString('hex') }
}

async function signInPage(
  provider: Provider,
  people: OidcPerson[],
  req: IncomingMessage,
  res: ServerResponse,
): Promise<void> {
  try {
    const { prompt } = await provider.interactionDetails(req, res)
    if (prompt.name === 'consent') {
      await provider.interactionFinished(req, res, { consent: {} })
      return
    }
    const form = new URLSearchParams(req.method === 'POST' ? await text(req) : '')
    const person = people.find(({ username }) => username === form.get('username'))
    if (person && person.password === form.get('password')) {
      await provider.interactionFinished(req, res, { login: { accountId: person.username } })
      return
    }
    res
      .writeHead(200, { 'content-type': 'text/html; charset=utf-8' })
      .end(
        '<!doctype html><title>Sign in</title><form method="post">' +
          '<input name="username"><input name="password" type="password"><button>Sign in</button></form>',
      )
  } catch (error) {
    res.writeHead(500).end(String(error))
  }
}
