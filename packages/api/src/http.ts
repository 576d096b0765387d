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
}

export interface ApiResponse {
  status: number
  headers: Record<string, string>
  /** Undefined: none. */
  body: string | undefined
}

export const MAX_BODY_BYTES = 1024 * 1024
export const basePath = '/api/v2.0'
export const JSON_TYPE = 'application/json; charset=utf-8'
