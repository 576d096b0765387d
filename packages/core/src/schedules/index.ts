export {
  nextRun,
  parseCron,
  parseTiming,
  type Schedule,
  type ScheduleType,
  scheduleTypes,
  type Timing,
} from './model.ts'
export {
  listSchedules,
  readSchedule,
  removeSchedule,
  runDueSchedules,
  type ScheduledRuns,
  type StartScheduled,
  schedulesPaused,
  setSchedule,
} from './service.ts'
export type { ScheduleTransaction } from './store.ts'
