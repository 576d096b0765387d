import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import { pipeline } from 'node:stream/promises'
import { DomainError } from '@berth/core'
import type { Api } from './api.ts'
import { type ApiResponse, type ByteStream, MAX_BODY_BYTES } from './http.ts'

export interface NodeHandlerOptions {
  /** The client's address; the gateway knows better than the socket when proxies stand in front. */
  remoteAddress?: (request: IncomingMessage) => string
}

/** The API as a node:http listener. */
export function toNodeHandler(
  api: Api,
  { remoteAddress = (request) => request.socket.remoteAddress ?? '' }: NodeHandlerOptions = {},
): (request: IncomingMessage, response: ServerResponse) => Promise<void> {
  return async (request, response) => {
    const answer = await api.handle({
      method: request.method ?? 'GET',
      url: request.url ?? '/',
      header(name) {
        const value = request.headers[name.toLowerCase()]
        return Array.isArray(value) ? value.join(', ') : value
      },
      body: () => readBody(request),
      remoteAddress: remoteAddress(request),
      gone() {
        const gone = new AbortController()
        response.once('close', () => gone.abort())
        if (response.destroyed) gone.abort()
        return gone.signal
      },
    })
    try {
      if (typeof answer.body === 'function') await sendStream(request, response, answer, answer.body)
      else send(request, response, answer, answer.body)
    } catch {
      // A header value that node:http refuses: a handler's mistake must not end the process.
      if (!response.headersSent) response.writeHead(500, { connection: 'close' })
      response.end()
    }
  }
}

function send(
  request: IncomingMessage,
  response: ServerResponse,
  { status, headers }: ApiResponse,
  body: string | undefined,
): void {
  if (body !== undefined) headers['content-length'] = String(Buffer.byteLength(body))
  else if (status !== 204 && request.method !== 'HEAD') headers['content-length'] = '0'
  // What was not read of a refused body must not be taken for the next request.
  if (!request.complete) headers.connection = 'close'
  response.writeHead(status, headers)
  response.end(request.method === 'HEAD' ? undefined : body)
}

/** A client that takes nothing for this long is gone, whatever its connection says. */
const STALLED_MS = 120_000

async function sendStream(
  request: IncomingMessage,
  response: ServerResponse,
  { status, headers }: ApiResponse,
  open: ByteStream,
): Promise<void> {
  if (!request.complete) headers.connection = 'close'
  response.writeHead(status, headers)
  if (request.method === 'HEAD') {
    response.end()
    return
  }
  const gone = new AbortController()
  response.once('close', () => gone.abort())
  response.setTimeout(STALLED_MS, () => response.destroy())
  response.flushHeaders()
  try {
    await pipeline(broken(open(gone.signal), request.socket), response)
  } catch {
    // It was told to the log already, or the client went: there is nobody left to answer.
  }
}

/** Where the length is not told by chunks, as to HTTP/1.0, only a reset looks different from the end. */
async function* broken(bytes: AsyncIterable<Uint8Array>, socket: Socket): AsyncIterable<Uint8Array> {
  try {
    yield* bytes
  } catch (error) {
    socket.resetAndDestroy()
    throw error
  }
}

const tooLarge = () =>
  new DomainError('REQUEST_ENTITY_TOO_LARGE', `the body must have at most ${MAX_BODY_BYTES} bytes`)

async function readBody(request: IncomingMessage): Promise<Buffer> {
  if (Number(request.headers['content-length'] ?? 0) > MAX_BODY_BYTES) throw tooLarge()
  const chunks: Buffer[] = []
  let sizeBytes = 0
  try {
    // Leaving the loop early must not tear down the socket that the answer goes out on.
    for await (const chunk of request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
      sizeBytes += chunk.length
      if (sizeBytes > MAX_BODY_BYTES) throw tooLarge()
      chunks.push(chunk)
    }
  } catch (cause) {
    // A client that leaves in the middle is no failure of ours.
    throw cause instanceof DomainError
      ? cause
      : new DomainError('BAD_REQUEST', 'the body ended early', { cause })
  }
  return Buffer.concat(chunks, sizeBytes)
}
