export type { EventFailure } from './model.ts'
export { discardEventFailure, listEventFailures, retryEventFailure } from './service.ts'
