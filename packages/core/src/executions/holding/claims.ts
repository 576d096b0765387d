import type { Core } from '../../context/index.ts'
import type { Claim } from '../model.ts'
import type { ExecutionTransaction } from '../store.ts'
import { lockClaimable, readHeld, readStopAsked, writeClaims, writeLeases } from './store.ts'

/** By which `Heartbeat` and `Task.worker` name a node. */
const nodeOf = ({ settings }: Core): string => (settings.nodeName ?? 'berth').slice(0, 128)

/** `stopAsked`: somebody asked for its end before; `tookOver`: from a worker that is gone. */
export interface NewClaim extends Claim {
  stopAsked: boolean
  tookOver: boolean
}

/**
 * Takes a task up: one that waits, or one whose worker let its lease run out. Undefined: somebody else has it, it is
 * final, or it is gone.
 */
export const claimTask = (core: Core, taskId: number, leaseMs: number): Promise<Claim | undefined> =>
  core.db.transaction((tx) => claimTaskWithin(core, tx, taskId, leaseMs))

/** As `claimTask`, in the transaction of what else changes with it. */
export const claimTaskWithin = async (
  core: Core,
  tx: ExecutionTransaction,
  taskId: number,
  leaseMs: number,
): Promise<NewClaim | undefined> => (await claimTasksWithin(core, tx, [taskId], leaseMs))[0]

/** As `claimTaskWithin` for many, with a few statements for all of them. Those that cannot be taken up are left out. */
export async function claimTasksWithin(
  core: Core,
  tx: ExecutionTransaction,
  taskIds: readonly number[],
  leaseMs: number,
): Promise<NewClaim[]> {
  if (taskIds.length === 0) return []
  const now = new Date(core.now())
  const free = await lockClaimable(tx, taskIds, now)
  if (free.length === 0) return []
  const leaseUntil = new Date(now.getTime() + leaseMs)
  await writeClaims(
    tx,
    free.map(({ id }) => id),
    { now, leaseUntil, worker: nodeOf(core) },
  )
  const stopAsked = await readStopAsked(tx, [...new Set(free.map(({ executionId }) => executionId))])
  return free.map(({ id, executionId, run, status }) => ({
    ...{ taskId: id, run: run + 1, stopAsked: stopAsked.has(executionId), tookOver: status === 'Running' },
  }))
}

export type Renewal = 'kept' | 'stop' | 'lost'

/** Says that the worker lives. `lost`: another has the task now. `stop`: somebody asked for its end. */
export const renewTask = async (core: Core, claim: Claim, leaseMs: number): Promise<Renewal> =>
  (await renewTasks(core, [claim], leaseMs))[0]!

/** As `renewTask` for many, by the same two statements; in their order. */
export async function renewTasks(core: Core, claims: readonly Claim[], leaseMs: number): Promise<Renewal[]> {
  const now = new Date(core.now())
  await writeLeases(core, claims, { now, leaseUntil: new Date(now.getTime() + leaseMs) })
  const held = await readHeld(
    core,
    claims.map(({ taskId }) => taskId),
  )
  return claims.map(({ taskId, run }) => {
    const task = held.get(taskId)
    if (task?.run !== run) return 'lost'
    return task.stopAsked ? 'stop' : 'kept'
  })
}
