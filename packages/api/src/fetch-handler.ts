import { DomainError } from '@berth/core'
import type { Api } from './api.ts'
import { MAX_BODY_BYTES } from './http.ts'

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
    })
    return new Response(request.method === 'HEAD' ? null : (body ?? null), { status, headers })
  }
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
