import { DomainError } from '@berth/core'
import type { Api } from './api.ts'
import { type ByteStream, MAX_BODY_BYTES } from './http.ts'

export interface FetchHandlerOptions {
  /** The client's address; a WHATWG request does not carry it. */
  remoteAddress?: (request: Request) => string
}

/** The API for hosts that speak WHATWG requests, as Next's route handlers do. */
export function toFetchHandler(
  api: Api,
  { remoteAddress = () => '' }: FetchHandlerOptions = {},
): (request: Request) => Promise<Response> {
  return async (request) => {
    const { pathname, search } = new URL(request.url)
    const { status, headers, body } = await api.handle({
      method: request.method,
      url: pathname + search,
      header: (name) => request.headers.get(name) ?? undefined,
      body: () => readBody(request),
      remoteAddress: remoteAddress(request),
      gone: () => request.signal,
    })
    if (request.method === 'HEAD' || body === undefined) return new Response(null, { status, headers })
    const sent = typeof body === 'function' ? toReadable(body, request.signal) : body
    return new Response(sent, { status, headers })
  }
}

/** Holds no piece of its own: each is made when the host asks for it. */
function toReadable(open: ByteStream, left: AbortSignal): ReadableStream<Uint8Array> {
  const gone = new AbortController()
  left.addEventListener('abort', () => gone.abort(), { once: true })
  let pieces: AsyncIterator<Uint8Array> | undefined
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        pieces ??= open(gone.signal)[Symbol.asyncIterator]()
        const { done, value } = await pieces.next()
        if (done) controller.close()
        else controller.enqueue(value)
      },
      cancel() {
        gone.abort()
        // Not waited for: it may be in the middle of a wait that the signal ends.
        void pieces?.return?.()?.catch(() => {})
      },
    },
    { highWaterMark: 0 },
  )
}

async function readBody(request: Request): Promise<Buffer> {
  const chunks: Uint8Array[] = []
  let sizeBytes = 0
  for await (const chunk of request.body ?? []) {
    sizeBytes += chunk.length
    if (sizeBytes > MAX_BODY_BYTES)
      throw new DomainError('REQUEST_ENTITY_TOO_LARGE', `the body must have at most ${MAX_BODY_BYTES} bytes`)
    chunks.push(chunk)
  }
  return Buffer.concat(chunks, sizeBytes)
}
