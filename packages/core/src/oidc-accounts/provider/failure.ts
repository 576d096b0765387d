/** Why a provider could not be used. */
export type ProviderProblem =
  /** No answer, or one that is no answer: try again later. Says nothing about any person. */
  | 'unreachable'
  /** Its certificate is not trusted. */
  | 'certificate'
  /** It answers something that breaks the protocol, or that was tampered with. */
  | 'invalid'
  /** It will not do this with this code or refresh token (RFC 6749 section 5.2, invalid_grant). */
  | 'refused'
  /** It does not take Berth's client id or secret, or another setting is wrong. */
  | 'misconfigured'

/** `message` is for administrators and logs: it holds no secret, and nothing of an answer's body. */
export class ProviderError extends Error {
  override name = 'ProviderError'
  readonly problem: ProviderProblem
  constructor(problem: ProviderProblem, message: string, options?: { cause?: unknown }) {
    super(message, options)
    this.problem = problem
  }
}
