import type { Core } from '../context/index.ts'
import {
  type HeldExecution,
  lockExecution,
  lockRunning,
  lockWaiting,
  readTaskStatuses,
  writeStatus,
  writeTasks,
} from './holding/store.ts'
import { type Claim, type FinalStatus, isFinal, type NewExecution } from './model.ts'
import { appendToLog, message, statusOf } from './rules.ts'
import { type ExecutionTransaction, insertTasks } from './store.ts'

/** How a task goes on or ends. Absent parts stay as they are; `log` is added to what is there. */
export interface TaskChange {
  status?: 'Pending' | 'Scheduled' | FinalStatus
  message?: string
  log?: string
}

/**
 * Adds tasks to the execution of one that a worker holds, which finds out what there is to do. Gives their ids in their
 * order; undefined, and nothing added, when it holds it no more.
 */
export async function addTasksWithin(
  core: Core,
  tx: ExecutionTransaction,
  claim: Claim,
  tasks: readonly NonNullable<NewExecution['tasks']>[number][],
): Promise<number[] | undefined> {
  const held = await lockHeld(tx, claim)
  return held && insertTasks(tx, held, tasks, new Date(core.now()))
}

/**
 * Takes a task away that was only there to find out about others. Says whether it was the last one of its execution, which
 * the caller then ends. Undefined, and nothing done, when the worker holds it no more.
 */
export async function removeTaskWithin(
  core: Core,
  tx: ExecutionTransaction,
  claim: Claim,
): Promise<{ wasLast: boolean } | undefined> {
  const held = await lockHeld(tx, claim)
  if (!held) return undefined
  await tx.task.deleteMany({ where: { id: claim.taskId } })
  return { wasLast: (await refresh(core, tx, held.executionId)) === 'empty' }
}

/** Where the task of a worker belongs, with both rows held. */
async function lockHeld(
  tx: ExecutionTransaction,
  claim: Claim,
): Promise<{ executionId: number; vendorType: string } | undefined> {
  const found = await tx.task.findUnique({
    where: { id: claim.taskId },
    select: { executionId: true, vendorType: true },
  })
  // The execution first, as everybody does: else two that end at once wait for each other.
  if (!found || !(await lockExecution(tx, Number(found.executionId)))) return undefined
  if ((await lockRunning(tx, [claim.taskId])).get(claim.taskId)?.run !== claim.run) return undefined
  return { executionId: Number(found.executionId), vendorType: found.vendorType }
}

/** Writes what became of a task that the worker holds. False, and nothing written, when it holds it no more. */
export const changeTask = (core: Core, claim: Claim, change: TaskChange): Promise<boolean> =>
  core.db.transaction((tx) => changeTaskWithin(core, tx, claim, change))

/** As `changeTask`, in the transaction of what else changes with it. */
export async function changeTaskWithin(
  core: Core,
  tx: ExecutionTransaction,
  claim: Claim,
  change: TaskChange,
): Promise<boolean> {
  const found = await tx.task.findUnique({ where: { id: claim.taskId }, select: { executionId: true } })
  if (!found) return false
  const { changed } = await changeTasksWithin(core, tx, Number(found.executionId), [{ claim, change }])
  return changed.has(claim.taskId)
}

/**
 * As `changeTaskWithin` for many of one execution, with a few statements for all of them.
 *
 * @returns the tasks that were changed, and how their execution stands then; undefined when it is gone
 */
export async function changeTasksWithin(
  core: Core,
  tx: ExecutionTransaction,
  executionId: number,
  changes: readonly { claim: Claim; change: TaskChange }[],
): Promise<{ changed: ReadonlySet<number>; execution: HeldExecution | undefined }> {
  // The execution first, as everybody does: else two that end at once wait for each other.
  const execution = await lockExecution(tx, executionId)
  if (!execution) return { changed: new Set(), execution }
  const running = await lockRunning(
    tx,
    changes.map(({ claim }) => claim.taskId),
  )
  const now = new Date(core.now())
  const writes = changes.flatMap(({ claim: { taskId, run }, change: { status, ...told } }) => {
    const held = running.get(taskId)
    if (held?.run !== run) return []
    return {
      ...{ taskId, status },
      message: told.message === undefined ? undefined : message(told.message),
      log: told.log === undefined ? undefined : appendToLog(held.log, told.log),
      endedAt: status !== undefined && isFinal(status) ? now : null,
    }
  })
  const changed = new Set(writes.map(({ taskId }) => taskId))
  if (writes.length === 0) return { changed, execution }
  await writeTasks(tx, writes, now)
  const moved = writes.some(({ status }) => status !== undefined)
  return { changed, execution: moved ? ((await bringInLine(core, tx, execution)) ?? execution) : execution }
}

/** Takes a task that is final, or waits, back to the beginning: to be tried again. False when it is running or gone. */
export async function restartTask(
  core: Core,
  tx: ExecutionTransaction,
  taskId: number,
  status: 'Pending' | 'Scheduled' = 'Pending',
): Promise<boolean> {
  const found = await tx.task.findUnique({ where: { id: taskId }, select: { executionId: true } })
  if (!found || !(await lockExecution(tx, Number(found.executionId)))) return false
  const { count } = await tx.task.updateMany({
    where: { id: taskId, status: { not: 'Running' } },
    data: { status, leaseUntil: null, endedAt: null, updatedAt: new Date(core.now()) },
  })
  if (count === 0) return false
  await tx.execution.updateMany({ where: { id: found.executionId }, data: { stopAskedAt: null } })
  await refresh(core, tx, Number(found.executionId))
  return true
}

/** Ends a task of the same transaction that turned out to be in vain before anybody took it up. */
export async function failTask(
  core: Core,
  tx: ExecutionTransaction,
  taskId: number,
  why: string,
): Promise<void> {
  const now = new Date(core.now())
  const log = `${now.toISOString()} ${message(why)}\n`
  const data = { status: 'Error', statusMessage: message(why), log, updatedAt: now, endedAt: now }
  await tx.task.update({ where: { id: taskId }, data, select: { id: true } })
}

/**
 * Ends tasks of one execution that wait, and are in vain by now. Those that do not wait any more stay as they are.
 *
 * @returns the tasks that were ended, and how their execution stands then; undefined when it is gone
 */
export async function failWaitingWithin(
  core: Core,
  tx: ExecutionTransaction,
  executionId: number,
  taskIds: readonly number[],
  why: string,
): Promise<{ failed: ReadonlySet<number>; execution: HeldExecution | undefined }> {
  const execution = await lockExecution(tx, executionId)
  const waiting = execution && taskIds.length > 0 ? await lockWaiting(tx, taskIds) : new Map<number, string>()
  if (!execution || waiting.size === 0) return { failed: new Set(), execution }
  const now = new Date(core.now())
  const line = `${now.toISOString()} ${message(why)}\n`
  const writes = [...waiting].map(([taskId, log]) => ({
    ...{ taskId, status: 'Error' as const, message: message(why), log: appendToLog(log, line), endedAt: now },
  }))
  await writeTasks(tx, writes, now)
  const left = (await bringInLine(core, tx, execution)) ?? execution
  return { failed: new Set(waiting.keys()), execution: left }
}

/**
 * Has an execution run again: `restart` takes tasks of it back to the beginning while its row is held, and gives how many.
 * `stopping`: somebody asked for its end, which it has not come to; nothing was done.
 */
export async function resumeExecution(
  core: Core,
  tx: ExecutionTransaction,
  executionId: number,
  restart: () => Promise<number>,
): Promise<number | 'stopping'> {
  const execution = await lockExecution(tx, executionId)
  if (!execution) return 0
  if (execution.stopAskedAt && !execution.endedAt) return 'stopping'
  const count = await restart()
  if (count === 0) return 0
  await tx.execution.updateMany({ where: { id: executionId }, data: { stopAskedAt: null } })
  await refresh(core, tx, executionId)
  return count
}

/** Brings the execution's status in line with its tasks. Nothing happens to one without tasks. */
export async function refresh(
  core: Core,
  tx: ExecutionTransaction,
  executionId: number,
): Promise<'done' | 'empty' | 'missing'> {
  const execution = await lockExecution(tx, executionId)
  if (!execution) return 'missing'
  return (await bringInLine(core, tx, execution)) ? 'done' : 'empty'
}

/** How an execution stands that the transaction holds; undefined for one without tasks. */
async function bringInLine(
  core: Core,
  tx: ExecutionTransaction,
  execution: HeldExecution,
): Promise<HeldExecution | undefined> {
  const tasks = await readTaskStatuses(core, tx, execution.id)
  if (!tasks) return undefined
  const status = statusOf(tasks)
  const hasEnded = status !== 'Running'
  if (status === execution.status && hasEnded === (execution.endedAt !== null)) return execution
  const now = { ...execution, status, endedAt: hasEnded ? new Date(core.now()) : null }
  await writeStatus(tx, now)
  return now
}
