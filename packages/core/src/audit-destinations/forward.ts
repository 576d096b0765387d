import { randomUUID } from 'node:crypto'
import { readLastPosition, readPlacedLines } from '../audit/index.ts'
import type { Core } from '../context/index.ts'
import { syncConfigured } from './configured.ts'
import { DeliveryError } from './failure.ts'
import { advance, LEASE_MS, lease, noteFailure, readDueIds, release, renew } from './lease-store.ts'
import type { Destination, Target } from './model.ts'
import { lostIn, type Outgoing, withGaps } from './records.ts'
import { backoffMs } from './rules.ts'
import { deliver, toTarget } from './send.ts'
import { readDestination } from './store.ts'

const BATCH_LINES = 500
/** A lane gives its place up now and then, so that what was changed about it is seen. */
const MAX_BATCHES = 200
/** In a row, after which a single line that alone is refused holds up the others no longer: a few minutes. */
const REFUSALS = 8
/** How long one look waits for its lanes; they go on by themselves. */
const LOOK_MS = 1_000

/** What a lane did, for the log. */
export interface Forwarded {
  destination: string
  delivered: number
  lost: number
  problem?: string
}

/** Lanes of this process, by destination. */
const running = new WeakMap<Core, Map<number, Promise<void>>>()

/**
 * Starts a lane for each destination that has something to get and is due: a slow or dead one keeps no other waiting,
 * here or on another node. Gives what lanes did that ended meanwhile. With `signal` they end, and what the receivers had
 * not confirmed goes again later.
 */
export async function forwardAuditLines(core: Core, signal: AbortSignal): Promise<Forwarded[]> {
  await syncConfigured(core)
  const done: Forwarded[] = []
  let lanes = running.get(core)
  if (!lanes) {
    const own = new Map<number, Promise<void>>()
    lanes = own
    running.set(core, own)
    core.beforeClose(async () => void (await Promise.allSettled(own.values())))
  }
  const own = lanes
  for (const id of await readDueIds(core, await readLastPosition(core))) {
    if (own.has(id) || signal.aborted) continue
    const lane = runLane(core, id, signal)
      .then((result) => void (result && done.push(result)))
      // The database is away: nothing is noted, and the next look tries again.
      .catch(
        (error) => void done.push({ destination: `#${id}`, delivered: 0, lost: 0, problem: String(error) }),
      )
      .finally(() => own.delete(id))
    own.set(id, lane)
  }
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, LOOK_MS)
  })
  await Promise.race([Promise.all(own.values()), late])
  clearTimeout(timer)
  return done
}

/** Undefined: somebody else sends. */
async function runLane(core: Core, id: number, signal: AbortSignal): Promise<Forwarded | undefined> {
  const leaseId = randomUUID()
  if (!(await lease(core, id, leaseId))) return undefined
  const lost = new AbortController()
  const beating = setInterval(() => {
    // A database that is away for a moment ends nothing: the next progress decides.
    renew(core, id, leaseId).then(
      (held) => held || lost.abort(),
      () => {},
    )
  }, LEASE_MS / 6)
  try {
    const destination = await readDestination(core, id)
    if (!destination) return undefined
    return await drain(core, destination, leaseId, AbortSignal.any([signal, lost.signal]))
  } finally {
    clearInterval(beating)
    await release(core, id, leaseId).catch(() => {})
  }
}

async function drain(
  core: Core,
  destination: Destination,
  leaseId: string,
  signal: AbortSignal,
): Promise<Forwarded> {
  const target = toTarget(core, destination)
  const held = { id: destination.id, leaseId }
  const result: Forwarded = { destination: destination.name, delivered: 0, lost: 0 }
  let position = destination.position
  let limit = BATCH_LINES
  for (let batch = 0; batch < MAX_BATCHES && !signal.aborted; batch++) {
    const { records, last, count } = await nextBatch(core, position, limit)
    if (records.length === 0) break
    try {
      await deliver(core, target, records, signal)
    } catch (error) {
      if (!(error instanceof DeliveryError)) throw error
      if (signal.aborted) break
      if (error.refusesContent && limit > 1 && count > 1) {
        limit = Math.ceil(Math.min(limit, count) / 2)
        continue
      }
      const failures = destination.failures + 1
      const tired = error.refusesContent && count === 1 && failures >= REFUSALS
      if (tired && (await tellRefused(core, target, { behind: position, last }, signal))) {
        if (!(await advance(core, held, { position: last, delivered: 0, lost: last - position }))) break
        result.problem = `the line at ${last} was left out after ${failures} failures: ${error.message}`
        result.lost += last - position
        destination.failures = 0
        position = last
        continue
      }
      const waitMs = error.retryAfterMs ?? backoffMs(failures, Math.random())
      await noteFailure(core, held, { failures, error: error.message, dueAt: new Date(core.now() + waitMs) })
      result.problem = error.message
      return result
    }
    const lost = lostIn(records)
    if (!(await advance(core, held, { position: last, delivered: count, lost }))) break
    destination.failures = 0
    position = last
    result.delivered += count
    result.lost += lost
  }
  return result
}

/** A gap in the place of one line. False: the receiver does not take that either, so it is not the line's fault. */
async function tellRefused(
  core: Core,
  target: Target,
  { behind, last }: { behind: number; last: number },
  signal: AbortSignal,
): Promise<boolean> {
  const gap = { firstPosition: behind + 1, lastPosition: last, refused: true } as const
  try {
    await deliver(core, target, [{ kind: 'gap', gap, at: new Date(core.now()) }], signal)
    return true
  } catch (error) {
    if (error instanceof DeliveryError) return false
    throw error
  }
}

/** The next lines, with a gap for what is gone; when all that waited is gone, the gap alone. */
async function nextBatch(
  core: Core,
  position: number,
  limit: number,
): Promise<{ records: Outgoing[]; last: number; count: number }> {
  const head = await readLastPosition(core)
  const lines = await readPlacedLines(core, position, limit)
  const at = new Date(core.now())
  const last = lines.at(-1)?.position
  if (last !== undefined) return { records: withGaps(lines, position, at), last, count: lines.length }
  if (head <= position) return { records: [], last: position, count: 0 }
  const gap = { firstPosition: position + 1, lastPosition: head }
  return { records: [{ kind: 'gap', gap, at }], last: head, count: 0 }
}
