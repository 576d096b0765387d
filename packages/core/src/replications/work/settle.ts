import type { Core } from '../../context/index.ts'
import {
  changeExecution,
  changeTasksWithin,
  endExecution,
  isFinal,
  isStopAsked,
  removeTaskWithin,
  type TaskChange,
} from '../../executions/index.ts'
import { Gatherings } from '../../gathering/index.ts'
import type { CopyResult } from '../copying/index.ts'
import { ELSEWHERE } from '../model.ts'
import { changeProgress, readInStep, type ToldProgress, writeTransfers } from '../progress/index.ts'
import { type Reason, reasonOf } from '../reasons.ts'
import { Ended } from './hold.ts'
import { invalidNotes } from './left-out.ts'
import type { Claimed } from './model.ts'
import { readTelling, type Telling, tellEnd, tellEnds } from './news.ts'
import { type Failures, nextAfter, sentenceOf, withFailure } from './outcome.ts'
import type { Planned } from './plan.ts'
import { type Told, toldOf } from './told.ts'

const line = (core: Core, text: string): string => `${new Date(core.now()).toISOString()} ${text}\n`

type More = { failures?: Failures; progress?: Told; reason?: Reason } & Pick<ToldProgress, 'ends'>

interface Outcome {
  claimed: Claimed
  change: TaskChange
  dueAt: Date | null
  failures: Failures | undefined
  told: ToldProgress | undefined
  telling: Telling | undefined
  reason: Reason | undefined
}

/** Of this process, by execution: who writes one holds its row, and each alone would keep all the others waiting. */
const outcomesOf = new WeakMap<Core, Gatherings<number, Outcome, boolean>>()
const AT_ONCE = 50

function openOutcomes(core: Core): Gatherings<number, Outcome, boolean> {
  const outcomes = new Gatherings<number, Outcome, boolean>(AT_ONCE, (executionId, items) =>
    write(core, executionId, items),
  )
  outcomesOf.set(core, outcomes)
  return outcomes
}

/** Writes an outcome, unless another worker has the transfer by now. Those that come together are written together. */
export async function settle(
  core: Core,
  claimed: Claimed,
  change: TaskChange,
  dueAt: Date | null,
  { failures, progress, ends, reason }: More = {},
): Promise<void> {
  const { transfer } = claimed
  const ended = change.status !== undefined && isFinal(change.status) ? change.status : undefined
  const telling = ended && (await readTelling(core, transfer))
  const told = progress && transfer.kind !== 'plan' ? { ...toldOf(progress), ends } : undefined
  const outcome = { claimed, change, dueAt, failures, told, telling, reason }
  const outcomes = outcomesOf.get(core) ?? openOutcomes(core)
  const written = await outcomes.run(transfer.executionId, outcome)
  if (written && ended) core.metrics.add('berth_replication_tasks_total', [ended])
}

/** Says of each whether it was written. */
const write = (core: Core, executionId: number, outcomes: readonly Outcome[]): Promise<boolean[]> =>
  core.db.transaction(async (tx) => {
    const changes = outcomes.map(({ claimed: { claim }, change }) => ({ claim, change }))
    const { changed, execution } = await changeTasksWithin(core, tx, executionId, changes)
    const written = outcomes.filter(({ claimed }) => changed.has(claimed.claim.taskId))
    if (!execution || written.length === 0) return outcomes.map(() => false)
    await writeTransfers(
      core,
      tx,
      executionId,
      written.map(({ claimed: { claim }, dueAt, failures, told, reason }) => ({
        ...{ taskId: claim.taskId, dueAt, told, reason },
        ...(failures && { attempts: failures.all, spoilt: failures.spoilt }),
      })),
    )
    const ended = written.flatMap(({ claimed: { transfer }, change: { status }, telling, reason }) =>
      telling && status ? { transfer, telling, status, reason } : [],
    )
    await tellEnds(core, tx, execution, outcomes[0]!.claimed.transfer.policyId, ended)
    return outcomes.map((outcome) => written.includes(outcome))
  })

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
  const { copies, inStep, problems, waiting } = found
  await core.db.transaction(async (tx) => {
    const removed = await removeTaskWithin(core, tx, claim)
    if (!removed) return
    const id = transfer.executionId
    // Of one repository whose comparison was tried again.
    const isWhole = transfer.source === ''
    await changeProgress(tx, id, { inStep: inStep - found.toldInStep }, core.now())
    const notes = [...found.notes, ...invalidNotes(found.invalid)]
    const leftOut = notes.map(({ sentence }) => `; ${sentence}`).join('')
    if (removed.wasLast) {
      const text = `${await readInStep(tx, id)} tags are in step${leftOut}`
      await endExecution(core, tx, id, 'Success', { text, notes })
    } else if (isWhole) {
      const rest = problems > 0 ? `, ${problems} repositories could not be compared` : ''
      const later = waiting > 0 ? `, ${waiting} repositories are compared once more` : ''
      await changeExecution(tx, id, {
        notes,
        message: `${copies} artifacts to copy, ${inStep} tags were in step${rest}${later}${leftOut}`,
      })
    }
    await tellEnd(core, tx, transfer)
  })
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

/** With four or more one waits for five minutes. */
const MOST_TRIES_HERE = 4

const TROUBLES = {
  here: 'the registry behind this Berth is in trouble',
  there: 'the registry is in trouble',
} as const

/** @param trouble whose fault it was that this attempt failed, and not that of what was to go: it does not count */
export async function failed(
  core: Core,
  claimed: Claimed,
  policyName: string,
  error: unknown,
  { progress, trouble, toProject }: { progress: Told; trouble?: keyof typeof TROUBLES; toProject: boolean },
): Promise<void> {
  const { attempts: all, spoilt } = claimed.transfer
  const failures = trouble ? { all, spoilt } : withFailure({ all, spoilt }, error)
  const message =
    error instanceof Ended ? 'it did not end within twelve hours' : sentenceOf(error, policyName)
  const reason = error instanceof Ended ? 'late' : reasonOf(error, { toProject })
  // The registry there is left alone by all of them; here each waits by itself.
  const next = nextAfter(
    error,
    failures,
    Math.random(),
    trouble === 'here' ? Math.min(claimed.claim.run, MOST_TRIES_HERE) : failures.all,
  )
  const failure = `${trouble ? TROUBLES[trouble] : `attempt ${failures.all}`}: ${message}`
  if (!next.again) {
    const change: TaskChange = { status: 'Error', message, log: line(core, failure) }
    return settle(core, claimed, change, null, { failures, progress, ends: 'failed', reason })
  }
  if (await isStopAsked(core, claimed.transfer.executionId)) return stopped(core, claimed, { progress })
  const dueAt = new Date(core.now() + next.delayMs)
  const log = line(core, `${failure}; it is tried again at ${dueAt.toISOString()}`)
  await settle(core, claimed, { status: 'Scheduled', message, log }, dueAt, { failures, progress, reason })
}
