/** A request as any mount can give it: node:http and WHATWG requests cost too much to translate into each other. */
export interface ApiRequest {
  method: string
  /** Path and query, still encoded: `/api/v2.0/projects?page=2`. */
  url: string
  /** Names are lower case. Several values of one header are joined by the mount as its server does. */
  header(name: string): string | undefined
  /** The whole body. @throws DomainError REQUEST_ENTITY_TOO_LARGE beyond MAX_BODY_BYTES */
  body(): Promise<Buffer>
  remoteAddress: string
  /** Aborted when the client goes before it has its answer. Asked for by what takes long. */
  gone?(): AbortSignal
}

export interface ApiResponse {
  status: number
  headers: Record<string, string>
  /** Undefined: none. */
  body: string | ByteStream | undefined
}

/**
 * A body that is made while it is sent. The mount opens it once, asks for the next piece when the client has taken the
 * last, and aborts `gone` when the client leaves. What it throws ends the connection, so that nobody takes a part for
 * the whole.
 */
export type ByteStream = (gone: AbortSignal) => AsyncIterable<Uint8Array>

export const MAX_BODY_BYTES = 1024 * 1024
export const basePath = '/api/v2.0'
export const JSON_TYPE = 'application/json; charset=utf-8'
