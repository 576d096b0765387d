import type { ServerResponse } from 'node:http'
import { DomainError, type ErrorCode, isUnavailable } from '@berth/core'
import { InvalidReferenceError, ManifestError, RegistryError } from '@berth/registry-client'

/** An answer of the OCI distribution spec, section "Error Codes". `message` is shown to the client. */
export class OciError extends Error {
  override name = 'OciError'
  readonly status: number
  readonly code: string
  readonly headers: Readonly<Record<string, string>>
  constructor(
    status: number,
    code: string,
    message: string,
    options: { headers?: Record<string, string>; cause?: unknown } = {},
  ) {
    super(message, { cause: options.cause })
    this.status = status
    this.code = code
    this.headers = options.headers ?? {}
  }
}

export const unavailable = (message: string, cause?: unknown, retryAfterSeconds = 5): OciError =>
  new OciError(503, 'UNAVAILABLE', message, { headers: { 'retry-after': String(retryAfterSeconds) }, cause })

/** What each of the domain's codes is in this protocol. */
const fromDomain: Record<ErrorCode, readonly [status: number, code: string]> = {
  BAD_REQUEST: [400, 'UNSUPPORTED'],
  UNAUTHORIZED: [401, 'UNAUTHORIZED'],
  FORBIDDEN: [403, 'DENIED'],
  DENIED: [403, 'DENIED'],
  NOT_FOUND: [404, 'NAME_UNKNOWN'],
  METHOD_NOT_ALLOWED: [405, 'UNSUPPORTED'],
  CONFLICT: [409, 'DENIED'],
  PRECONDITION: [412, 'PRECONDITION'],
  REQUEST_ENTITY_TOO_LARGE: [413, 'SIZE_INVALID'],
  UNPROCESSABLE_ENTITY: [400, 'MANIFEST_INVALID'],
  TOO_MANY_REQUEST: [429, 'TOOMANYREQUESTS'],
  UNSUPPORTED: [400, 'UNSUPPORTED'],
  MANIFEST_INVALID: [400, 'MANIFEST_INVALID'],
  MANIFEST_UNKNOWN: [404, 'MANIFEST_UNKNOWN'],
  MANIFEST_BLOB_UNKNOWN: [400, 'MANIFEST_BLOB_UNKNOWN'],
  DIGEST_INVALID: [400, 'DIGEST_INVALID'],
  NAME_INVALID: [400, 'NAME_INVALID'],
  UNAVAILABLE: [503, 'UNAVAILABLE'],
  UNKNOWN: [500, 'UNKNOWN'],
}

/** Any error as an answer; `undefined` for one that nobody foresaw and that the log must see. */
export function toOciError(error: unknown): OciError | undefined {
  if (error instanceof OciError) return error
  if (error instanceof DomainError) {
    const [status, code] = fromDomain[error.code]
    const { retryAfterSeconds = status === 503 ? 5 : undefined } = error
    const headers: Record<string, string> =
      retryAfterSeconds === undefined ? {} : { 'retry-after': String(retryAfterSeconds) }
    return new OciError(status, code, error.message, { headers, cause: error.cause })
  }
  if (error instanceof InvalidReferenceError || error instanceof ManifestError)
    return new OciError(400, error.code, error.message)
  if (error instanceof RegistryError) return unavailable('the registry does not answer as it should', error)
  if (isUnavailable(error)) return unavailable('Berth cannot reach its database; try again', error)
  return undefined
}

/** Writes the error body of the spec. With HEAD node sends the headers only. */
export function sendOciError(res: ServerResponse, error: OciError): void {
  const body = JSON.stringify({ errors: [{ code: error.code, message: error.message }] })
  res.writeHead(error.status, {
    'content-type': 'application/json; charset=utf-8',
    'content-length': Buffer.byteLength(body),
    ...error.headers,
  })
  res.end(body)
}
