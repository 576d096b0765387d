import type { OutboxEvent, Subscriber } from '../events/index.ts'
import { shownTypes } from './model.ts'
import { insertActivities } from './store.ts'

/** Keeps what people may see of what changed. */
export const activitySubscriber: Subscriber = {
  name: 'activities',
  types: shownTypes,
  take: (_core, tx, events) =>
    insertActivities(
      tx,
      withoutTwins(events).flatMap(({ at, type, projectId, subject, actorKind, actorName, payload }) => {
        if (projectId === null) return []
        const [tag, digest] = [text(payload.tag), text(payload.digest)]
        return [{ at, type, projectId, name: subject, tag, digest, actorKind, actorName }]
      }),
    ),
}

const text = (value: unknown): string | null => (typeof value === 'string' ? value : null)

/** A push under a tag also makes the tag, which is no news beside the push. */
function withoutTwins(events: readonly OutboxEvent[]): readonly OutboxEvent[] {
  const key = ({ subject, payload, requestId }: OutboxEvent) =>
    JSON.stringify([subject, payload.tag, requestId])
  const pushed = new Set(events.filter(({ type }) => type === 'artifact.pushed').map(key))
  return events.filter((event) => event.type !== 'tag.created' || !pushed.has(key(event)))
}
