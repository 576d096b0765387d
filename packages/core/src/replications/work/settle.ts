import type { Core } from '../../context/index.ts'
import {
  changeExecution,
  changeTaskWithin,
  endExecution,
  isFinal,
  isStopAsked,
  removeTaskWithin,
  type TaskChange,
} from '../../executions/index.ts'
import type { CopyResult } from '../copying/index.ts'
import { ELSEWHERE } from '../model.ts'
import { changeProgress, type ToldProgress, writeProgress } from '../progress/index.ts'
import { type Reason, reasonOf } from '../reasons.ts'
import { Ended, type Told } from './hold.ts'
import type { Claimed } from './model.ts'
import { readTelling, tellEnd } from './news.ts'
import { type Failures, nextAfter, sentenceOf, withFailure } from './outcome.ts'
import type { Planned } from './plan.ts'
import { writeDue } from './store.ts'

const line = (core: Core, text: string): string => `${new Date(core.now()).toISOString()} ${text}\n`

type Outcome = { failures?: Failures; progress?: Told; reason?: Reason } & Pick<ToldProgress, 'ends'>

/** Writes an outcome, unless another worker has the transfer by now. */
export async function settle(
  core: Core,
  { transfer, claim }: Claimed,
  change: TaskChange,
  dueAt: Date | null,
  { failures, progress, ends, reason }: Outcome = {},
): Promise<void> {
  const { status, message = '' } = change
  const ended = status !== undefined && isFinal(status) ? status : undefined
  const telling = ended && (await readTelling(core, transfer))
  const written = await core.db.transaction(async (tx) => {
    if (!(await changeTaskWithin(core, tx, claim, change))) return false
    const counts = failures && { attempts: failures.all, spoilt: failures.spoilt }
    await writeDue(tx, transfer.taskId, dueAt, { ...counts, ...(reason && { reason }) })
    if (progress && transfer.kind !== 'plan') {
      const { sizeBytes, doneBytes, sentBytes, toldBytes } = progress
      const told = { sizeBytes, doneBytes, sentBytes: Math.max(0, sentBytes - toldBytes), ends }
      await writeProgress(tx, transfer.taskId, told, core.now())
    }
    if (ended) await tellEnd(core, tx, transfer, { telling, status: ended, message })
    return true
  })
  if (written && ended) core.metrics.add('berth_replication_tasks_total', [ended])
}

export async function copied(
  core: Core,
  claimed: Claimed,
  result: CopyResult & { reason: Reason },
  progress: Told,
): Promise<void> {
  const text = {
    copied: `copied: ${result.blobsSent} blobs sent (${result.bytesSent} bytes), ${result.blobsMounted} mounted`,
    inStep: 'it was there already',
    skipped: 'left as it is: the policy does not move tags at the target',
  }[result.outcome]
  const { outcome, warnings, notes = [], reason } = result
  // What was left was left for the reasons that stand there.
  const why = outcome === 'skipped' && warnings.length > 0 ? [] : [text]
  const log = [...warnings, ...why, ...notes].map((words) => line(core, words)).join('')
  const change: TaskChange = { status: 'Success', message: warnings[0] ?? notes[0] ?? '', log }
  await settle(core, claimed, change, null, { progress, ends: 'done', reason })
}

/** A plan is no piece of work of its own once it is through: its task goes. What it could not compare has tasks of its own. */
export async function planned(core: Core, claimed: Claimed, found: Planned): Promise<void> {
  const { transfer, claim } = claimed
  const { copies, inStep, problems } = found
  await core.db.transaction(async (tx) => {
    const removed = await removeTaskWithin(core, tx, claim)
    if (!removed) return
    const id = transfer.executionId
    // Of one repository whose comparison was tried again.
    const isWhole = transfer.source === ''
    await changeProgress(tx, id, isWhole ? { inStep } : { moreInStep: inStep }, core.now())
    const leftOut = leftOutOf(found)
    if (removed.wasLast) await endExecution(core, tx, id, 'Success', `${inStep} tags are in step${leftOut}`)
    else if (isWhole) {
      const rest = problems > 0 ? `, ${problems} repositories could not be compared` : ''
      await changeExecution(tx, id, {
        message: `${copies} artifacts to copy, ${inStep} tags were in step${rest}${leftOut}`,
      })
    }
    await tellEnd(core, tx, transfer)
  })
}

/** Who has such a name must see that it does not go; it fails no run, which could do nothing about it. */
function leftOutOf({ invalid: { count, names } }: Planned): string {
  if (count === 0) return ''
  const more = count > names.length ? ', …' : ''
  return `; ${count} repositories are left out, whose names are not valid: ${names.join(', ')}${more}`
}

export const stopped = (
  core: Core,
  claimed: Claimed,
  { progress, why }: { progress?: Told; why?: string } = {},
): Promise<void> => {
  const change: TaskChange = { status: 'Stopped', log: line(core, why ?? 'stopped') }
  const reason = why === ELSEWHERE ? 'elsewhere' : 'stopped'
  return settle(core, claimed, why ? { ...change, message: why } : change, null, { progress, reason })
}

/** Whoever takes it up is gone before it ends: it would end one node after the other, with all else that they do. */
export const abandoned = (core: Core, claimed: Claimed): Promise<void> => {
  const message = `${claimed.lost} workers have vanished with it, and no other is to follow them`
  const change: TaskChange = { status: 'Error', message, log: line(core, message) }
  const progress = { doneBytes: 0, sizeBytes: 0, sentBytes: 0, toldBytes: 0 }
  return settle(core, claimed, change, null, { progress, ends: 'failed', reason: 'vanished' })
}

/** Another worker goes on as soon as it can: the process ends, or it was not its turn. */
export const given = (core: Core, claimed: Claimed, progress: Told, why?: string): Promise<void> => {
  const change: TaskChange = { status: 'Pending', ...(why !== undefined && { log: line(core, why) }) }
  return settle(core, claimed, change, new Date(core.now()), { progress })
}

export async function failed(
  core: Core,
  claimed: Claimed,
  policyName: string,
  error: unknown,
  { progress, counts }: { progress: Told; counts: boolean },
): Promise<void> {
  const { attempts: all, spoilt } = claimed.transfer
  const failures = counts ? withFailure({ all, spoilt }, error) : { all, spoilt }
  const message =
    error instanceof Ended ? 'it did not end within twelve hours' : sentenceOf(error, policyName)
  const reason = error instanceof Ended ? 'late' : reasonOf(error)
  const next = nextAfter(error, failures, Math.random())
  const failure = counts ? `attempt ${failures.all}: ${message}` : `the registry is in trouble: ${message}`
  if (!next.again) {
    const change: TaskChange = { status: 'Error', message, log: line(core, failure) }
    return settle(core, claimed, change, null, { failures, progress, ends: 'failed', reason })
  }
  if (await isStopAsked(core, claimed.transfer.executionId)) return stopped(core, claimed, { progress })
  const dueAt = new Date(core.now() + next.delayMs)
  const log = line(core, `${failure}; it is tried again at ${dueAt.toISOString()}`)
  await settle(core, claimed, { status: 'Scheduled', message, log }, dueAt, { failures, progress, reason })
}
