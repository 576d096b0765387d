import type { ClientRequest, IncomingMessage } from 'node:http'
import { Agent, request } from 'node:https'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { getCACertificates } from 'node:tls'

// Below what servers and balancers commonly keep, so that a connection is rarely used in the moment it ends.
const IDLE_CONNECTION_MS = 30_000
const CONNECT_LIMIT_MS = 10_000
/** Answers that have no body; `Response` insists. */
const BODILESS = [204, 205, 304]

/** Certificate authorities that a connection trusts: those of the system and of `pem`. */
export const trusting = (pem: string): string[] => [...getCACertificates('default'), pem]

/**
 * A fetch that trusts the authorities in `pem` too, which Node's own cannot be told for one server only. It is as much of
 * fetch as the client uses: no redirects are followed, and nothing is decoded.
 */
export function createTlsFetch(pem: string): typeof globalThis.fetch {
  const agent = new Agent({ keepAlive: true, timeout: IDLE_CONNECTION_MS, ca: trusting(pem) })
  return async (input, init = {}) => {
    const url = new URL(input instanceof Request ? input.url : input)
    // Redirects to storage may lead to plain http where the caller allows it.
    if (url.protocol !== 'https:') return globalThis.fetch(input, init)
    try {
      return await send(url, init, agent)
    } catch (error) {
      if (!(error instanceof StaleConnectionError) || init.body || !isSafe(init.method)) throw causeOf(error)
      return send(url, init, false)
    }
  }
}

/** A kept connection ended before the answer: most likely it had been idle for too long (RFC 9112, 9.3.1). */
class StaleConnectionError extends Error {}

const causeOf = (error: unknown) => (error instanceof StaleConnectionError ? error.cause : error)
const isSafe = (method = 'GET') => method === 'GET' || method === 'HEAD'

function send(url: URL, init: RequestInit, agent: Agent | false): Promise<Response> {
  const { promise, resolve, reject } = Promise.withResolvers<Response>()
  const out = request(url, {
    method: init.method ?? 'GET',
    headers: Object.fromEntries(new Headers(init.headers)),
    agent,
    signal: init.signal ?? undefined,
  })
  limitConnecting(out)
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
  else out.end((init.body ?? undefined) as Uint8Array | undefined)
  return promise
}

/** Without it a host that drops packets would be waited for as long as the system pleases. */
function limitConnecting(out: ClientRequest): void {
  out.once('socket', (socket) => {
    if (out.reusedSocket) return
    const late = Object.assign(new Error('no connection in time'), { code: 'ETIMEDOUT' })
    const timer = setTimeout(() => out.destroy(late), CONNECT_LIMIT_MS)
    const stop = () => clearTimeout(timer)
    socket.once('secureConnect', stop).once('close', stop)
  })
}

function toResponse(answer: IncomingMessage, method: string | undefined): Response {
  const headers = new Headers()
  for (let n = 0; n < answer.rawHeaders.length; n += 2)
    headers.append(answer.rawHeaders[n]!, answer.rawHeaders[n + 1]!)
  const status = answer.statusCode ?? 0
  const bodiless = method === 'HEAD' || BODILESS.includes(status)
  if (bodiless) answer.resume()
  const body = bodiless ? null : (Readable.toWeb(answer) as ReadableStream<Uint8Array>)
  return new Response(body as BodyInit | null, { status, headers })
}
