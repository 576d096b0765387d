import { type Actor, ANONYMOUS, DomainError } from '@berth/core'
import { authenticateBasic } from '@berth/core/authentication'
import {
  issueRefreshToken,
  issueToken,
  parseScopes,
  redeemRefreshToken,
  TOKEN_SERVICES,
} from '@berth/core/tokens'
import type { Gateway } from '../gateway.ts'
import { OciError } from '../oci-error.ts'
import { type Exchange, readBody } from '../request.ts'
import { readBasic } from '../v2/identity.ts'
import { noteRefusedScopes } from './refused-scopes.ts'
import { exchangeDoor, TOKEN_EXCHANGE } from './token-exchange.ts'
import { withoutWithheld } from './withheld.ts'

const ISSUED = ['issued'] as const
const MAX_FORM_BYTES = 64 * 1024

interface TokenRequest {
  actor: Actor
  service: string
  scopes: readonly string[]
  /** The client wants a refresh token beside the token. */
  offline: boolean
  /** The one it came with, given back while it lasts. */
  refreshToken?: string
}

/**
 * The docker token protocol: GET, and the OAuth2 form of POST; there jobs exchange the tokens of their CI systems, too.
 *
 * @throws OciError 400, 401, 405; DomainError TOO_MANY_REQUEST
 */
export async function tokenDoor(gateway: Gateway, exchange: Exchange, search: string): Promise<void> {
  const { method } = exchange.req
  if (method !== 'GET' && method !== 'POST')
    throw new OciError(405, 'UNSUPPORTED', 'tokens are had by GET or POST', {
      headers: { allow: 'GET, POST' },
    })
  try {
    if (method === 'GET') {
      const request = await fromQuery(gateway, exchange, new URLSearchParams(search))
      return await answer(gateway, exchange, request)
    }
    const form = await readForm(exchange)
    if (form.get('grant_type') === TOKEN_EXCHANGE) return await exchangeDoor(gateway, exchange, form)
    await answer(gateway, exchange, await fromForm(gateway, exchange, form))
  } catch (error) {
    const refused = error instanceof DomainError || error instanceof OciError
    gateway.core.metrics.add('berth_tokens_total', [refused ? 'refused' : 'failed'])
    if (error instanceof DomainError && error.code === 'UNAUTHORIZED') throw wrongCredentials(error.message)
    throw error
  }
}

const wrongCredentials = (message: string) =>
  new OciError(401, 'UNAUTHORIZED', message, { headers: { 'www-authenticate': 'Basic realm="Berth"' } })

async function fromQuery(
  { core }: Gateway,
  { req, remoteAddress }: Exchange,
  query: URLSearchParams,
): Promise<TokenRequest> {
  const service = requireService(query.get('service'))
  const scopes = query.getAll('scope')
  const { authorization } = req.headers
  if (authorization === undefined) {
    // `docker login` without a name asks for no scope: there is nothing anonymous to log in to.
    if (asksForNothing(scopes)) throw wrongCredentials('authentication required')
    return { actor: ANONYMOUS, service, scopes, offline: false }
  }
  const credentials = { ...readBasic(authorization, remoteAddress), anew: asksForNothing(scopes) }
  const actor = await authenticateBasic(core, credentials)
  return { actor, service, scopes, offline: query.get('offline_token') === 'true' }
}

/** As `docker login` does. */
const asksForNothing = (scopes: readonly string[]): boolean => scopes.every((scope) => scope.trim() === '')

async function readForm(exchange: Exchange): Promise<URLSearchParams> {
  const type = exchange.req.headers['content-type'] ?? ''
  if (!/^application\/x-www-form-urlencoded(;|$)/i.test(type))
    throw new OciError(400, 'UNSUPPORTED', 'the body must be a form')
  return new URLSearchParams((await readBody(exchange, { maxBytes: MAX_FORM_BYTES })).toString('utf8'))
}

async function fromForm({ core }: Gateway, exchange: Exchange, form: URLSearchParams): Promise<TokenRequest> {
  const service = requireService(form.get('service'))
  const scopes = form.getAll('scope')
  const offline = form.get('access_type') === 'offline'
  const grant = form.get('grant_type')
  if (grant === 'password') {
    const credentials = { username: form.get('username') ?? '', password: form.get('password') ?? '' }
    const address = exchange.remoteAddress
    const actor = await authenticateBasic(core, { ...credentials, address, anew: asksForNothing(scopes) })
    return { actor, service, scopes, offline }
  }
  if (grant === 'refresh_token') {
    const refreshToken = form.get('refresh_token') ?? ''
    const actor = await redeemRefreshToken(core, refreshToken)
    return { actor, service, scopes, offline: true, refreshToken }
  }
  throw new OciError(
    400,
    'UNSUPPORTED',
    'grant_type must be password, refresh_token or that of a token exchange',
  )
}

function requireService(service: string | null): string {
  if (service !== null && TOKEN_SERVICES.includes(service)) return service
  throw new OciError(400, 'UNSUPPORTED', `service must be one of ${TOKEN_SERVICES.join(', ')}`)
}

async function answer(gateway: Gateway, { req, res }: Exchange, request: TokenRequest): Promise<void> {
  const { actor, service, offline } = request
  const scopes = await withoutWithheld(gateway.core, parseScopes(request.scopes))
  const issued = await issueToken(gateway.core, actor, { service, scopes })
  const { token, expiresInSeconds, issuedAt } = issued
  const refreshToken =
    offline && actor.kind === 'user'
      ? (request.refreshToken ?? (await issueRefreshToken(gateway.core, actor)))
      : undefined
  const refresh = refreshToken === undefined ? '' : `,"refresh_token":"${refreshToken}"`
  // RFC 6749 section 5.1: needed where less was given than asked. The GET form has no such field.
  const granted = req.method === 'POST' ? `,"scope":"${issued.scopes.join(' ')}"` : ''
  const times = `"expires_in":${expiresInSeconds},"issued_at":"${issuedAt.toISOString()}"`
  // All of it is base64url, digits and names of repositories. Said to be latin1, it is copied; as UTF-8 node encodes it character by character,
  // which costs more than the signature.
  const body = `{"token":"${token}","access_token":"${token}",${times}${granted}${refresh}}`
  res.writeHead(200, {
    'content-type': 'application/json; charset=utf-8',
    'content-length': body.length,
    'cache-control': 'no-store',
  })
  res.end(body, 'latin1')
  gateway.core.metrics.add('berth_tokens_total', ISSUED)
  await noteRefusedScopes(gateway.core, actor, request.scopes, issued.scopes)
}
