import type { operations } from './generated/operations.ts'
import type { Operations, Schemas } from './generated/types.ts'

export type Method = 'GET' | 'HEAD' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
export type ParameterType = 'string' | 'integer' | 'boolean' | 'array'

/** One row of the operations table. `X-Request-Id` is left out: every operation takes it. */
export interface OperationSpec {
  method: Method
  /** Beneath `basePath`, with `{name}` for parameters. */
  path: string
  tag: string
  params?: Record<string, ParameterType>
  query?: Record<string, ParameterType>
  header?: Record<string, ParameterType>
  body?: 'required' | 'optional'
  success: readonly number[]
}

export type OperationId = keyof typeof operations & keyof Operations

export type { Operations, Schemas }

/** What a caller gives and gets. */
export type Path<Op extends OperationId> = Operations[Op]['path']
export type Query<Op extends OperationId> = Operations[Op]['query']
export type RequestHeaders<Op extends OperationId> = Operations[Op]['headers']
export type Body<Op extends OperationId> = Operations[Op]['body']
export type Response<Op extends OperationId> = Operations[Op]['data']
