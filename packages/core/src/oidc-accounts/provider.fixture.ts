import { generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import type { OidcSettings } from './provider/index.ts'

/** For tests: a provider that says whatever a test wants it to say, the wrong things too. */
export interface ScriptedProvider {
  issuer: string
  /** What its description says, beside what it needs. */
  description: Record<string, unknown>
  /** What its list of keys holds. */
  keys: Record<string, unknown>[]
  /** Answers of the token endpoint. */
  token: (form: URLSearchParams, authorization: string) => { status: number; body: unknown }
  /** Undefined: the endpoint answers 404. */
  userinfo: Record<string, unknown> | undefined
  /** Paths that were asked for. */
  asked: string[]
  /** Undefined: it answers as it should. */
  answer: ((req: IncomingMessage, res: ServerResponse) => void) | undefined
  idToken(claims?: Record<string, unknown>, how?: Signing): string
  /** A new pair, of which the public half joins the list. */
  addKey(kid?: string): { kid: string; privateKey: KeyObject; publicKey: KeyObject }
  stop(): Promise<void>
}

export interface Signing {
  header?: Record<string, unknown>
  /** Instead of a signature with the provider's newest key. */
  signature?: (signed: string) => Buffer
}

export const CLIENT = { id: 'berth', secret: 'client & secret' }
export const NONCE = 'the nonce of the sign-in'
const encoded = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url')

export async function startScriptedProvider(now: () => number = Date.now): Promise<ScriptedProvider> {
  const server = createServer((req, res) => void answer(req, res))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const privateKeys: { kid: string; privateKey: KeyObject; publicKey: KeyObject }[] = []
  const provider: ScriptedProvider = {
    issuer,
    description: {},
    keys: [],
    token: () => ({ status: 200, body: { access_token: 'access', id_token: provider.idToken() } }),
    userinfo: undefined,
    asked: [],
    answer: undefined,
    idToken(claims = {}, { header = {}, signature } = {}) {
      const key = privateKeys.at(-1)!
      const nowSeconds = Math.floor(now() / 1000)
      const body = {
        iss: issuer,
        aud: CLIENT.id,
        sub: 'ada',
        nonce: NONCE,
        iat: nowSeconds,
        exp: nowSeconds + 300,
        ...claims,
      }
      const signed = `${encoded({ alg: 'ES256', kid: key.kid, ...header })}.${encoded(body)}`
      const made = signature
        ? signature(signed)
        : sign('sha256', Buffer.from(signed), { key: key.privateKey, dsaEncoding: 'ieee-p1363' })
      return `${signed}.${made.toString('base64url')}`
    },
    addKey(kid = randomBytes(4).toString('hex')) {
      const pair = { kid, ...generateKeyPairSync('ec', { namedCurve: 'P-256' }) }
      privateKeys.push(pair)
      provider.keys.push({ ...pair.publicKey.export({ format: 'jwk' }), kid, use: 'sig' })
      return pair
    },
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
  provider.addKey()

  async function answer(req: IncomingMessage, res: ServerResponse): Promise<void> {
    const path = req.url ?? ''
    provider.asked.push(path)
    if (provider.answer) return provider.answer(req, res)
    const send = (status: number, body: unknown) =>
      res.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
    if (path === '/.well-known/openid-configuration')
      send(200, {
        issuer,
        authorization_endpoint: `${issuer}/authorize`,
        token_endpoint: `${issuer}/token`,
        jwks_uri: `${issuer}/keys`,
        userinfo_endpoint: `${issuer}/userinfo`,
        end_session_endpoint: `${issuer}/logout`,
        ...provider.description,
      })
    else if (path === '/keys') send(200, { keys: provider.keys })
    else if (path === '/userinfo') send(provider.userinfo ? 200 : 404, provider.userinfo ?? {})
    else if (path === '/token') {
      const said = provider.token(new URLSearchParams(await text(req)), req.headers.authorization ?? '')
      send(said.status, said.body)
    } else send(404, {})
  }
  return provider
}

export const settingsFor = (
  provider: ScriptedProvider,
  changes: Partial<OidcSettings> = {},
): OidcSettings => ({
  name: 'Provider',
  endpoint: provider.issuer,
  clientId: CLIENT.id,
  clientSecret: CLIENT.secret,
  scopes: ['openid'],
  userClaim: '',
  groupsClaim: 'groups',
  adminGroup: '',
  groupFilter: '',
  verifyCert: true,
  ca: '',
  extraParameters: {},
  autoOnboard: false,
  logout: false,
  takesNewPeople: true,
  ...changes,
})
