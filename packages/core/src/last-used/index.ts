export { flushLastUsed, noteUse } from './service.ts'
export type { UsedKind } from './store.ts'
