export {
  ApiError,
  type CallArguments,
  type CallInput,
  type Client,
  type ClientOptions,
  createClient,
  type ErrorItem,
  pathOf,
  type Reply,
} from './client.ts'
export { basePath } from './generated/addresses.ts'
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
