export type { Activity } from './model.ts'
export { followActivities, listActivities, type Part, purgeActivities } from './service.ts'
export { activitySubscriber } from './subscribers.ts'
