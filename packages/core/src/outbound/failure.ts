export type OutboundReason =
  | 'address' // the address, or all that the name stands for, is not one that Berth may reach
  | 'url'
  | 'unresolved'
  | 'connection'
  | 'certificate'
  | 'timeout'
  | 'too-large'
  | 'answer'

/** Why a request to an address that somebody named came to nothing. The words may be shown to whoever named it. */
export class OutboundError extends Error {
  override name = 'OutboundError'
  readonly reason: OutboundReason
  constructor(reason: OutboundReason, message: string, cause?: unknown) {
    super(message, { cause })
    this.reason = reason
  }
}
