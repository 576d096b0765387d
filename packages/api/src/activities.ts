import type { Schemas } from '@berth/contract'
import { type Activity, followActivities, listActivities } from '@berth/core/activities'
import { eventStream, positionAfter } from './event-stream.ts'
import type { Handlers } from './handler.ts'
import { ok } from './replies.ts'

const present = (activity: Activity): Schemas['RecentActivity'] => ({
  id: activity.position,
  at: activity.at.toISOString(),
  type: activity.type,
  project_id: activity.projectId,
  ...(activity.projectName !== null && { project_name: activity.projectName }),
  name: activity.name,
  ...(activity.tag !== null && { tag: activity.tag }),
  ...(activity.digest !== null && { digest: activity.digest }),
  ...(activity.actor && { actor_kind: activity.actor.kind, username: activity.actor.name }),
})

const partOf = ({
  project_name: project,
  repository_name: repository,
}: {
  project_name?: string
  repository_name?: string
}) => ({ project, repository })

export const activities: Handlers<'listActivities' | 'followActivities'> = {
  async listActivities({ core, actor, query }) {
    const { before, page_size: limit } = query
    const found = await listActivities(core, actor, { ...partOf(query), before, limit: limit || 100 })
    return ok(found.map(present))
  },

  async followActivities({ core, actor, query, request }) {
    const after = positionAfter(request, query.after)
    const batches = await followActivities(core, actor, { ...partOf(query), after })
    return eventStream(async function* (gone) {
      for await (const batch of batches(gone))
        yield batch.map((activity) => ({
          id: activity.position,
          name: 'activity',
          data: present(activity),
        }))
    })
  },
}
