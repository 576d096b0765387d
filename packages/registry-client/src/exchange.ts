import { connectionFault } from './connection-fault.ts'
import { ProtocolError, UnavailableError } from './errors.ts'
import { toStream } from './stream.ts'
import { createWatch, type Watch } from './watch.ts'

/** Bytes to send. `open` may be called again when a request is repeated. */
export interface OutgoingBody {
  sizeBytes: number
  open(): Uint8Array | AsyncIterable<Uint8Array>
}

export interface Request {
  method: 'GET' | 'HEAD' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  url: URL
  headers?: Record<string, string>
  body?: OutgoingBody
  /** Waited for the answer once the body was taken, beside the usual. */
  patienceMs?: number
  signal?: AbortSignal
}

/** One HTTP answer. Exactly one of `chunks` and `discard` must be used, else the connection stays busy. */
export interface Answer {
  status: number
  headers: Headers
  url: URL
  /** The body as it comes; throws UnavailableError when it breaks off or stalls. */
  chunks(): AsyncGenerator<Uint8Array, void, undefined>
  discard(): Promise<void>
}

/** What is shorter is read to its end when nobody wants it: the connection can be used again then. */
const WORTH_READING_BYTES = 16 * 1024

/** Sends one request and gives its answer whatever the status; never follows redirects. */
export type Exchange = (request: Request) => Promise<Answer>

export interface ExchangeSettings {
  fetch: typeof globalThis.fetch
  /** The longest silence: until the headers come, between two chunks, between two chunks the peer takes. */
  timeoutMs: number
  userAgent: string
}

export function createExchange(settings: ExchangeSettings): Exchange {
  return async (request) => {
    const watch = createWatch(settings.timeoutMs, request.signal)
    const source: { failure?: unknown } = {}
    try {
      const response = await watch.wait(
        settings.fetch(request.url.href, toInit(settings, request, watch, source)),
      )
      return toAnswer(response, request.url, watch)
    } catch (error) {
      watch.end()
      throw source.failure ?? translate(error, request, watch)
    }
  }
}

function toInit(
  settings: ExchangeSettings,
  request: Request,
  watch: Watch,
  source: { failure?: unknown },
): RequestInit {
  const headers: Record<string, string> = {
    'user-agent': settings.userAgent,
    // Digests are taken over the bytes as stored; nobody may recompress them on the way.
    'accept-encoding': 'identity',
    ...request.headers,
  }
  const init: RequestInit & { duplex?: 'half' } = {
    method: request.method,
    headers,
    redirect: 'manual',
    signal: watch.signal,
  }
  if (request.body === undefined) return init
  const content = request.body.open()
  const allowed = settings.timeoutMs + (request.patienceMs ?? 0)
  headers['content-length'] = String(request.body.sizeBytes)
  if (content instanceof Uint8Array) {
    watch.allow(allowed)
    return { ...init, body: content as Uint8Array<ArrayBuffer> }
  }
  return {
    ...init,
    body: toStream(watched(content, watch, source, allowed)),
    duplex: 'half',
    // Node's fetch keeps a second copy of a streamed body, all of it, unless it knows that it will not be wanted again:
    // when there is no window to ask for passwords and redirects are errors. No upload is ever redirected.
    redirect: 'error',
    window: null,
  } as RequestInit
}

/** While the source is being read the peer is not to blame, so its time does not run. */
async function* watched(
  content: AsyncIterable<Uint8Array>,
  watch: Watch,
  source: { failure?: unknown },
  allowedMs: number,
): AsyncGenerator<Uint8Array> {
  watch.pause()
  try {
    for await (const chunk of content) {
      watch.resume()
      yield chunk
      watch.pause()
    }
    watch.allow(allowedMs)
  } catch (error) {
    source.failure = error
    throw error
  } finally {
    watch.resume()
  }
}

function toAnswer(response: Response, url: URL, watch: Watch): Answer {
  const body = response.body as ReadableStream<Uint8Array> | null
  if (body === null) watch.end()
  return {
    status: response.status,
    headers: response.headers,
    url,
    async *chunks() {
      if (body === null) return
      const reader = body.getReader()
      try {
        for (;;) {
          const { done, value } = await watch.wait(reader.read())
          if (done) return
          yield value
        }
      } catch (error) {
        throw translate(error, { method: 'GET', url }, watch)
      } finally {
        watch.end()
        reader.cancel().catch(() => {})
      }
    },
    async discard() {
      const declared = Number(response.headers.get('content-length') ?? Number.NaN)
      if (body && declared <= WORTH_READING_BYTES) await readToEnd(body, watch)
      watch.end()
      await body?.cancel().catch(() => {})
    },
  }
}

/** What breaks off or stalls is no loss: nobody waits for it. */
async function readToEnd(body: ReadableStream<Uint8Array>, watch: Watch): Promise<void> {
  const reader = body.getReader()
  try {
    let leftBytes = WORTH_READING_BYTES
    while (leftBytes > 0) {
      const { done, value } = await watch.wait(reader.read())
      if (done) return
      leftBytes -= value.byteLength
    }
  } catch {
    // The connection ends with it.
  } finally {
    reader.releaseLock()
  }
}

function translate(error: unknown, request: { method: string; url: URL }, watch: Watch): unknown {
  if (watch.userAborted()) return watch.userReason()
  if (error instanceof UnavailableError || error instanceof ProtocolError) return error
  const where = `${request.method} ${request.url.origin}${request.url.pathname}`
  if (watch.timedOut()) {
    return new UnavailableError(`${where}: nothing came in time`, { code: 'TIMEOUT', cause: error })
  }
  const fault = connectionFault(error)
  return new UnavailableError(`${where}: the connection failed${fault ? `: ${fault.words}` : ''}`, {
    code: fault?.code ?? 'UNAVAILABLE',
    cause: error,
  })
}
