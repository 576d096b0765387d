export { type Asked, type Asking, openAsking } from './asking.ts'
export type { LongWait, PatientTurns } from './patient-turns.ts'
export {
  openTurns,
  type PlannedCopy,
  type Planning,
  planRepository,
  type RepositoryPlan,
} from './plan-repository.ts'
export { inSlices } from './slices.ts'
