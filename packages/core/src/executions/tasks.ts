import type { Core } from '../context/index.ts'
import {
  type Claim,
  type ExtraAttrs,
  type FinalStatus,
  finalStatuses,
  type NewExecution,
  type VendorType,
} from './model.ts'
import { appendToLog, message, statusOf } from './rules.ts'
import {
  type ExecutionTransaction,
  insertTask,
  insertTasks,
  lockExecution,
  lockRunning,
  readTaskStatuses,
} from './store.ts'

/** How a task goes on or ends. Absent parts stay as they are; `log` is added to what is there. */
export interface TaskChange {
  status?: 'Pending' | 'Scheduled' | FinalStatus
  message?: string
  log?: string
  /** In place of the former ones. */
  extraAttrs?: ExtraAttrs
}

/** Adds a task to an execution of the same transaction or an earlier one; the execution runs (again). */
export async function addTask(
  core: Core,
  tx: ExecutionTransaction,
  task: {
    executionId: number
    vendorType: VendorType
    status?: 'Pending' | 'Scheduled'
    extraAttrs?: ExtraAttrs
  },
): Promise<number> {
  const { status = 'Pending', extraAttrs = {} } = task
  const id = await insertTask(tx, { ...task, status, extraAttrs }, new Date(core.now()))
  await refresh(core, tx, task.executionId)
  return id
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
  if (!(await lockRunning(tx, claim))) return undefined
  return { executionId: Number(found.executionId), vendorType: found.vendorType }
}

/** By which `Heartbeat` and `Task.worker` name a node. */
const nodeOf = ({ settings }: Core): string => (settings.nodeName ?? 'berth').slice(0, 128)

/**
 * Takes a task up: one that waits, or one whose worker let its lease run out. Undefined: somebody else has it, it is
 * final, or it is gone.
 */
export const claimTask = (core: Core, taskId: number, leaseMs: number): Promise<Claim | undefined> =>
  core.db.transaction((tx) => claimTaskWithin(core, tx, taskId, leaseMs))

/**
 * As `claimTask`, in the transaction of what else changes with it. `stopAsked`: somebody asked for its end before;
 * `tookOver`: from a worker that is gone.
 */
export async function claimTaskWithin(
  core: Core,
  tx: ExecutionTransaction,
  taskId: number,
  leaseMs: number,
): Promise<(Claim & { stopAsked: boolean; tookOver: boolean }) | undefined> {
  const now = new Date(core.now())
  const data = {
    ...{ status: 'Running', runCount: { increment: 1 } },
    ...{ leaseUntil: new Date(now.getTime() + leaseMs), worker: nodeOf(core), updatedAt: now },
  }
  const waiting = { id: taskId, status: { in: ['Pending', 'Scheduled'] } }
  const left = { id: taskId, status: 'Running', leaseUntil: { lte: now } }
  const tookOver = (await tx.task.updateMany({ where: waiting, data })).count === 0
  if (tookOver && (await tx.task.updateMany({ where: left, data })).count === 0) return undefined
  await tx.task.updateMany({ where: { id: taskId, startedAt: null }, data: { startedAt: now } })
  const [row] = await tx.$queryRaw<{ run_count: number; stop_asked_at: Date | null }[]>`
    SELECT t.run_count, e.stop_asked_at FROM tasks t JOIN executions e ON e.id = t.execution_id WHERE t.id = ${taskId}`
  return { taskId, run: row!.run_count, stopAsked: row!.stop_asked_at !== null, tookOver }
}

/** Says that the worker lives. `lost`: another has the task now. `stop`: somebody asked for its end. */
export async function renewTask(
  core: Core,
  { taskId, run }: Claim,
  leaseMs: number,
): Promise<'kept' | 'stop' | 'lost'> {
  const now = new Date(core.now())
  const { count } = await core.db.prisma.task.updateMany({
    where: { id: taskId, runCount: run, status: 'Running' },
    data: { leaseUntil: new Date(now.getTime() + leaseMs), updatedAt: now },
  })
  if (count === 0) return 'lost'
  const [row] = await core.db.query<{ stop_asked_at: Date | null }>(
    'SELECT e.stop_asked_at FROM tasks t JOIN executions e ON e.id = t.execution_id WHERE t.id = ?',
    [taskId],
  )
  return row?.stop_asked_at ? 'stop' : 'kept'
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
  // The execution first, as everybody does: else two that end at once wait for each other.
  if (!found || !(await lockExecution(tx, Number(found.executionId)))) return false
  const task = await lockRunning(tx, claim)
  if (!task) return false
  await write(core, tx, { id: claim.taskId, ...task }, change)
  if (change.status) await refresh(core, tx, Number(found.executionId))
  return true
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
 * Has an execution run again: `restart` takes tasks of it back to the beginning while its row is held, and gives how many.
 * `stopping`: somebody asked for its end, which it has not come to; nothing was done.
 */
export async function resumeExecution(
  core: Core,
  tx: ExecutionTransaction,
  executionId: number,
  restart: () => Promise<number>,
): Promise<number | 'stopping'> {
  if (!(await lockExecution(tx, executionId))) return 0
  const asked = await tx.execution.findUnique({
    where: { id: executionId },
    select: { stopAskedAt: true, endedAt: true },
  })
  if (asked?.stopAskedAt && !asked.endedAt) return 'stopping'
  const count = await restart()
  if (count === 0) return 0
  await tx.execution.updateMany({ where: { id: executionId }, data: { stopAskedAt: null } })
  await refresh(core, tx, executionId)
  return count
}

async function write(
  core: Core,
  tx: ExecutionTransaction,
  task: { id: number; log: string },
  change: TaskChange,
): Promise<void> {
  const now = new Date(core.now())
  const final = change.status !== undefined && (finalStatuses as readonly string[]).includes(change.status)
  await tx.task.update({
    where: { id: task.id },
    data: {
      updatedAt: now,
      ...(change.status && { status: change.status, leaseUntil: null }),
      ...(final && { endedAt: now }),
      ...(change.message !== undefined && { statusMessage: message(change.message) }),
      ...(change.log !== undefined && { log: appendToLog(task.log, change.log) }),
      ...(change.extraAttrs && { extraAttrs: change.extraAttrs as Record<string, never> }),
    },
    select: { id: true },
  })
}

/** Brings the execution's status in line with its tasks. Nothing happens to one without tasks. */
export async function refresh(
  core: Core,
  tx: ExecutionTransaction,
  executionId: number,
): Promise<'done' | 'empty' | 'missing'> {
  if (!(await lockExecution(tx, executionId))) return 'missing'
  const tasks = await readTaskStatuses(core, tx, executionId)
  if (!tasks) return 'empty'
  const status = statusOf(tasks)
  await tx.execution.updateMany({
    where: { id: executionId, NOT: { status, endedAt: status === 'Running' ? null : { not: null } } },
    data: { status, endedAt: status === 'Running' ? null : new Date(core.now()) },
  })
  return 'done'
}
