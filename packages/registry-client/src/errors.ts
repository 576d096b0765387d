/**
 * What went wrong while talking to a registry. `code` is the registry's own OCI code when it sent one, else one of ours:
 * UNAVAILABLE, TIMEOUT, CERTIFICATE_EXPIRED, CERTIFICATE_NOT_TRUSTED, CERTIFICATE_WRONG_NAME, TLS_FAILED, INVALID_ANSWER, LIST_WITHOUT_END, BODY_TOO_LARGE, DIGEST_MISMATCH, REALM_NOT_ALLOWED, LOCATION_NOT_ALLOWED, UNAUTHORIZED,
 * DENIED, NOT_FOUND, TOOMANYREQUESTS, UNKNOWN. Messages never hold credentials or query strings.
 */
export class RegistryError extends Error {
  override readonly name: string = 'RegistryError'
  readonly code: string
  /** HTTP status of the answer; undefined when there was none. */
  readonly status: number | undefined
  /** The registry's own words: its message and detail, at most 2,000 characters. Not fit for strangers' eyes. */
  readonly detail: string | undefined
  /** How long the registry asked to wait, from Retry-After. */
  readonly retryAfterMs: number | undefined

  constructor(message: string, facts: RegistryErrorFacts) {
    super(message, facts.cause === undefined ? undefined : { cause: facts.cause })
    this.code = facts.code
    this.status = facts.status
    this.detail = facts.detail
    this.retryAfterMs = facts.retryAfterMs
  }
}

export interface RegistryErrorFacts {
  code: string
  status?: number
  detail?: string
  retryAfterMs?: number
  cause?: unknown
}

/** 401 after all credentials were tried. */
export class UnauthorizedError extends RegistryError {
  override readonly name = 'UnauthorizedError'
}
/** 403. */
export class DeniedError extends RegistryError {
  override readonly name = 'DeniedError'
}
/** 404: no such repository, manifest, blob or upload. */
export class NotFoundError extends RegistryError {
  override readonly name = 'NotFoundError'
}
/** 429; see `retryAfterMs`. */
export class RateLimitedError extends RegistryError {
  override readonly name = 'RateLimitedError'
}
/** The network failed, nothing came in time, or the answer was 5xx, 408 or 425: trying again later may help. */
export class UnavailableError extends RegistryError {
  override readonly name = 'UnavailableError'
}
/** The registry answered, but not as a registry may: wrong digest, endless body, foreign host. Trying again will not help. */
export class ProtocolError extends RegistryError {
  override readonly name = 'ProtocolError'
}

const MAX_DETAIL_LENGTH = 2000
const MAX_RETRY_AFTER_MS = 24 * 60 * 60 * 1000
const OCI_CODE = /^[A-Z][A-Z0-9_]{0,63}$/

/** Turns an answer that is not a success into the matching error. `body` is what could be read of it, capped. */
export function errorFromAnswer(
  what: string,
  status: number,
  headers: Headers,
  body: string,
  nowMs: number,
): RegistryError {
  const reported = readErrorBody(body)
  const [ErrorType, fallbackCode] = kindOf(status)
  return new ErrorType(`${what} answered ${status}`, {
    code: reported.code ?? fallbackCode,
    status,
    detail: reported.detail,
    retryAfterMs: parseRetryAfter(headers.get('retry-after'), nowMs),
  })
}

/** Request Timeout, as proxies say of what was sent too slowly, and Too Early: both ask for the same request once more. */
const MAY_COME_AGAIN = new Set([408, 425])
/** Not Implemented: it stays so, however often it is asked. */
const NOT_IMPLEMENTED = 501

function kindOf(status: number): [typeof RegistryError, string] {
  if (status === 401) return [UnauthorizedError, 'UNAUTHORIZED']
  if (status === 403) return [DeniedError, 'DENIED']
  if (status === 404) return [NotFoundError, 'NOT_FOUND']
  if (status === 429) return [RateLimitedError, 'TOOMANYREQUESTS']
  if (status === NOT_IMPLEMENTED) return [RegistryError, 'UNSUPPORTED']
  if (status >= 500 || MAY_COME_AGAIN.has(status)) return [UnavailableError, 'UNAVAILABLE']
  return [RegistryError, 'UNKNOWN']
}

/** The OCI error body is `{ errors: [{ code, message, detail }] }`; anything may come instead. */
function readErrorBody(body: string): { code: string | undefined; detail: string | undefined } {
  const text = body.trim()
  try {
    const first = (JSON.parse(text) as { errors?: { code?: unknown; message?: unknown; detail?: unknown }[] })
      .errors?.[0]
    const code = typeof first?.code === 'string' && OCI_CODE.test(first.code) ? first.code : undefined
    const parts = [first?.message, first?.detail].filter((part) => part !== undefined && part !== null)
    const detail = parts.map((part) => (typeof part === 'string' ? part : JSON.stringify(part))).join(': ')
    return { code, detail: (detail || text).slice(0, MAX_DETAIL_LENGTH) || undefined }
  } catch {
    return { code: undefined, detail: text.slice(0, MAX_DETAIL_LENGTH) || undefined }
  }
}

/** Seconds or an HTTP date (RFC 9110 section 10.2.3), in ms from now, at most a day. */
export function parseRetryAfter(value: string | null, nowMs: number): number | undefined {
  if (value === null) return undefined
  const waitMs = /^\d{1,9}$/.test(value.trim()) ? Number(value) * 1000 : Date.parse(value) - nowMs
  return Number.isNaN(waitMs) ? undefined : Math.min(Math.max(waitMs, 0), MAX_RETRY_AFTER_MS)
}
