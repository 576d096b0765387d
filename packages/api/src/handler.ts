import type { OperationId, Response } from '@berth/contract'
import type { ParsedRequest } from '@berth/contract/server'
import type { Actor, Core, ListQuery } from '@berth/core'
import type { ApiRequest, ByteStream } from './http.ts'

/** What a handler gets: the request already checked against the contract, and who asks. */
export interface Context<Op extends OperationId> extends ParsedRequest<Op> {
  core: Core
  actor: Actor
  /** The path as the client wrote it, without the query; `Location` and `Link` start with it. */
  url: { path: string; search: string }
  request: ApiRequest
  /** `q`, `sort`, `page` and `page_size` of this request. @throws DomainError BAD_REQUEST */
  listQuery(): ListQuery
}

/** `body` becomes JSON, unless it is text for another `content-type`. */
export interface Reply<Data = unknown> {
  status: number
  headers?: Record<string, string>
  body?: Data
  /** In the place of `body`, with a `content-type`. */
  stream?: ByteStream
}

export type Handler<Op extends OperationId> = (context: Context<Op>) => Promise<Reply<Response<Op>>>
export type Handlers<Ops extends OperationId> = { [Op in Ops]: Handler<Op> }
