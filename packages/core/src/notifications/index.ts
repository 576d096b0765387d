export { notificationsSecret, receiveNotifications, requireNotificationsSecret } from './service.ts'
