import { randomUUID } from 'node:crypto'
import type { OperationId } from '@berth/contract'
import { matchOperation, validateRequest } from '@berth/contract/server'
import { type Actor, ANONYMOUS, type Core, DomainError, isUnavailable, seenIn, withOrigin } from '@berth/core'
import { authorizeApi } from '@berth/core/authorization'
import { noteAttempt } from './audited.ts'
import { identify } from './credentials.ts'
import { CSRF_HEADER } from './csrf.ts'
import { errorResponse, type Failure, toErrorResponse } from './errors.ts'
import type { Context, Handler, Reply } from './handler.ts'
import { handlers } from './handlers.ts'
import { type ApiRequest, type ApiResponse, type ByteStream, basePath, JSON_TYPE } from './http.ts'
import { readJson } from './json-body.ts'
import { type ListParameters, parseListQuery } from './list-query.ts'
import { refuseChanges } from './read-only.ts'

export interface Api {
  /** Never throws: whatever goes wrong becomes an answer. */
  handle(request: ApiRequest): Promise<ApiResponse>
}

export interface ApiOptions {
  /** Gets what answers of 500 and above do not tell. */
  log?: (failure: Failure) => void
}

export function createApi(core: Core, { log = logToStderr }: ApiOptions = {}): Api {
  return {
    async handle(request) {
      const given = request.header('x-request-id')
      // Only what is safe in any log line and header is echoed.
      const requestId = given && /^[\x21-\x7e]{1,128}$/.test(given) ? given : randomUUID()
      const mark = request.url.indexOf('?')
      const path = mark < 0 ? request.url : request.url.slice(0, mark)
      const search = mark < 0 ? '' : request.url.slice(mark + 1)
      const caller = identify(core, request)
      const startMs = performance.now()
      const asked: Asked = { operationId: undefined }
      let response: ApiResponse
      try {
        const origin = {
          address: request.remoteAddress,
          userAgent: request.header('user-agent') ?? '',
          requestId,
          seen: seenIn(request.header('berth-seen')),
        }
        response = await withOrigin(origin, () =>
          answer(core, request, { path, search }, caller.actor, asked),
        )
      } catch (error) {
        response = toErrorResponse(error, { requestId, method: request.method, path }, isUnavailable, log)
      }
      count(core, asked, response.status, performance.now() - startMs)
      const { headers, body } = response
      if (typeof body === 'function')
        response.body = told(body, (error) => log({ requestId, method: request.method, path, error }))
      headers['x-request-id'] = requestId
      headers['x-content-type-options'] = 'nosniff'
      headers['cache-control'] ??= 'no-store'
      headers['content-security-policy'] ??= "default-src 'none'; frame-ancestors 'none'; sandbox"
      if (caller.csrfToken !== undefined) headers[CSRF_HEADER] = caller.csrfToken
      return response
    },
  }
}

interface Asked {
  operationId: OperationId | undefined
}

function count(core: Core, { operationId = 'none' as never }: Asked, status: number, tookMs: number): void {
  core.metrics.add('berth_api_requests_total', [operationId, status])
  core.metrics.observe('berth_api_request_duration_seconds', [operationId], tookMs / 1_000)
}

/** Asked by probes and while the database is away: who asks does not matter, and finding it out could fail. */
export const forEverybody: ReadonlySet<OperationId> = new Set(['getHealth', 'getOpenapi', 'getPing'])

async function answer(
  core: Core,
  request: ApiRequest,
  url: Context<OperationId>['url'],
  identifyActor: () => Promise<Actor>,
  asked: Asked,
): Promise<ApiResponse> {
  if (url.path === '/api/version') return toResponse({ status: 200, body: { version: 'v2.0' } })
  if (!url.path.startsWith(`${basePath}/`)) throw noSuchPath()
  const match = matchOperation(request.method, url.path.slice(basePath.length))
  if (match.kind === 'notFound') throw noSuchPath()
  if (match.kind === 'malformed') throw new DomainError('BAD_REQUEST', 'the path is not encoded correctly')
  if (match.kind === 'methodNotAllowed')
    return errorResponse(405, 'METHOD_NOT_ALLOWED', `${request.method} is not possible here`, {
      allow: match.allow.join(', '),
    })
  const { operationId } = match
  asked.operationId = operationId
  // Before anything is said about the request itself: a stranger learns nothing from wrong parameters.
  const actor = forEverybody.has(operationId) ? ANONYMOUS : await identifyActor()
  try {
    return await perform(core, request, url, match, actor)
  } catch (error) {
    const isResourceName = request.header('x-is-resource-name') === 'true'
    const path = url.path.slice(basePath.length)
    await noteAttempt(core, { operationId, actor, path, params: match.params, isResourceName }, error)
    throw error
  }
}

type Match = Extract<ReturnType<typeof matchOperation>, { kind: 'match' }>

/** @throws DomainError and whatever goes wrong */
async function perform(
  core: Core,
  request: ApiRequest,
  url: Context<OperationId>['url'],
  { operationId, params }: Match,
  actor: Actor,
): Promise<ApiResponse> {
  authorizeApi(actor, request.method === 'GET' || request.method === 'HEAD')
  const body = await readJson(operationId, request)
  if (body.kind === 'encoded')
    return errorResponse(415, 'UNSUPPORTED', 'the body must not be compressed', {
      'accept-encoding': 'identity',
    })
  if (body.kind === 'unsupported')
    return errorResponse(415, 'UNSUPPORTED', 'the body must be application/json in UTF-8')
  const query = parseQuery(url.search)
  const validation = validateRequest(operationId, {
    path: params,
    query,
    header: request.header,
    body: body.value,
  })
  if (!validation.ok) {
    const message = validation.problems.map(({ name, in: place, message }) => `${name || place} ${message}`)
    throw new DomainError(
      validation.status === 400 ? 'BAD_REQUEST' : 'UNPROCESSABLE_ENTITY',
      message.join('; '),
    )
  }
  // Who is nobody changes nothing anyway, and is told to sign in.
  if (actor.kind !== 'anonymous')
    await refuseChanges(core, request.method, operationId, validation.value.body)
  const { value } = validation
  const listQuery = () => parseListQuery(value.query as ListParameters)
  const handler = handlers[operationId] as Handler<OperationId>
  return toResponse(await handler({ ...value, core, actor, url, request, listQuery } as Context<never>))
}

const noSuchPath = () => new DomainError('NOT_FOUND', 'there is nothing at this path')

/** @throws DomainError BAD_REQUEST for percent signs that encode nothing */
function parseQuery(search: string): URLSearchParams {
  if (search.includes('%')) {
    try {
      decodeURIComponent(search)
    } catch {
      throw new DomainError('BAD_REQUEST', 'the query is not encoded correctly')
    }
  }
  return new URLSearchParams(search)
}

/** The answer has begun: nobody but the log can be told what went wrong. */
const told = (open: ByteStream, tell: (error: unknown) => void): ByteStream =>
  async function* (gone) {
    try {
      yield* open(gone)
    } catch (error) {
      if (!gone.aborted) tell(error)
      throw error
    }
  }

function toResponse({ status, headers = {}, body, stream }: Reply): ApiResponse {
  // Neither packed nor gathered on its way: a piece is of use when it is there.
  if (stream)
    return {
      status,
      headers: { 'cache-control': 'no-store, no-transform', 'x-accel-buffering': 'no', ...headers },
      body: stream,
    }
  if (body === undefined) return { status, headers: { ...headers }, body: undefined }
  if (typeof body === 'string' && headers['content-type']) return { status, headers: { ...headers }, body }
  return { status, headers: { 'content-type': JSON_TYPE, ...headers }, body: JSON.stringify(body) }
}

/** One JSON line. Request bodies, headers and queries stay out of it: they may hold secrets. */
function logToStderr({ requestId, method, path, error }: Failure): void {
  const described = error instanceof Error ? (error.stack ?? error.message) : String(error)
  const cause = error instanceof Error && error.cause !== undefined ? String(error.cause) : undefined
  console.error(
    JSON.stringify({ level: 'error', requestId, method, path, error: described.slice(0, 4_000), cause }),
  )
}
