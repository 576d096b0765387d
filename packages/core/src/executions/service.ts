import type { Core } from '../context/index.ts'
import { type Disposal, readDisposable, readHidden, readVendorIds, removePart } from './disposal/store.ts'
import { lockNotes } from './holding/store.ts'
import type { ExtraAttrs, FinalStatus, NewExecution, Note, Vendor, VendorType } from './model.ts'
import { message } from './rules.ts'
import { type ExecutionTransaction, insertExecutions } from './store.ts'

const BATCH = 500
/** Tasks that one transaction removes, with their logs: well below its time. */
const TASKS = 1_000

// Nothing in here asks for a right: each feature decides who may see and end its executions, and asks first.

/** Writes an execution and its tasks into the transaction of what asks for them. */
export async function createExecution(
  core: Core,
  tx: ExecutionTransaction,
  execution: NewExecution,
): Promise<CreatedExecution> {
  return (await createExecutions(core, tx, [execution]))[0]!
}

export interface CreatedExecution {
  id: number
  taskIds: number[]
}

/** As `createExecution` for many, with a few statements for some hundred of them. In their order. */
export async function createExecutions(
  core: Core,
  tx: ExecutionTransaction,
  executions: readonly NewExecution[],
): Promise<CreatedExecution[]> {
  const now = new Date(core.now())
  const created: CreatedExecution[] = []
  for (let start = 0; start < executions.length; start += BATCH)
    created.push(...(await insertExecutions(tx, executions.slice(start, start + BATCH), now)))
  return created
}

/** Ends an execution that has no tasks, because there was nothing to do or because it could not begin. */
export async function endExecution(
  core: Core,
  tx: ExecutionTransaction,
  id: number,
  status: FinalStatus,
  { text = '', reason = '', notes }: { text?: string; reason?: string; notes?: readonly Note[] } = {},
): Promise<void> {
  await tx.execution.updateMany({
    where: { id, endedAt: null },
    data: {
      ...{ status, statusMessage: message(text), statusReason: reason, endedAt: new Date(core.now()) },
      ...(await noted(tx, id, notes)),
    },
  })
}

/** What was said stays, before what is new. */
async function noted(tx: ExecutionTransaction, id: number, notes: readonly Note[] = []) {
  if (notes.length === 0) return {}
  const all = [...(await lockNotes(tx, id)), ...notes]
  const once = new Map(all.map(({ reason, sentence }) => [`${reason} ${sentence}`, { reason, sentence }]))
  return { notes: [...once.values()] }
}

/** What is worth saying of all of it, beside its tasks. */
export async function changeExecution(
  tx: ExecutionTransaction,
  id: number,
  change: { message?: string; notes?: readonly Note[]; extraAttrs?: ExtraAttrs },
): Promise<void> {
  await tx.execution.updateMany({
    where: { id },
    data: {
      ...(change.message !== undefined && { statusMessage: message(change.message) }),
      ...(await noted(tx, id, change.notes)),
      ...(change.extraAttrs && { extraAttrs: change.extraAttrs as Record<string, never> }),
    },
  })
}

/** True once somebody asked for the end of it, or it is gone. */
export async function isStopAsked(core: Core, id: number): Promise<boolean> {
  const [row] = await core.db.query<{ stop_asked_at: Date | null }>(
    'SELECT stop_asked_at FROM executions WHERE id = ?',
    [id],
  )
  return !row || row.stop_asked_at !== null
}

/**
 * Removes executions that have ended, with their tasks and logs: of each policy those beyond the newest `keep`, and those
 * that ended before `endedBefore`. What still runs stays, and what runs again by the time that it is its turn.
 *
 * @returns how many
 */
export async function purgeExecutions(
  core: Core,
  vendorType: VendorType,
  { signal, perTransaction, ...disposal }: Disposal & { signal?: AbortSignal; perTransaction?: number },
): Promise<number> {
  let removed = 0
  for (const vendorId of await readVendorIds(core, vendorType)) {
    for (;;) {
      if (signal?.aborted) return removed
      const ids = await readDisposable(core, { vendorType, vendorId }, { ...disposal, limit: BATCH })
      const gone = await removeWithTasks(core, ids, { hasEnded: true, signal, perTransaction })
      if (gone === undefined) return removed
      removed += gone
      if (ids.length < BATCH) break
    }
  }
  return removed
}

/** One that turned out to be none. */
export async function forgetExecution(tx: ExecutionTransaction, id: number): Promise<void> {
  await tx.execution.deleteMany({ where: { id } })
}

/** All of a policy that is gone, whatever their status. Gives how many. */
export async function forgetExecutions(
  tx: ExecutionTransaction,
  { vendorType, vendorId }: Vendor,
): Promise<number> {
  return (await tx.execution.deleteMany({ where: { vendorType, vendorId } })).count
}

/**
 * Takes all executions of a policy that goes out of sight, however much they hold: `removeHidden` removes them. What runs of
 * them ends within seconds.
 */
export async function hideExecutions(
  core: Core,
  tx: ExecutionTransaction,
  vendor: Vendor,
  as: VendorType,
): Promise<void> {
  const running = { ...vendor, endedAt: null, stopAskedAt: null }
  await tx.execution.updateMany({ where: running, data: { stopAskedAt: new Date(core.now()) } })
  await tx.execution.updateMany({ where: { ...vendor }, data: { vendorType: as } })
}

/** Removes executions of a kind, bit by bit, those first that have something to do; until the signal. Gives how many. */
export async function removeHidden(
  core: Core,
  vendorType: VendorType,
  signal?: AbortSignal,
): Promise<number> {
  for (let removed = 0; ; ) {
    const ids = await readHidden(core, vendorType, BATCH)
    if (ids.length === 0) return removed
    const gone = await removeWithTasks(core, ids, { hasEnded: false, signal })
    if (gone === undefined) return removed
    removed += gone
  }
}

/** Bit by bit: one statement would remove millions of tasks. Undefined: it was ended by the signal. */
async function removeWithTasks(
  core: Core,
  ids: readonly number[],
  how: { hasEnded: boolean; signal: AbortSignal | undefined; perTransaction?: number },
): Promise<number | undefined> {
  const { hasEnded, signal, perTransaction: limit = TASKS } = how
  let removed = 0
  for (let left = ids; left.length > 0; ) {
    if (signal?.aborted) return undefined
    const part = await core.db.transaction((tx) => removePart(tx, left, { limit, hasEnded }))
    removed += part.removed
    left = part.left
  }
  return removed
}
