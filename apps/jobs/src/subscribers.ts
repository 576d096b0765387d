import type { Subscriber } from '@berth/core/events'

/** Everybody who hears of what changed; each stands in core/<feature>/subscribers.ts. */
export const subscribers: readonly Subscriber[] = []
