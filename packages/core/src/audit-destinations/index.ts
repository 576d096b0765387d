export { type Forwarded, forwardAuditLines } from './forward.ts'
export type { Destination, DestinationInput, DestinationState } from './model.ts'
export {
  createDestination,
  deleteDestination,
  getDestination,
  listDestinations,
  testDestination,
  updateDestination,
} from './service.ts'
export { losingDestinations, neededFrom, type WatchedDestination, watchDestinations } from './spool.ts'
