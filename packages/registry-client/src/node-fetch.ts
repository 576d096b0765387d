import {
  type ClientRequest,
  type IncomingMessage,
  Agent as PlainAgent,
  request as plainRequest,
} from 'node:http'
import { Agent as TlsAgent, request as tlsRequest } from 'node:https'
import type { LookupFunction } from 'node:net'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'

// Below what servers and balancers commonly keep, so that a connection is rarely used in the moment it ends.
const IDLE_CONNECTION_MS = 30_000
const CONNECT_LIMIT_MS = 10_000
/** Answers that have no body; `Response` insists. */
const BODILESS = [204, 205, 304]

export interface NodeFetchOptions {
  /** PEM of the only authorities that may vouch for a host; the system's when not given. */
  ca?: string | string[]
  /** Believes any certificate. */
  insecure?: boolean
  /** Says where a name leads to, asked for each new connection; never for addresses that are written out. */
  lookup?: LookupFunction
}

interface Agents {
  'http:': PlainAgent
  'https:': TlsAgent
}

/**
 * A fetch with connections of its own, which Node's cannot be told about one server's certificates or addresses. It is as
 * much of fetch as the client uses: no redirects are followed, nothing is decoded, and no proxy of the environment is asked.
 */
export function createNodeFetch(options: NodeFetchOptions = {}): typeof globalThis.fetch {
  const agents = openAgents(options, { keepAlive: true, timeout: IDLE_CONNECTION_MS })
  return async (input, init = {}) => {
    const url = new URL(input instanceof Request ? input.url : input)
    if (url.protocol !== 'https:' && url.protocol !== 'http:') throw new TypeError('only http and https')
    try {
      return await send(url, init, agents)
    } catch (error) {
      if (!(error instanceof StaleConnectionError) || init.body || !isSafe(init.method)) throw causeOf(error)
      // Not over another kept connection, which may be as old.
      return send(url, init, openAgents(options, { keepAlive: false }))
    }
  }
}

const openAgents = (
  { ca, insecure, lookup }: NodeFetchOptions,
  how: { keepAlive: boolean; timeout?: number },
): Agents => {
  const common = { ...how, ...(lookup && { lookup }) }
  return {
    'http:': new PlainAgent(common),
    'https:': new TlsAgent({ ...common, ca, rejectUnauthorized: !insecure, minVersion: 'TLSv1.2' }),
  }
}

const heads = createNodeFetch()

/**
 * Node's fetch, but for HEAD: after each of these that one ends its connection, for servers that send a body all the same,
 * and the next request opens another. HEADs ask no proxy of the environment, as `createNodeFetch`.
 */
export const keepingFetch: typeof globalThis.fetch = (input, init) =>
  init?.method === 'HEAD' ? heads(input, init) : globalThis.fetch(input, init)

/** A kept connection ended before the answer: most likely it had been idle for too long (RFC 9112, 9.3.1). */
class StaleConnectionError extends Error {}

const causeOf = (error: unknown) => (error instanceof StaleConnectionError ? error.cause : error)
const isSafe = (method = 'GET') => method === 'GET' || method === 'HEAD'

function send(url: URL, init: RequestInit, agents: Agents): Promise<Response> {
  const { promise, resolve, reject } = Promise.withResolvers<Response>()
  const secure = url.protocol === 'https:'
  const out = (secure ? tlsRequest : plainRequest)(url, {
    method: init.method ?? 'GET',
    headers: Object.fromEntries(new Headers(init.headers)),
    agent: secure ? agents['https:'] : agents['http:'],
    signal: init.signal ?? undefined,
  })
  limitConnecting(out, secure ? 'secureConnect' : 'connect')
  out.on('error', (cause) => {
    reject(out.reusedSocket && !init.signal?.aborted ? new StaleConnectionError('', { cause }) : cause)
  })
  out.on('response', (answer) => {
    try {
      resolve(toResponse(answer, init.method))
    } catch (error) {
      answer.destroy()
      reject(error as Error)
    }
  })
  if (init.body instanceof ReadableStream)
    // Failures of either side reach the request, whose `error` is heard above.
    pipeline(Readable.fromWeb(init.body as never), out).catch(() => {})
  else out.end((init.body ?? undefined) as string | Uint8Array | undefined)
  return promise
}

/** Without it a host that drops packets would be waited for as long as the system pleases. */
function limitConnecting(out: ClientRequest, connected: 'connect' | 'secureConnect'): void {
  out.once('socket', (socket) => {
    if (out.reusedSocket) return
    const late = Object.assign(new Error('no connection in time'), { code: 'ETIMEDOUT' })
    const timer = setTimeout(() => out.destroy(late), CONNECT_LIMIT_MS)
    const stop = () => clearTimeout(timer)
    socket.once(connected, stop).once('close', stop)
  })
}

function toResponse(answer: IncomingMessage, method: string | undefined): Response {
  const headers = new Headers()
  for (let n = 0; n < answer.rawHeaders.length; n += 2)
    headers.append(answer.rawHeaders[n]!, answer.rawHeaders[n + 1]!)
  const status = answer.statusCode ?? 0
  const bodiless = method === 'HEAD' || BODILESS.includes(status) || headers.get('content-length') === '0'
  if (bodiless) answer.resume()
  const body = bodiless ? null : (Readable.toWeb(answer) as ReadableStream<Uint8Array>)
  return new Response(body as BodyInit | null, { status, headers })
}
