import type { IncomingMessage, OutgoingHttpHeaders } from 'node:http'
import type { Core } from '@berth/core'
import { mintInternalToken } from '@berth/core/tokens'
import { OciError, unavailable } from '../oci-error.ts'
import { ClientGoneError, forward, relay } from '../proxy/forward.ts'
import { forwardedHeaders, registryAnswerHeaders, registryRequestHeaders } from '../proxy/headers.ts'
import { challenge } from './identity.ts'
import type { V2Request } from './request.ts'

export interface ToRegistry {
  /** Default: the request's own. */
  method?: string
  /** Path and query, rebuilt from parsed parts. */
  target: string
  /** Other scopes than the route's; then the registry gets a token of ours, whatever the client sent. */
  scopes?: readonly string[]
  headers?: OutgoingHttpHeaders
}

/** The request's headers for the registry: the client's token where it came with one, else one of ours. */
export async function registryHeaders(
  request: V2Request,
  scopes: readonly string[] | undefined,
): Promise<OutgoingHttpHeaders> {
  const { gateway, exchange, identity } = request
  return {
    ...registryRequestHeaders(exchange.req.headers),
    ...forwardedHeaders(gateway.externalUrl, exchange.remoteAddress),
    'x-request-id': exchange.requestId,
    authorization: await authorization(request, scopes, identity.bearer),
  }
}

async function authorization(
  { gateway, scope }: V2Request,
  scopes: readonly string[] | undefined,
  bearer: string | undefined,
): Promise<string> {
  const { registryCredentials } = gateway.core.settings
  if (registryCredentials) {
    const { username, password } = registryCredentials
    return `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`
  }
  if (bearer !== undefined && scopes === undefined) return bearer
  return `Bearer ${await mintInternalToken(gateway.core, scopes ?? [scope])}`
}

/** Streams the request to the registry and its answer back. */
export async function passToRegistry(request: V2Request, to: ToRegistry): Promise<void> {
  const { gateway, exchange } = request
  const headers = { ...(await registryHeaders(request, to.scopes)), ...to.headers }
  const method = to.method ?? exchange.req.method ?? 'GET'
  const answer = await timed(gateway.core, method, () =>
    forward(exchange, gateway.registry, { method, target: to.target, headers }),
  )
  refuseFailure(request, answer, to.scopes)
  if (answer.statusCode === 416 && exchange.req.method === 'GET') throw unsatisfiable(answer)
  const sent = registryAnswerHeaders(answer.headers, gateway.registry.url)
  try {
    await relay(exchange, gateway.registry, answer, sent)
    countBytes(request, answer)
  } catch (error) {
    if (error instanceof ClientGoneError) return
    gateway.log('warn', 'the registry broke off an answer', { error, requestId: exchange.requestId })
  }
}

/** Bytes of blobs, when all of them have arrived. */
function countBytes({ gateway, exchange, path }: V2Request, answer: IncomingMessage): void {
  if (!path.path.startsWith('/v2/<name>/blobs/')) return
  const { metrics } = gateway.core
  if (exchange.sentBytes > 0) metrics.add('berth_blob_bytes_total', ['up'], exchange.sentBytes)
  const lengthBytes = Number(answer.headers['content-length'])
  if (exchange.req.method === 'GET' && lengthBytes > 0)
    metrics.add('berth_blob_bytes_total', ['down'], lengthBytes)
}

/** Measures a request to the registry until the head of its answer. */
export async function timed<A extends { statusCode?: number | undefined } | { status: number }>(
  core: Core,
  method: string,
  send: () => Promise<A>,
): Promise<A> {
  const startMs = performance.now()
  const done = (result: string) => {
    core.metrics.add('berth_registry_requests_total', ['proxy', method, result])
    const seconds = (performance.now() - startMs) / 1_000
    core.metrics.observe('berth_registry_request_duration_seconds', ['proxy', method], seconds)
  }
  try {
    const answer = await send()
    const status = 'status' in answer ? answer.status : (answer.statusCode ?? 502)
    done(`${Math.floor(status / 100)}xx`)
    return answer
  } catch (error) {
    // Who has gone away says nothing about the registry.
    if (!(error instanceof ClientGoneError)) done('error')
    throw error
  }
}

/** Distribution announces the blob's length with this answer and sends no body: passed on, it would look broken off. */
function unsatisfiable(answer: IncomingMessage): OciError {
  // What was announced never comes: the connection is of no more use.
  answer.on('error', () => {}).destroy()
  const blob = answer.headers['content-range']
  const headers: Record<string, string> = blob === undefined ? {} : { 'content-range': blob }
  return new OciError(416, 'RANGE_INVALID', 'the blob has no such range of bytes', { headers })
}

/** Answers of the registry that are between it and us, not for the client's eyes. */
export function refuseFailure(
  request: V2Request,
  answer: Pick<IncomingMessage, 'statusCode' | 'resume'>,
  scopes: readonly string[] | undefined,
): void {
  const { gateway, identity, scope, exchange } = request
  const status = answer.statusCode ?? 502
  if (status === 401 || status === 403) {
    answer.resume()
    const doubt = gateway.core.settings.registryCredentials
      ? 'may the account in REGISTRY_USERNAME do everything?'
      : 'does it trust the certificate bundle?'
    gateway.log('error', `the registry refused what Berth allowed: ${doubt}`, {
      status,
      requestId: exchange.requestId,
    })
    // A token that is too narrow for the registry can be replaced by the client; ours cannot.
    if (identity.bearer !== undefined && scopes === undefined && !gateway.core.settings.registryCredentials)
      throw challenge(gateway, 'UNAUTHORIZED', 'the registry refused the token', scope, 'insufficient_scope')
    throw unavailable('the registry behind Berth refused the request')
  }
  if (status >= 500) {
    answer.resume()
    gateway.log('error', 'the registry failed', { status, requestId: exchange.requestId })
    throw unavailable('the registry behind Berth failed; try again')
  }
}
