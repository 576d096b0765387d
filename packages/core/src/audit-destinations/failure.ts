/** Why a receiver did not take a batch. The words are for administrators. */
export class DeliveryError extends Error {
  override name = 'DeliveryError'
  /** How long the receiver wants to be left alone. */
  readonly retryAfterMs: number | undefined
  /** A smaller batch may do. */
  readonly tooLarge: boolean
  constructor(
    message: string,
    {
      cause,
      retryAfterMs,
      tooLarge = false,
    }: { cause?: unknown; retryAfterMs?: number; tooLarge?: boolean } = {},
  ) {
    super(message, { cause })
    this.retryAfterMs = retryAfterMs
    this.tooLarge = tooLarge
  }
}
