import type { Core } from '../../context/index.ts'
import {
  changeExecution,
  changeTaskWithin,
  endExecution,
  isStopAsked,
  removeTaskWithin,
  type TaskChange,
} from '../../executions/index.ts'
import type { CopyResult } from '../copying/index.ts'
import { Ended } from './hold.ts'
import type { Claimed } from './model.ts'
import { nextAfter, sentenceOf } from './outcome.ts'
import type { Planned } from './plan.ts'
import { writeDue } from './store.ts'

type More = Parameters<typeof writeDue>[3]

const line = (core: Core, text: string): string => `${new Date(core.now()).toISOString()} ${text}\n`

/** Writes an outcome, unless another worker has the transfer by now. */
async function settle(
  core: Core,
  { transfer, claim }: Claimed,
  change: TaskChange,
  dueAt: Date | null,
  more: More = {},
): Promise<void> {
  await core.db.transaction(async (tx) => {
    if (await changeTaskWithin(core, tx, claim, change)) await writeDue(tx, transfer.taskId, dueAt, more)
  })
}

export async function copied(
  core: Core,
  claimed: Claimed,
  result: CopyResult,
  { doneBytes, sizeBytes }: { doneBytes: number; sizeBytes: number },
): Promise<void> {
  const text = {
    copied: `copied: ${result.blobsSent} blobs sent (${result.bytesSent} bytes), ${result.blobsMounted} mounted`,
    inStep: 'it was there already',
    skipped: 'left as it is: the policy does not move tags at the target',
  }[result.outcome]
  const log = [...result.warnings, text].map((words) => line(core, words)).join('')
  const change: TaskChange = { status: 'Success', message: result.warnings[0] ?? '', log }
  const sizes = sizeBytes > 0 ? { doneBytes, sizeBytes } : {}
  await settle(core, claimed, change, null, sizes)
}

/** A plan is no piece of work of its own once it is through: its task goes, unless it has something to tell. */
export async function planned(core: Core, claimed: Claimed, found: Planned): Promise<void> {
  const { transfer, claim } = claimed
  const { copies, inStep, problems, problemCount } = found
  if (problemCount > 0) {
    const rest = problemCount > 1 ? `, and ${problemCount - 1} more repositories could not be compared` : ''
    const log = problems.map((text) => line(core, text)).join('')
    return settle(core, claimed, { status: 'Error', message: `${problems[0]}${rest}`, log }, null)
  }
  await core.db.transaction(async (tx) => {
    const tasks = await removeTaskWithin(core, tx, claim)
    if (tasks === undefined) return
    const id = transfer.executionId
    if (tasks === 0) await endExecution(core, tx, id, 'Success', `${inStep} tags are in step`)
    else
      await changeExecution(tx, id, { message: `${copies} artifacts to copy, ${inStep} tags were in step` })
  })
}

export const stopped = (core: Core, claimed: Claimed): Promise<void> =>
  settle(core, claimed, { status: 'Stopped', log: line(core, 'stopped') }, null)

/** The process ends: another one goes on at once. */
export const given = (core: Core, claimed: Claimed): Promise<void> =>
  settle(core, claimed, { status: 'Pending' }, new Date(core.now()))

export async function failed(
  core: Core,
  claimed: Claimed,
  policyName: string,
  error: unknown,
): Promise<void> {
  const attempts = claimed.transfer.attempts + 1
  const message =
    error instanceof Ended ? 'it did not end within twelve hours' : sentenceOf(error, policyName)
  const next = nextAfter(error, attempts, Math.random())
  const log = line(core, `attempt ${attempts}: ${message}`)
  if (!next.again) return settle(core, claimed, { status: 'Error', message, log }, null, { attempts })
  if (await isStopAsked(core, claimed.transfer.executionId)) return stopped(core, claimed)
  const dueAt = new Date(core.now() + next.delayMs)
  await settle(core, claimed, { status: 'Scheduled', message, log }, dueAt, { attempts })
}
