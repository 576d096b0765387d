import type { IncomingMessage } from 'node:http'
import type { RepositoryName } from '../reference.ts'
import type { FakeRegistryOptions } from './options.ts'
import type { Reply } from './reply.ts'
import type { FakeState } from './state.ts'

/** What a route of the fake works with. */
export interface FakeContext {
  state: FakeState
  options: FakeRegistryOptions
  request: IncomingMessage
  url: URL
  repository: RepositoryName
  /** The last part of the path: a reference, a digest, an upload's id. */
  target: string
  /** The request body as it comes. */
  chunks(): AsyncIterable<Uint8Array>
}

export type FakeRoute = (context: FakeContext) => Reply | Promise<Reply>
