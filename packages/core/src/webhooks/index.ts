export type { Delivery, DeliveryStatus } from './deliveries/model.ts'
export { deliverWebhooks, deliverWebhooksNow } from './deliveries/pump.ts'
export {
  getWebhookDelivery,
  getWebhookTaskLog,
  listWebhookDeliveries,
  listWebhookExecutions,
  listWebhookTasks,
  purgeWebhooks,
  redeliverDeadWebhooks,
  redeliverWebhook,
  testWebhook,
} from './deliveries/service.ts'
export {
  offeredEvents,
  type PolicyInput,
  payloadFormats,
  type TargetInput,
  type WebhookEvent,
  webhookEvents,
} from './model.ts'
export type { Answer } from './rules.ts'
export {
  authorizeEventTypes,
  createWebhookPolicy,
  deleteWebhookPolicy,
  getWebhookPolicy,
  listLastTriggers,
  listWebhookPolicies,
  projectsToldOfPulls,
  projectsToldOfReplications,
  removeWebhookSecret,
  rotateWebhookSecret,
  type ShownPolicy,
  updateWebhookPolicy,
} from './service.ts'
export { webhookSubscriber } from './subscribers.ts'
