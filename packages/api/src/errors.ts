import { DomainError, type ErrorCode } from '@berth/core'
import { type ApiResponse, JSON_TYPE } from './http.ts'

/** The one place where codes become HTTP statuses. */
export const statuses: Record<ErrorCode, number> = {
  BAD_REQUEST: 400,
  DIGEST_INVALID: 400,
  MANIFEST_INVALID: 400,
  NAME_INVALID: 400,
  UNSUPPORTED: 400,
  UNAUTHORIZED: 401,
  FORBIDDEN: 403,
  DENIED: 403,
  NOT_FOUND: 404,
  MANIFEST_UNKNOWN: 404,
  MANIFEST_BLOB_UNKNOWN: 404,
  METHOD_NOT_ALLOWED: 405,
  CONFLICT: 409,
  PRECONDITION: 412,
  REQUEST_ENTITY_TOO_LARGE: 413,
  UNPROCESSABLE_ENTITY: 422,
  TOO_MANY_REQUEST: 429,
  UNAVAILABLE: 503,
  UNKNOWN: 500,
}

export interface Failure {
  requestId: string
  method: string
  path: string
  error: unknown
}

export function errorResponse(
  status: number,
  code: string,
  message: string,
  headers: Record<string, string> = {},
  reason?: string,
): ApiResponse {
  return {
    status,
    headers: { 'content-type': JSON_TYPE, ...headers },
    body: `${JSON.stringify({ errors: [{ code, message, ...(reason && { reason_code: reason }) }] })}\n`,
  }
}

/**
 * An answer for whatever was thrown. From 500 on the client learns the request id only, and what a use case says about
 * another server that is away; `log` gets the rest.
 */
export function toErrorResponse(
  error: unknown,
  context: Omit<Failure, 'error'>,
  isUnavailable: (error: unknown) => boolean,
  log: (failure: Failure) => void,
): ApiResponse {
  const known = error instanceof DomainError ? error : undefined
  const code = known?.code ?? (isUnavailable(error) ? 'UNAVAILABLE' : 'UNKNOWN')
  const status = statuses[code]
  const headers: Record<string, string> = {}
  const retryAfterSeconds = known?.retryAfterSeconds ?? (status === 503 ? 1 : undefined)
  if (retryAfterSeconds !== undefined) headers['retry-after'] = String(retryAfterSeconds)
  if (status < 500) return errorResponse(status, code, known!.message, headers, known!.reason)
  log({ ...context, error })
  const words = known?.code === 'UNAVAILABLE' ? known.message : 'internal server error'
  return errorResponse(status, code, `${words}; request id ${context.requestId}`, headers)
}
