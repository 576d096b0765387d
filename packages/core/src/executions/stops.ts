import type { Core } from '../context/index.ts'
import { type HeldExecution, lockExecutions, lockStoppable, readStanding } from './holding/store.ts'
import type { VendorType } from './model.ts'
import { readNewest, readWaiting } from './queues/store.ts'
import { statusOf } from './rules.ts'
import type { ExecutionTransaction } from './store.ts'

// Nothing in here asks for a right, as in service.ts.

/** Tasks that one transaction stops. */
const OF_ONE = 5_000
/** Of many executions, each of which is held meanwhile. */
const OF_MANY = 500

/** Tasks that a transaction has stopped, and those of their executions that have ended with them; all of these are held. */
export interface Stopped {
  taskIds: readonly number[]
  ended: readonly HeldExecution[]
}

/** What else a kind of work ends with its tasks, in the transaction that stops them. */
export type EndWith = (core: Core, tx: ExecutionTransaction, stopped: Stopped) => Promise<void>

interface StopParts {
  /** Runs in each transaction. */
  endWith?: EndWith | undefined
  perTransaction?: number
}

/**
 * Asks for the end of an execution: tasks that wait are stopped at once, those that run learn of it when they renew
 * their lease, and one whose worker is gone is stopped as well. Of very many some at a time: from the first ones on nobody
 * begins any of the others; what is tried again meanwhile runs on. `then` runs in the first transaction, when there was one to end.
 *
 * @param parts.onlyIfAsked somebody has asked for the end of it before; without effect where that holds no more
 * @returns false when there is no such execution, or when it has ended
 */
export async function stopExecution(
  core: Core,
  { vendorType, vendorId }: { vendorType: VendorType; vendorId?: number },
  id: number,
  then: (tx: ExecutionTransaction) => Promise<void> = async () => {},
  parts: StopParts & { onlyIfAsked?: boolean } = {},
): Promise<boolean> {
  const { perTransaction = OF_ONE, endWith, onlyIfAsked = false } = parts
  const stop = (after: number) =>
    core.db.transaction(async (tx) => {
      const now = new Date(core.now())
      const [run] = await lockExecutions(tx, [id])
      if (!run || run.endedAt || run.vendorType !== vendorType) return undefined
      if (vendorId !== undefined && run.vendorId !== vendorId) return undefined
      // What was asked for has come to its end, and somebody tries it again.
      if ((onlyIfAsked || after > 0) && !run.stopAskedAt) return undefined
      await tx.execution.updateMany({ where: { id }, data: { stopAskedAt: now } })
      const taskIds = await lockStoppable(tx, { executionId: id, after, limit: perTransaction }, now)
      await endTasks(core, tx, [run], taskIds, endWith)
      if (after === 0) await then(tx)
      return taskIds
    })
  let stopped = await stop(0)
  if (!stopped) return false
  while (stopped?.length === perTransaction) stopped = await stop(stopped.at(-1)!)
  return true
}

/**
 * Stops what waits of a kind when it is called, some hundred tasks at a time; what a worker holds goes on. `then` runs in
 * each transaction with the number that it stopped. Gives all of them.
 */
export async function stopWaiting(
  core: Core,
  vendorType: VendorType,
  then: (tx: ExecutionTransaction, stopped: number) => Promise<void>,
  { perTransaction = OF_MANY, endWith }: StopParts = {},
): Promise<number> {
  const upTo = await readNewest(core, vendorType)
  let stopped = 0
  for (let after = 0; ; ) {
    const found = await readWaiting(core, vendorType, { after, upTo, limit: perTransaction })
    if (found.length === 0) return stopped
    stopped += await core.db.transaction(async (tx) => {
      // The executions first and in one order, as everybody does.
      const executions = await lockExecutions(tx, [...new Set(found.map(({ executionId }) => executionId))])
      const among = found.map(({ taskId }) => taskId)
      const taskIds = await lockStoppable(tx, { among }, new Date(core.now()))
      if (taskIds.length === 0) return 0
      await endTasks(core, tx, executions, taskIds, endWith)
      await then(tx, taskIds.length)
      return taskIds.length
    })
    after = found.at(-1)!.taskId
  }
}

/** Stops tasks of executions; all are held by the caller. */
async function endTasks(
  core: Core,
  tx: ExecutionTransaction,
  executions: readonly HeldExecution[],
  taskIds: readonly number[],
  endWith: EndWith | undefined,
): Promise<void> {
  const now = new Date(core.now())
  await tx.task.updateMany({
    where: { id: { in: [...taskIds] } },
    data: { status: 'Stopped', leaseUntil: null, updatedAt: now, endedAt: now },
  })
  const running = executions.filter(({ endedAt }) => !endedAt)
  const standing = await readStanding(
    core,
    tx,
    running.map(({ id }) => id),
  )
  const ended = running.flatMap((execution) => {
    const tasks = standing.get(execution.id)
    // One without tasks had nothing to do.
    const status = tasks ? statusOf(tasks) : 'Stopped'
    return status === 'Running' ? [] : [{ ...execution, status, endedAt: now }]
  })
  for (const [status, group] of Map.groupBy(ended, (execution) => execution.status))
    await tx.execution.updateMany({
      where: { id: { in: group.map(({ id }) => id) } },
      data: { status, endedAt: now },
    })
  await endWith?.(core, tx, { taskIds, ended })
}
