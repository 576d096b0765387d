import { createHash } from 'node:crypto'
import { readText } from './body.ts'
import { errorFromAnswer, ProtocolError, type RegistryError } from './errors.ts'
import type { Answer, Exchange } from './exchange.ts'
import type { CachedToken } from './token-cache.ts'

export type Credentials = { username: string; password: string } | { identityToken: string }
/** Credentials, or what gives those of now where they end after some hours. */
export type CredentialSource = Credentials | (() => Promise<Credentials>)

export interface TokenQuestion {
  realm: URL
  service: string | undefined
  /** `repository:<name>:<actions>` and the like, sorted. */
  scopes: readonly string[]
  credentials: Credentials | undefined
}

const MAX_TOKEN_ANSWER_BYTES = 256 * 1024
// The Docker token spec: without expires_in a token lives for 60 seconds.
const DEFAULT_EXPIRES_IN_SECONDS = 60
const USABLE_SHARE_OF_LIFE = 0.9
const CLIENT_ID = 'berth'
const BEARER_TOKEN = /^[\x21-\x7e]{1,65536}$/

/** Which cached token answers this question. The credential goes in as a hash, so that a dump of keys reveals nothing. */
export function tokenKey(question: TokenQuestion): string {
  const credential = question.credentials
    ? createHash('sha256').update(JSON.stringify(question.credentials)).digest('base64url')
    : 'anonymous'
  return JSON.stringify([question.realm.href, question.service ?? null, question.scopes, credential])
}

/**
 * Asks a token endpoint: GET for anonymous and password (falling back to the OAuth2 POST where GET is not offered), POST with
 * grant_type refresh_token for an identity token.
 */
export async function fetchToken(
  exchange: Exchange,
  question: TokenQuestion,
  nowMs: () => number,
): Promise<CachedToken> {
  const askedAtMs = nowMs()
  let answer = await (isIdentity(question.credentials) ? post(exchange, question) : get(exchange, question))
  if (answer.status === 405 && question.credentials && !isIdentity(question.credentials)) {
    await answer.discard()
    answer = await post(exchange, question)
  }
  const text = await readText(answer, MAX_TOKEN_ANSWER_BYTES)
  if (answer.status !== 200) {
    throw errorFromAnswer('token endpoint', answer.status, answer.headers, text, nowMs())
  }
  return readToken(text, askedAtMs)
}

function isIdentity(credentials: Credentials | undefined): credentials is { identityToken: string } {
  return credentials !== undefined && 'identityToken' in credentials
}

export function basicAuthorization(credentials: { username: string; password: string }): string {
  const pair = `${credentials.username}:${credentials.password}`
  return `Basic ${Buffer.from(pair, 'utf8').toString('base64')}`
}

function get(exchange: Exchange, question: TokenQuestion): Promise<Answer> {
  const { credentials } = question
  const url = new URL(question.realm)
  if (question.service !== undefined) url.searchParams.set('service', question.service)
  for (const scope of question.scopes) url.searchParams.append('scope', scope)
  const headers: Record<string, string> = { accept: 'application/json' }
  if (credentials && 'username' in credentials) {
    url.searchParams.set('account', credentials.username)
    headers.authorization = basicAuthorization(credentials)
  }
  return exchange({ method: 'GET', url, headers })
}

function post(exchange: Exchange, question: TokenQuestion): Promise<Answer> {
  const { credentials } = question
  const form = new URLSearchParams({ client_id: CLIENT_ID, scope: question.scopes.join(' ') })
  if (question.service !== undefined) form.set('service', question.service)
  if (credentials && 'identityToken' in credentials) {
    form.set('grant_type', 'refresh_token')
    form.set('refresh_token', credentials.identityToken)
  } else if (credentials) {
    form.set('grant_type', 'password')
    form.set('username', credentials.username)
    form.set('password', credentials.password)
  }
  const bytes = new TextEncoder().encode(form.toString())
  return exchange({
    method: 'POST',
    url: question.realm,
    headers: { accept: 'application/json', 'content-type': 'application/x-www-form-urlencoded' },
    body: { sizeBytes: bytes.byteLength, open: () => bytes },
  })
}

function readToken(text: string, askedAtMs: number): CachedToken {
  let body: { token?: unknown; access_token?: unknown; expires_in?: unknown } | null
  try {
    body = JSON.parse(text) as typeof body
  } catch (cause) {
    throw new ProtocolError('token endpoint sent no JSON', { code: 'INVALID_ANSWER', cause })
  }
  const token = body?.token || body?.access_token
  if (typeof token !== 'string' || !BEARER_TOKEN.test(token)) {
    throw new ProtocolError('token endpoint sent no token', { code: 'INVALID_ANSWER' })
  }
  const expiresIn = body?.expires_in
  const lifeSeconds = typeof expiresIn === 'number' && expiresIn > 0 ? expiresIn : DEFAULT_EXPIRES_IN_SECONDS
  return { token, staleAtMs: askedAtMs + lifeSeconds * 1000 * USABLE_SHARE_OF_LIFE }
}

/** Thrown before anything is sent to a realm that may not have it. Of what the registry wrote it holds a host at most. */
export function realmNotAllowed(realm: URL | undefined): RegistryError {
  const what = realm ? `the token realm ${realm.origin}` : 'a token realm that is no address'
  return new ProtocolError(`${what} is not allowed`, { code: 'REALM_NOT_ALLOWED' })
}
