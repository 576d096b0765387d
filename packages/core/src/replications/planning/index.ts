export {
  openTurns,
  type PlannedCopy,
  type Planning,
  planRepository,
  type RepositoryPlan,
} from './plan-repository.ts'
