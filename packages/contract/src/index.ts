export {
  ApiError,
  type CallArguments,
  type CallInput,
  type Client,
  type ClientOptions,
  createClient,
  type ErrorItem,
  type Reply,
} from './client.ts'
export { basePath } from './generated/base-path.ts'
export { operations } from './generated/operations.ts'
export type {
  Body,
  Method,
  OperationId,
  OperationSpec,
  Operations,
  Path,
  Query,
  RequestHeaders,
  Response,
  Schemas,
} from './operation.ts'
