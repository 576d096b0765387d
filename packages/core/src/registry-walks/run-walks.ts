import { randomUUID } from 'node:crypto'
import { RegistryError } from '@berth/registry-client'
import { currentUser } from '../authentication/index.ts'
import { type Actor, SYSTEM } from '../authorization/index.ts'
import { type Core, isUnavailable } from '../context/index.ts'
import { DomainError } from '../errors/index.ts'
import { pacedCore } from '../registry/index.ts'
import type { RegistryWalk, WalkCounts } from './model.ts'
import { beatWalk, claimWalk, endWalk, holdingWalk, readActiveIds, readWalk } from './store.ts'
import { createPace } from './sweep/pace.ts'
import { createRun, type Run, WalkEnded, wordsOf } from './sweep/run.ts'
import { countKept } from './sweep/store.ts'
import { walkRegistry } from './sweep/walk-registry.ts'

const BEAT_MS = 1_000
// A walk holds two connections for locks, and a worker's place for hours: others need some too.
const MAX_AT_ONCE = 2
const running = new WeakMap<Core, number>()

export interface WalkResult {
  walk: number
  kind: RegistryWalk['kind']
  /** `left`: stopped by somebody, or given back because this process ends. */
  outcome: 'done' | 'failed' | 'left'
  error?: string
  counts: WalkCounts
}

/**
 * Runs every walk that waits, one after the other, and those whose process has died. A walk is run by one process at a
 * time: it holds the walk's lock, and only it can write the walk's progress. When `signal` is aborted the walk is given
 * back, and whoever looks next goes on.
 *
 * @throws errors of the database as they come; the walk stays where it stood and goes on later
 */
export async function runWalks(core: Core, signal: AbortSignal): Promise<WalkResult[]> {
  const results: WalkResult[] = []
  for (const id of await readActiveIds(core)) {
    const others = running.get(core) ?? 0
    if (signal.aborted || others >= MAX_AT_ONCE) break
    running.set(core, others + 1)
    try {
      const result = await holdingWalk(core, id, () => runOne(core, id, signal))
      if (result) results.push(result)
    } finally {
      running.set(core, running.get(core)! - 1)
    }
  }
  return results
}

async function runOne(core: Core, id: number, signal: AbortSignal): Promise<WalkResult | undefined> {
  const runner = randomUUID()
  if (!(await claimWalk(core, id, runner))) return undefined
  const walk = await readWalk(core, id)
  if (!walk) return undefined
  const ended = new AbortController()
  const either = AbortSignal.any([signal, ended.signal])
  const pace = createPace(walk.options.requestsPerSecond, either)
  const requests = () => pace.turns
  const context = { core: pacedCore(core, pace.turn, either), walk, signal: either, runner, requests }
  let run: Run | undefined
  const beat = async () => {
    await run?.flush()
    if (!(await beatWalk(core, id, runner))) throw new WalkEnded()
  }
  const beating = setInterval(() => {
    // A database that is away for a moment ends nothing here: the next progress decides.
    beat().catch((error) => error instanceof WalkEnded && ended.abort(error))
  }, BEAT_MS)
  const finish = (outcome: WalkResult['outcome'], error?: string): WalkResult => ({
    walk: id,
    kind: walk.kind,
    outcome,
    ...(error !== undefined && { error }),
    counts: walk.counts,
  })
  try {
    const [owner, kept] = await Promise.all([ownerOf(core, walk), countKept(core, id)])
    run = createRun({ ...context, owner, kept })
    await walkRegistry(run)
    await endWalk(core, walk, runner, { status: 'done' })
    return finish('done')
  } catch (error) {
    if (error instanceof WalkEnded || ended.signal.aborted) return finish('left')
    if (!isExpected(error) && isUnavailable(error)) throw error
    // What was reached before it failed is done all the same.
    await run?.flush().catch(() => {})
    if (signal.aborted) {
      await endWalk(core, walk, runner, { status: 'pending' })
      return finish('left')
    }
    const words = wordsOf(error)
    await endWalk(core, walk, runner, { status: 'failed', error: words })
    if (isExpected(error)) return finish('failed', words)
    throw error
  } finally {
    clearInterval(beating)
  }
}

/**
 * Everything else is a fault of Berth's, which the caller's log must show. Asked before `isUnavailable`, which looks at
 * causes too: the refused connection below a RegistryError is the registry's, not the database's.
 */
const isExpected = (error: unknown) => error instanceof RegistryError || error instanceof DomainError

/** Projects belong to who asked for the adoption. @throws DomainError FORBIDDEN when that is no administrator any more */
async function ownerOf(core: Core, walk: RegistryWalk): Promise<Actor> {
  if (walk.createdBy === null) return SYSTEM
  const user = await currentUser(core, walk.createdBy)
  if (walk.kind === 'adopt' && !user?.sysadmin)
    throw new DomainError('FORBIDDEN', 'who started this adoption is no administrator any more')
  return user ?? SYSTEM
}
