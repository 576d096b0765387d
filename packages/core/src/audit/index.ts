export { type Attempt, recordAttempt } from './attempts.ts'
export type { AuditActor, AuditEvent, AuditLine, AuditResult, ListedAuditLine } from './model.ts'
export { auditEventTypes } from './model.ts'
export { currentOrigin, type Origin, withOrigin } from './origin.ts'
export { flushRepeated, type Repetition, recordRepeated } from './repeated.ts'
export { oldAndNew } from './rules.ts'
export {
  listAuditEventTypes,
  listAuditLines,
  listProjectAuditLines,
  type PastLine,
  record,
  recordChange,
  recordPast,
  tell,
} from './service.ts'
export type { AuditTransaction } from './store.ts'
