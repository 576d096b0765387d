import { activitySubscriber } from '@berth/core/activities'
import type { Subscriber } from '@berth/core/events'
import { noticeSubscriber } from '@berth/core/notices'
import { replicationSubscriber } from '@berth/core/replications'
import { statisticsSubscriber } from '@berth/core/statistics'
import { webhookSubscriber } from '@berth/core/webhooks'

/** Everybody who hears of what changed; each stands in core/<feature>/subscribers.ts. */
export const subscribers: readonly Subscriber[] = [
  activitySubscriber,
  noticeSubscriber,
  replicationSubscriber,
  statisticsSubscriber,
  webhookSubscriber,
]
