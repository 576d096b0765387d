/** An answer before it is on the wire. */
export interface Reply {
  status: number
  headers?: Record<string, string>
  body?: Uint8Array | string
}

/** The error body of the OCI distribution spec. */
export function errorReply(status: number, code: string, message: string): Reply {
  return jsonReply(status, { errors: [{ code, message }] })
}

export function jsonReply(status: number, value: unknown, headers: Record<string, string> = {}): Reply {
  return { status, headers: { 'content-type': 'application/json', ...headers }, body: JSON.stringify(value) }
}
