export { type CompiledFilters, compileFilters, type TagCandidate } from './filters.ts'
export { type Mapping, mapRepository } from './mapping.ts'
export { type PolicyFilter, type PolicyInput, REPLICATION, type ReplicationPolicy } from './model.ts'
export {
  createPolicy,
  deletePolicy,
  getPolicy,
  listPolicies,
  removingPolicies,
  type SeenPolicy,
  updatePolicy,
} from './service.ts'
export { readEventPolicies, readPolicy } from './store.ts'
