import { randomUUID } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import { OciError } from './oci-error.ts'

/** One request on its way through the gateway. */
export interface Exchange {
  req: IncomingMessage
  res: ServerResponse
  requestId: string
  /** Where the request came from, as `clientAddress` tells it. */
  remoteAddress: string
  /** True until the client that sent `Expect: 100-continue` has been told to go on. */
  awaitsContinue: boolean
  /** The route that it fits, by the template; never what the client wrote. */
  route: string
  /** Of the request's body, passed on to a server behind so far. */
  sentBytes: number
}

const REQUEST_ID = /^[\w.:-]{1,128}$/

export function openExchange(
  req: IncomingMessage,
  res: ServerResponse,
  remoteAddress: string,
  awaitsContinue: boolean,
): Exchange {
  const given = req.headers['x-request-id']
  const requestId = typeof given === 'string' && REQUEST_ID.test(given) ? given : randomUUID()
  res.setHeader('x-request-id', requestId)
  return { req, res, requestId, remoteAddress, awaitsContinue, route: 'none', sentBytes: 0 }
}

/** Call before reading a body, and never before everything that can be refused without it was refused. */
export function acceptBody(exchange: Exchange): void {
  if (!exchange.awaitsContinue) return
  exchange.awaitsContinue = false
  exchange.res.writeContinue()
}

export const hasBody = (req: IncomingMessage): boolean =>
  req.headers['transfer-encoding'] !== undefined || Number(req.headers['content-length'] ?? 0) > 0

const tooLarge = (maxBytes: number) =>
  new OciError(413, 'SIZE_INVALID', `the body is larger than ${maxBytes} bytes`)

/**
 * A small body as a whole.
 *
 * @throws OciError 415 for a compressed one, 413 past `maxBytes`, 408 when it does not come within `timeoutMs`
 */
export async function readBody(
  exchange: Exchange,
  { maxBytes, timeoutMs = 60_000 }: { maxBytes: number; timeoutMs?: number },
): Promise<Buffer> {
  const { req } = exchange
  if (!isPlain(req)) throw encoded()
  if (Number(req.headers['content-length'] ?? 0) > maxBytes) throw tooLarge(maxBytes)
  acceptBody(exchange)
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = []
    let sizeBytes = 0
    const done = (result: Buffer | Error) => {
      clearTimeout(timer)
      req.off('data', onData).off('end', onEnd).off('close', onClose)
      if (result instanceof Error) {
        req.pause()
        reject(result)
      } else resolve(result)
    }
    const onData = (chunk: Buffer) => {
      sizeBytes += chunk.length
      if (sizeBytes > maxBytes) done(tooLarge(maxBytes))
      else chunks.push(chunk)
    }
    const onEnd = () => done(Buffer.concat(chunks))
    const onClose = () => done(new OciError(400, 'SIZE_INVALID', 'the body ended early'))
    const timer = setTimeout(
      () => done(new OciError(408, 'SIZE_INVALID', 'the body did not arrive in time')),
      timeoutMs,
    )
    req.on('data', onData).on('end', onEnd).on('close', onClose)
  })
}

/** A body in another coding than its own would be read as something else; no client compresses what it sends here. */
const isPlain = (req: IncomingMessage): boolean =>
  /^\s*(identity\s*)?$/i.test(req.headers['content-encoding'] ?? '')

// RFC 9110, 15.5.16: the header tells that the coding is what is wrong.
const encoded = () =>
  new OciError(415, 'UNSUPPORTED', 'the body must not be compressed', {
    headers: { 'accept-encoding': 'identity' },
  })

// How long a client that was answered in the middle of its body may go on sending.
const LINGER_MS = 5_000

/**
 * Ends a connection whose request body will not be read. Closed at once, what the client has sent already would make
 * the kernel reset the connection, and most clients would see that instead of the answer: so the answer goes first,
 * then our side ends, and what still comes is thrown away until the client has ended its side (RFC 9112, 9.6).
 */
export function closeAfterAnswer({ req, res }: Exchange): void {
  if (req.complete || !hasBody(req)) return
  if (!res.headersSent) res.setHeader('connection', 'close')
  const { socket } = req
  req.pause()
  // Node calls it when the last answer of a connection is written.
  socket.destroySoon = () => linger(socket)
}

function linger(socket: Socket): void {
  const timer = setTimeout(() => socket.destroy(), LINGER_MS)
  socket.once('close', () => clearTimeout(timer)).once('end', () => socket.destroy())
  // The HTTP parser sees none of it: a request hidden in there must not be served.
  socket.removeAllListeners('data').on('data', () => {})
  socket.end()
  socket.resume()
}
