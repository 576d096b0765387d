/** Why a receiver did not take a batch. The words are for administrators. */
export class DeliveryError extends Error {
  override name = 'DeliveryError'
  /** How long the receiver wants to be left alone. */
  readonly retryAfterMs: number | undefined
  /** It is about what was sent, so that a smaller batch may do. */
  readonly refusesContent: boolean
  constructor(
    message: string,
    {
      cause,
      retryAfterMs,
      refusesContent = false,
    }: { cause?: unknown; retryAfterMs?: number; refusesContent?: boolean } = {},
  ) {
    super(message, { cause })
    this.retryAfterMs = retryAfterMs
    this.refusesContent = refusesContent
  }
}
