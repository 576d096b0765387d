export {
  type Dispatched,
  dispatchEvents,
  type FailedEvent,
  purgeEventFailures,
  type Subscriber,
} from './dispatch.ts'
export {
  type Action,
  type ArtifactPayload,
  type EventType,
  eventTypeOf,
  type Happening,
  type NewEvent,
  type OutboxEvent,
} from './model.ts'
export { type OutboxState, outboxLagMs, raise, readOutbox } from './service.ts'
export type { EventTransaction } from './store.ts'
