import type { Body, OperationId, Path, Query, RequestHeaders, Response } from './operation.ts'

export interface ErrorItem {
  code: string
  message: string
  /** One word of the operation's own list, where the code alone does not say why. */
  reason_code?: string
}

/**
 * Any answer that is not a success. `errors` is never empty; `requestId` leads to the server's log; `body` is the answer as
 * it came, for the few operations whose refusals say more than a list of errors.
 */
export class ApiError extends Error {
  override readonly name = 'ApiError'
  readonly status: number
  readonly errors: ErrorItem[]
  readonly requestId: string | undefined
  readonly body: unknown

  constructor(status: number, errors: ErrorItem[], requestId?: string, body?: unknown) {
    super(errors.map(({ message }) => message).join('; '))
    this.status = status
    this.errors = errors
    this.requestId = requestId
    this.body = body
  }
}

type Empty = Record<never, never>
type Part<Name extends string, Value> = Empty extends Value ? { [N in Name]?: Value } : { [N in Name]: Value }
type BodyPart<Value> = [Value] extends [undefined]
  ? { body?: undefined }
  : undefined extends Value
    ? { body?: Value }
    : { body: Value }

export type CallInput<Op extends OperationId> = Part<'path', Path<Op>> &
  Part<'query', Query<Op>> &
  Part<'headers', RequestHeaders<Op>> &
  BodyPart<Body<Op>> & {
    signal?: AbortSignal
    /** `text` gives the body unparsed, for documents that must stay byte for byte. */
    as?: 'text'
  }

/** What follows the operation's id: nothing at all may follow when nothing is required. */
export type CallArguments<Op extends OperationId> =
  Empty extends CallInput<Op> ? [input?: CallInput<Op>] : [input: CallInput<Op>]

export interface Reply<Data> {
  status: number
  data: Data
  headers: Headers
  /** Rows on all pages, from X-Total-Count. */
  total: number | undefined
  /** The address of the next page, from Link. */
  next: string | undefined
  requestId: string | undefined
}

export interface Client {
  /** Rejects with ApiError when the server refuses, and with what fetch throws when there is no answer at all. */
  call<Op extends OperationId>(operationId: Op, ...input: CallArguments<Op>): Promise<Reply<Response<Op>>>
}

export interface ClientOptions {
  /** Up to and including `/api/v2.0`, without a slash at the end. In a browser the path alone will do. */
  baseUrl: string
  fetch?: typeof fetch
  /** Sent with every call, for instance `authorization`. */
  headers?: Record<string, string>
}

const csrfHeader = 'X-Harbor-CSRF-Token'

interface LooseInput {
  path?: Record<string, string | number>
  query?: Record<string, string | number | boolean | undefined>
  headers?: Record<string, string | number | boolean | undefined>
  body?: unknown
  signal?: AbortSignal
  as?: 'text'
}

async function readBody(answer: globalThis.Response, as?: 'text'): Promise<unknown> {
  const text = await answer.text()
  if (as === 'text') return text
  if (text === '') return undefined
  return /^application\/([\w.-]+\+)?json\b/.test(answer.headers.get('content-type') ?? '')
    ? JSON.parse(text)
    : text
}

async function toError(answer: globalThis.Response): Promise<ApiError> {
  const body = await readBody(answer).catch(() => undefined)
  const listed = (body as { errors?: ErrorItem[] } | null | undefined)?.errors
  const found = Array.isArray(listed) ? listed : []
  // A proxy in between answers with a page of its own.
  const errors = found.length > 0 ? found : [{ code: 'UNKNOWN', message: `HTTP ${answer.status}` }]
  return new ApiError(answer.status, errors, answer.headers.get('x-request-id') ?? undefined, body)
}

function toReply(answer: globalThis.Response, data: unknown): Reply<unknown> {
  const { headers, status } = answer
  const total = headers.get('x-total-count')
  const next = /<([^>]*)>;\s*rel="next"/.exec(headers.get('link') ?? '')
  return {
    status,
    data,
    headers,
    total: total === null ? undefined : Number(total),
    next: next?.[1],
    requestId: headers.get('x-request-id') ?? undefined,
  }
}

/**
 * A client of the API, one per signed-in person: it remembers the CSRF token of the last answer and sends it with
 * calls that change something.
 */
export function createClient(options: ClientOptions): Client {
  const send = options.fetch ?? globalThis.fetch
  let csrfToken: string | null = null

  async function request(method: string, url: string, input: LooseInput): Promise<globalThis.Response> {
    const headers = new Headers(options.headers)
    for (const [name, value] of Object.entries(input.headers ?? {})) {
      if (value !== undefined) headers.set(name, String(value))
    }
    const safe = method === 'GET' || method === 'HEAD'
    if (!safe && csrfToken) headers.set(csrfHeader, csrfToken)
    const init: RequestInit = { method, headers, signal: input.signal ?? null }
    if (input.body !== undefined) {
      headers.set('content-type', 'application/json')
      init.body = JSON.stringify(input.body)
    }
    const answer = await send(url, init)
    csrfToken = answer.headers.get(csrfHeader) ?? csrfToken
    return answer
  }

  async function call(operationId: OperationId, input: LooseInput = {}): Promise<Reply<unknown>> {
    // The table grows with the API; in a browser it is fetched with the first call instead of with every page.
    const { addressOf, pathOf } = await import('./addresses.ts')
    const { method } = addressOf(operationId)
    const url = options.baseUrl + pathOf(operationId, input)
    const sent = csrfToken
    let answer = await request(method, url, input)
    // Refused for want of a token, which came with the refusal: nothing was done yet, so once more is safe.
    if (answer.status === 403 && method !== 'GET' && method !== 'HEAD' && csrfToken !== sent) {
      await answer.body?.cancel()
      answer = await request(method, url, input)
    }
    if (!answer.ok) throw await toError(answer)
    return toReply(answer, await readBody(answer, input.as))
  }

  return { call: call as Client['call'] }
}
