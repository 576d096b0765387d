export type { AuditActor, AuditEvent, AuditLine, AuditResult, ListedAuditLine } from './model.ts'
export { currentOrigin, type Origin, withOrigin } from './origin.ts'
export { flushRepeated, type Repetition, recordRepeated } from './repeated.ts'
export { oldAndNew } from './rules.ts'
export {
  listAuditEventTypes,
  listAuditLines,
  listProjectAuditLines,
  record,
  recordChange,
  tell,
} from './service.ts'
export type { AuditTransaction } from './store.ts'
