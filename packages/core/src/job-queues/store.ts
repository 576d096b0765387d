import type { Tx } from '@berth/db'
import type { Core } from '../context/index.ts'

export type QueueTransaction = Tx

export async function readPaused(core: Core): Promise<Set<string>> {
  const rows = await core.db.query<{ job_type: string }>('SELECT job_type FROM job_queues WHERE paused = ?', [
    true,
  ])
  return new Set(rows.map((row) => row.job_type))
}

/** False when it was so already. Two at once for one queue: the caller keeps them apart. */
export async function writePaused(
  tx: Tx,
  jobType: string,
  paused: boolean,
  updatedAt: Date,
): Promise<boolean> {
  const before = await tx.jobQueue.findUnique({ where: { jobType }, select: { paused: true } })
  if ((before?.paused ?? false) === paused) return false
  const data = { paused, updatedAt }
  await tx.jobQueue.upsert({ where: { jobType }, create: { jobType, ...data }, update: data })
  return true
}
