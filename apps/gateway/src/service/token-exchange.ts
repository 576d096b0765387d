import type { ServerResponse } from 'node:http'
import { DomainError } from '@berth/core'
import { exchangeToken, RefusedTokenError } from '@berth/core/identity-trusts'
import { issueToken, parseScopes, TOKEN_AUDIENCE, TOKEN_SERVICES } from '@berth/core/tokens'
import type { Gateway } from '../gateway.ts'
import type { Exchange } from '../request.ts'
import { withoutWithheld } from './withheld.ts'

export const TOKEN_EXCHANGE = 'urn:ietf:params:oauth:grant-type:token-exchange'
const ACCESS_TOKEN = 'urn:ietf:params:oauth:token-type:access_token'
const JWT = 'urn:ietf:params:oauth:token-type:jwt'
const subjectTypes = [JWT, 'urn:ietf:params:oauth:token-type:id_token']

/** RFC 6749 section 5.2. */
class OauthError extends Error {
  readonly error: string
  constructor(error: string, description: string) {
    super(description)
    this.error = error
  }
}

/**
 * RFC 8693: a job's token for a token of the registry, and for a name and a password that last as long. What is wrong
 * with a token is for the log; the client learns only that it is not accepted.
 */
export async function exchangeDoor(
  gateway: Gateway,
  exchange: Exchange,
  form: URLSearchParams,
): Promise<void> {
  const { res, requestId } = exchange
  try {
    sendJson(res, 200, await answerOf(gateway, exchange, form))
  } catch (error) {
    if (error instanceof OauthError) return refuse(res, 400, error.error, error.message)
    if (error instanceof RefusedTokenError) {
      gateway.log('info', 'a token was not exchanged', { reason: error.message, requestId })
      return refuse(res, 400, 'invalid_grant', 'the token is not accepted')
    }
    if (error instanceof DomainError && error.code === 'BAD_REQUEST')
      return refuse(res, 400, 'invalid_request', error.message)
    if (error instanceof DomainError && error.code === 'TOO_MANY_REQUEST')
      return refuse(res, 429, 'temporarily_unavailable', error.message, error.retryAfterSeconds)
    throw error
  }
}

async function answerOf({ core }: Gateway, { remoteAddress }: Exchange, form: URLSearchParams) {
  const token = single(form, 'subject_token')
  if (!token) throw new OauthError('invalid_request', 'subject_token is missing')
  if (!subjectTypes.includes(single(form, 'subject_token_type') ?? ''))
    throw new OauthError('invalid_request', `subject_token_type must be ${subjectTypes.join(' or ')}`)
  if (![ACCESS_TOKEN, JWT].includes(single(form, 'requested_token_type') ?? ACCESS_TOKEN))
    throw new OauthError('invalid_request', `requested_token_type must be ${ACCESS_TOKEN}`)
  if (form.has('actor_token')) throw new OauthError('invalid_request', 'nobody can act for the job')
  const service = single(form, 'service') ?? TOKEN_AUDIENCE
  if (!TOKEN_SERVICES.includes(service))
    throw new OauthError('invalid_target', `service must be one of ${TOKEN_SERVICES.join(', ')}`)
  const robot = single(form, 'robot')
  const { actor, username, password, expiresAt } = await exchangeToken(core, {
    token,
    robot,
    address: remoteAddress,
  })
  const scopes = await withoutWithheld(core, parseScopes(form.getAll('scope')))
  const issued = await issueToken(core, actor, { service, scopes })
  return {
    access_token: issued.token,
    // As docker's clients call it.
    token: issued.token,
    issued_token_type: ACCESS_TOKEN,
    token_type: 'Bearer',
    expires_in: issued.expiresInSeconds,
    issued_at: issued.issuedAt.toISOString(),
    scope: issued.scopes.join(' '),
    username,
    password,
    password_expires_at: expiresAt.toISOString(),
  }
}

/** Empty is as absent (RFC 6749 section 3.2); twice is an error. */
function single(form: URLSearchParams, name: string): string | undefined {
  const values = form.getAll(name)
  if (values.length > 1) throw new OauthError('invalid_request', `${name} is there more than once`)
  return values[0] || undefined
}

function refuse(
  res: ServerResponse,
  status: number,
  error: string,
  description: string,
  retryAfterSeconds?: number,
): void {
  if (retryAfterSeconds !== undefined) res.setHeader('retry-after', retryAfterSeconds)
  sendJson(res, status, { error, error_description: description })
}

function sendJson(res: ServerResponse, status: number, value: Record<string, unknown>): void {
  const body = JSON.stringify(value)
  res.writeHead(status, {
    'content-type': 'application/json; charset=utf-8',
    'content-length': Buffer.byteLength(body),
    'cache-control': 'no-store',
    pragma: 'no-cache',
  })
  res.end(body)
}
