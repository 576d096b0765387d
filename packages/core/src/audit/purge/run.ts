import { setTimeout as delay } from 'node:timers/promises'
import { SYSTEM } from '../../authorization/index.ts'
import type { Core } from '../../context/index.ts'
import {
  type Claim,
  changeTask,
  changeTaskWithin,
  claimTask,
  type FinalStatus,
  readClaimable,
  readTask,
  renewTask,
} from '../../executions/index.ts'
import { record } from '../service.ts'
import { PURGE, type PurgeParams, parsePurge, presentParams, typeCondition } from './model.ts'
import { removeLines } from './remove.ts'
import {
  countPurgeable,
  PURGE_START,
  type Purgeable,
  type PurgeCursor,
  PurgeOvertaken,
  readPurgeable,
  withPurges,
} from './store.ts'

const BATCH = 1_000
const LEASE_MS = 60_000
const RENEW_EVERY_MS = 2_000
const LOG_EVERY_MS = 30_000
const HOUR_MS = 3_600_000
// A worker that is gone leaves its purge to the next; what fails again and again ends.
const MAX_RUNS = 5
// What is read again and again and is another each time is no accident.
const MAX_OVERTAKEN = 10

export interface PurgeOptions {
  /** From which position on lines are still needed elsewhere; undefined: none are. */
  keepFrom?: (core: Core) => Promise<number | undefined>
  signal?: AbortSignal
}

/**
 * Runs what waits to be purged, one after the other and on one node at a time: two would take the same lines. Gives the
 * ids of the executions that ended; none when another node is at it.
 */
export async function runPurges(core: Core, options: PurgeOptions = {}): Promise<number[]> {
  const first = await readClaimable(core, PURGE, new Date(core.now()), 1)
  if (first.length === 0) return []
  return (await withPurges(core, () => runWaiting(core, options))) ?? []
}

async function runWaiting(core: Core, options: PurgeOptions): Promise<number[]> {
  const ended: number[] = []
  for (const { taskId, executionId } of await readClaimable(core, PURGE, new Date(core.now()), 10)) {
    if (options.signal?.aborted) break
    const claim = await claimTask(core, taskId, LEASE_MS)
    if (!claim) continue
    if (await runPurge(core, executionId, claim, options)) ended.push(executionId)
  }
  return ended
}

async function runPurge(
  core: Core,
  executionId: number,
  claim: Claim,
  { keepFrom, signal }: PurgeOptions,
): Promise<boolean> {
  const log = (text: string) => `${new Date(core.now()).toISOString()} ${text}\n`
  const end = async (status: FinalStatus, text: string, done: Progress, params?: PurgeParams) =>
    core.db.transaction(async (tx) => {
      if (!(await changeTaskWithin(core, tx, claim, { status, message: text, log: log(text) }))) return false
      if (!params?.dryRun && (done.removed > 0 || status === 'Success'))
        await record(core, tx, {
          actor: SYSTEM,
          action: 'purge',
          resourceType: 'audit_log',
          resource: 'audit_log',
          detail: { ...(params && presentParams(params)), execution: executionId, ...done, status },
        })
      return true
    })
  const progress: Progress = { removed: 0, kept: 0 }
  let params: PurgeParams | undefined
  try {
    const task = await readTask(core, executionId, claim.taskId)
    params = parsePurge((task?.extraAttrs ?? {}) as Record<string, unknown>)
    if (claim.run > MAX_RUNS) return await end('Error', 'it was begun too often', progress, params)
    const { retentionHours, dryRun } = params
    if (retentionHours === 0 || params.eventTypes.length === 0)
      return await end('Success', 'nothing is to be purged', progress, params)
    const purgeable: Purgeable = {
      olderThan: new Date(core.now() - retentionHours * HOUR_MS),
      types: typeCondition(params.eventTypes),
      keepFrom: await keepFrom?.(core),
    }
    if (dryRun) {
      const found = await countPurgeable(core, purgeable)
      return await end('Success', `${found} lines would be removed`, progress, params)
    }
    const outcome = await purge(core, claim, purgeable, progress, log, signal)
    if (outcome === 'lost') return false
    const text =
      `${progress.removed} lines were removed` +
      (progress.kept > 0 ? `; ${progress.kept} stay because they are not as they were sealed` : '')
    if (outcome === 'ended') {
      // The process ends: another takes it up.
      await changeTask(core, claim, { status: 'Pending', log: log(`${text}; it goes on later`) })
      return false
    }
    return await end(outcome, text, progress, params)
  } catch (error) {
    return end('Error', `it failed: ${(error as Error).message}`, progress, params)
  }
}

interface Progress {
  removed: number
  /** Lines that were old enough and are not as they were sealed. */
  kept: number
}

async function purge(
  core: Core,
  claim: Claim,
  purgeable: Purgeable,
  progress: Progress,
  log: (text: string) => string,
  signal: AbortSignal | undefined,
): Promise<'Success' | 'Stopped' | 'lost' | 'ended'> {
  let cursor: PurgeCursor = PURGE_START
  let overtaken = 0
  let renewedMs = performance.now()
  let loggedMs = renewedMs
  for (;;) {
    if (signal?.aborted) return 'ended'
    const lines = await readPurgeable(core, purgeable, cursor, BATCH)
    if (lines.length > 0) {
      const outcome = await removeLines(core, lines).catch((error) => {
        if (error instanceof PurgeOvertaken && overtaken < MAX_OVERTAKEN) return undefined
        throw error
      })
      // Somebody has taken some of them; nothing of this batch is done, so it is read again.
      if (!outcome) {
        overtaken += 1
        await delay(5)
        continue
      }
      overtaken = 0
      const { removed, kept } = outcome
      progress.removed += removed
      progress.kept += kept
      const { at, id } = lines.at(-1)!
      cursor = { at, id }
    }
    if (lines.length < BATCH) return 'Success'
    if (performance.now() - renewedMs > RENEW_EVERY_MS) {
      const state = await renewTask(core, claim, LEASE_MS)
      if (state !== 'kept') return state === 'stop' ? 'Stopped' : 'lost'
      renewedMs = performance.now()
    }
    if (performance.now() - loggedMs > LOG_EVERY_MS) {
      await changeTask(core, claim, { log: log(`${progress.removed} lines so far`) })
      loggedMs = performance.now()
    }
    // Others use this database too.
    await delay(5)
  }
}
