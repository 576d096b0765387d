/** What a caller can tell apart. Result codes of the directory are in `resultCode`. */
export type LdapErrorCode =
  | 'SETTINGS'
  | 'UNREACHABLE'
  | 'TIMEOUT'
  | 'CERTIFICATE_EXPIRED'
  | 'CERTIFICATE_NOT_TRUSTED'
  | 'CERTIFICATE_WRONG_NAME'
  | 'TLS_FAILED'
  | 'STARTTLS_REFUSED'
  | 'BIND_REFUSED'
  | 'INVALID_CREDENTIALS'
  | 'ACCOUNT_DISABLED'
  | 'ACCOUNT_LOCKED'
  | 'PASSWORD_EXPIRED'
  | 'AMBIGUOUS'
  | 'NO_SUCH_BASE'
  | 'INVALID_DN'
  | 'INVALID_FILTER'
  | 'ACCESS_DENIED'
  | 'SECURITY_REQUIRED'
  | 'LIMIT_OF_DIRECTORY'
  | 'TOO_MANY_ENTRIES'
  | 'ANSWER_TOO_LARGE'
  | 'REFERRED_ELSEWHERE'
  | 'BUSY'
  | 'POOL_EXHAUSTED'
  | 'CLOSED'
  | 'DIRECTORY_ERROR'
  | 'PROTOCOL'

export interface LdapErrorFacts {
  /** The directory's result code (RFC 4511, appendix A); undefined when it gave none. */
  resultCode?: number
  /** The directory's own words, at most 500 characters: for logs and administrators, not for strangers. */
  detail?: string
  /** What the directory means by it, for administrators. */
  hint?: string
  /** `ldap://host:port` of the server this is about. */
  url?: string
  cause?: unknown
}

/** Everything this package throws. The message never holds a password, a filter's value or the directory's own words. */
export class LdapError extends Error {
  override readonly name = 'LdapError'
  readonly code: LdapErrorCode
  readonly resultCode: number | undefined
  readonly detail: string | undefined
  readonly hint: string | undefined
  readonly url: string | undefined

  constructor(code: LdapErrorCode, message: string, facts: LdapErrorFacts = {}) {
    super(message, facts.cause === undefined ? undefined : { cause: facts.cause })
    this.code = code
    this.resultCode = facts.resultCode
    this.detail = facts.detail === undefined ? undefined : plainWords(facts.detail)
    this.hint = facts.hint
    this.url = facts.url
  }
}

const MAX_DETAIL_LENGTH = 500

// A hostile directory's words end up in logs: no line breaks, no terminal sequences.
const plainWords = (words: string) =>
  words
    .replace(/\p{C}+/gu, ' ')
    .trim()
    .slice(0, MAX_DETAIL_LENGTH)

const lost: readonly LdapErrorCode[] = ['UNREACHABLE', 'TIMEOUT', 'BUSY']

/** Whether another server of the same directory, or a later try, may do better. */
export const mayPass = (error: unknown): boolean => error instanceof LdapError && lost.includes(error.code)
