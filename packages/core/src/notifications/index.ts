export { type Drained, drainNotifications } from './drain.ts'
export { listRegistryEvents } from './list-events.ts'
export type { ListedEvent } from './model.ts'
export { retryRegistryEvent } from './retry-event.ts'
export {
  notificationsSecret,
  purgeNotifications,
  receiveNotifications,
  requireNotificationsSecret,
} from './service.ts'
