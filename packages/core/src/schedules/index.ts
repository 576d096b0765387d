export {
  namesEachMinute,
  nextRun,
  parseCron,
  parseTiming,
  type Schedule,
  type ScheduleType,
  scheduleTypes,
  type Timing,
} from './model.ts'
export {
  dueSchedules,
  listSchedules,
  readSchedule,
  removeSchedule,
  runDueSchedules,
  type ScheduledRuns,
  type StartScheduled,
  setSchedule,
  skipDueSchedules,
} from './service.ts'
export type { ScheduleTransaction } from './store.ts'
