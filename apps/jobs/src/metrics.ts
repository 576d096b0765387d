import { type Core, SYSTEM } from '@berth/core'
import { getAuditHead } from '@berth/core/audit'
import { watchDestinations } from '@berth/core/audit-destinations'
import { readOutbox } from '@berth/core/events'
import type { Queue } from 'bullmq'
import type { Job } from './job.ts'

// Waiting jobs are read for their names; a queue that is longer than this is told by its length.
const LOOK_AT = 1_000

/** How much there is to do in all queues, at each scrape. */
export async function countQueues(
  core: Core,
  queues: readonly Queue[],
  known: ReadonlyMap<string, Job>,
): Promise<void> {
  const looks = queues.map((queue) =>
    Promise.all([
      queue.getJobCounts('waiting', 'active', 'delayed', 'failed'),
      queue.getJobs(['waiting'], 0, LOOK_AT - 1),
    ]),
  )
  const counts = new Map<string, number>()
  const waiting: { name: string }[] = []
  for (const [states, some] of await Promise.all(looks)) {
    for (const [state, count] of Object.entries(states)) counts.set(state, (counts.get(state) ?? 0) + count)
    waiting.push(...some)
  }
  core.metrics.replace(
    'berth_queue_jobs',
    [...counts].map(([state, count]) => [[state], count] as const),
  )
  const byJob = new Map([...known.keys()].map((name) => [name, 0]))
  for (const job of waiting) {
    const name = job && known.has(job.name) ? job.name : 'other'
    byJob.set(name, (byJob.get(name) ?? 0) + 1)
  }
  core.metrics.replace(
    'berth_queue_jobs_waiting',
    [...byJob].map(([name, count]) => [[name], count] as const),
  )
}

/** How far what follows the changes is behind, at each scrape. Every node tells the same: take the maximum. */
export function collectBacklogs(core: Core): void {
  const { metrics } = core
  metrics.onScrape('outbox', async () => {
    const { waiting, oldestAt, retrying, givenUp } = await readOutbox(core)
    metrics.set('berth_outbox_events', ['waiting'], waiting)
    metrics.set('berth_outbox_events', ['retrying'], retrying)
    metrics.set('berth_outbox_events', ['given-up'], givenUp)
    metrics.set('berth_outbox_lag_seconds', [], ageSeconds(core, oldestAt))
  })
  metrics.onScrape('audit-destinations', async () => {
    const destinations = await watchDestinations(core)
    const of = (count: (one: (typeof destinations)[number]) => number) =>
      destinations.map((one) => [[one.name], count(one)] as const)
    metrics.replace(
      'berth_audit_destination_waiting_lines',
      of(({ backlog }) => backlog.lines),
    )
    metrics.replace(
      'berth_audit_destination_lost_lines',
      of(({ lost }) => lost),
    )
  })
  metrics.onScrape('audit', async () => {
    const { count, since } = (await getAuditHead(core, SYSTEM)).waiting
    metrics.set('berth_audit_unsealed_lines', [], count)
    metrics.set('berth_audit_seal_lag_seconds', [], ageSeconds(core, since))
  })
}

const ageSeconds = (core: Core, since: Date | null | undefined): number =>
  since ? Math.max(0, core.now() - since.getTime()) / 1_000 : 0
