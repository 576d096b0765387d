/** Harbor's error codes; each protocol has one map from these to its statuses. */
export type ErrorCode =
  | 'BAD_REQUEST'
  | 'UNAUTHORIZED'
  | 'FORBIDDEN'
  | 'DENIED'
  | 'NOT_FOUND'
  | 'METHOD_NOT_ALLOWED'
  | 'CONFLICT'
  | 'PRECONDITION'
  | 'REQUEST_ENTITY_TOO_LARGE'
  | 'UNPROCESSABLE_ENTITY'
  | 'TOO_MANY_REQUEST'
  | 'UNSUPPORTED'
  | 'MANIFEST_INVALID'
  | 'MANIFEST_UNKNOWN'
  | 'MANIFEST_BLOB_UNKNOWN'
  | 'DIGEST_INVALID'
  | 'NAME_INVALID'
  | 'UNAVAILABLE'
  | 'UNKNOWN'

/**
 * What a use case throws when it refuses. `message` may be shown to the caller; `cause` is for the log only.
 * It knows no HTTP status: a use case serves several doors.
 */
export class DomainError extends Error {
  override name = 'DomainError'
  readonly code: ErrorCode
  /** Seconds after which trying again makes sense (TOO_MANY_REQUEST, UNAVAILABLE). */
  readonly retryAfterSeconds: number | undefined
  /** One word of the feature's own list, where its code alone does not say why. */
  readonly reason: string | undefined
  constructor(
    code: ErrorCode,
    message: string,
    options?: { cause?: unknown; retryAfterSeconds?: number; reason?: string },
  ) {
    super(message, options)
    this.code = code
    this.reason = options?.reason
    this.retryAfterSeconds = options?.retryAfterSeconds
  }
}

export const notFound = (what: string) => new DomainError('NOT_FOUND', `${what} not found`)
export const badRequest = (message: string) => new DomainError('BAD_REQUEST', message)
export const conflict = (message: string) => new DomainError('CONFLICT', message)
