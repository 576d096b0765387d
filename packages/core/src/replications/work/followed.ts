import type { Core } from '../../context/index.ts'
import { forgetExecution, removeTaskWithin } from '../../executions/index.ts'
import type { Followed } from '../following/index.ts'
import type { Claimed } from './model.ts'
import { tellEnd } from './news.ts'
import { settle } from './settle.ts'
import type { Told } from './told.ts'

const BUSY_MS = 1_000
const LOOK_AGAIN_MS = 2 * 60_000

/** What came of something that was followed. A mere look that found everything in place leaves nothing behind. */
export async function followed(
  core: Core,
  claimed: Claimed,
  { isBusy, isQuiet, isEarly, notes, faults, reason }: Followed,
  progress: Told,
): Promise<void> {
  const { transfer, claim } = claimed
  const now = core.now()
  if (isBusy) return settle(core, claimed, { status: 'Scheduled' }, new Date(now + BUSY_MS))
  if (isEarly) {
    // In steps that double: 2, 4, 8 minutes after it was told of.
    const waitMs = Math.max(LOOK_AGAIN_MS, now - transfer.createdAt.getTime())
    return settle(core, claimed, { status: 'Scheduled' }, new Date(now + waitMs))
  }
  if (isQuiet)
    return core.db.transaction(async (tx) => {
      const removed = await removeTaskWithin(core, tx, claim)
      if (removed?.wasLast) await forgetExecution(tx, transfer.executionId)
      // Without it the others may have come to their end.
      else if (removed) await tellEnd(core, tx, transfer)
    })
  const log = [...faults, ...notes].map((words) => `${new Date(now).toISOString()} ${words}\n`).join('')
  const message = faults[0] ?? notes[0] ?? ''
  const isFailed = faults.length > 0
  const change = { status: isFailed ? 'Error' : 'Success', message, log } as const
  await settle(core, claimed, change, null, { progress, ends: isFailed ? 'failed' : 'done', reason })
}
