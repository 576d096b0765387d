import { randomUUID } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
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
  return { req, res, requestId, remoteAddress, awaitsContinue }
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

// What a refused client may still send before its connection is cut.
const DRAIN_BYTES = 256 * 1024
const DRAIN_MS = 2_000

/**
 * Ends a connection whose request body will not be read: closing at once would make many clients lose the answer,
 * reading on would let them send for ever.
 */
export function closeAfterAnswer({ req, res }: Exchange): void {
  if (req.complete || !hasBody(req)) return
  if (!res.headersSent) res.setHeader('connection', 'close')
  let leftBytes = DRAIN_BYTES
  const cut = () => req.socket.destroy()
  const timer = setTimeout(cut, DRAIN_MS)
  req.on('data', (chunk: Buffer) => {
    leftBytes -= chunk.length
    if (leftBytes < 0) cut()
  })
  req.once('close', () => clearTimeout(timer))
  req.resume()
}
