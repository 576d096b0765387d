export { type Attempt, recordAttempt } from './attempts.ts'
export { type AuditExport, exportAuditLines } from './export.ts'
export { readLastPosition, readPlacedLines } from './export-store.ts'
export { recordGathered } from './gathered.ts'
export { type AuditFollowing, followAuditLines, type LiveAudit } from './live.ts'
export type {
  AuditActor,
  AuditEvent,
  AuditLine,
  AuditResult,
  ListedAuditLine,
  PlacedAuditLine,
} from './model.ts'
export { auditEventTypes } from './model.ts'
export { currentOrigin, MAX_SEEN, type Origin, seenIn, withOrigin } from './origin.ts'
export type { AuditPage } from './pages.ts'
export { PURGE, presentParams as presentPurgeParams } from './purge/model.ts'
export { type PurgeOptions, runPurges } from './purge/run.ts'
export {
  forgetPurges,
  getPurge,
  getPurgeLog,
  getPurgeSchedule,
  listPurges,
  type PurgeExecution,
  requestPurge,
  startScheduledPurge,
  stopPurge,
} from './purge/service.ts'
export { flushRepeated, type Repetition, recordRepeated } from './repeated.ts'
export { oldAndNew } from './rules.ts'
export { canonicalJson, hashOf, sealedForm } from './seals/canonical.ts'
export { type Sealing, sealLines } from './seals/seal.ts'
export { type AuditHead, getAuditHead, verifyAuditLog } from './seals/service.ts'
export type { Broken, Verification } from './seals/verify.ts'
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
