import type { Core } from '../../context/index.ts'
import { claimNext, claimTransfers } from './claims.ts'
import { PLACES } from './lanes.ts'
import type { Claimed } from './model.ts'
import { isResting } from './resting.ts'
import { runTransfer } from './run.ts'
import { endStopped } from './stops.ts'

const CLOSE_WAIT_MS = 5_000
/** So many follow each other in one place; then limits are asked for again, which may have changed. */
const HANDED_ON = 16

/** After something was begun more is likely to come: an administrator tries a policy, pushes follow pushes. */
const BUSY_MS = 10 * 60_000

/** How often a process looks by itself, in ms: while there was something to do lately, and while there was not. */
export interface Looks {
  busyMs: number
  quietMs: number
}

/** Works on what is due, many at a time. What is under way stands in the database under a lease. */
class Pump {
  private readonly core: Core
  private readonly closing = new AbortController()
  private readonly underWay = new Map<Promise<void>, Claimed['transfer']>()
  private filling: Promise<void> | undefined
  private stopping: Promise<void> | undefined
  private again = false
  /** Nothing was found at the last look. */
  private idle = true
  private watch: NodeJS.Timeout | undefined
  private problems: unknown[] = []
  private started = 0
  private lastBegunAtMs = Number.NEGATIVE_INFINITY

  constructor(core: Core) {
    this.core = core
    core.beforeClose(() => this.close())
  }

  /** Fills the free places with what is due. @throws errors of the database */
  async kick(): Promise<void> {
    this.again = true
    this.filling ??= this.fill()
    return this.filling
  }

  /** One at a time, and nobody waits for it: what is to stop may be held by somebody for seconds, or be very much. */
  stop(): void {
    if (this.closing.signal.aborted) return
    this.stopping ??= endStopped(this.core)
      .catch((error) => void this.problems.push(error))
      .finally(() => {
        this.stopping = undefined
      })
  }

  /**
   * Looks again and again for what comes in while nothing waits: somebody may be waiting for it. What waits for room is begun
   * as places become free.
   */
  lookEvery({ busyMs, quietMs }: Looks): void {
    let lookedAtMs = performance.now()
    this.watch ??= setInterval(() => {
      if (!this.idle || this.filling || this.closing.signal.aborted) return
      const nowMs = performance.now()
      const isBusy = nowMs - this.lastBegunAtMs < BUSY_MS
      if (!isBusy && nowMs - lookedAtMs < quietMs) return
      lookedAtMs = nowMs
      this.kick().catch((error) => void this.problems.push(error))
    }, busyMs).unref()
  }

  /** What happened since the last call. */
  take(): { started: number; problems: unknown[] } {
    const taken = { started: this.started, problems: this.problems }
    this.started = 0
    this.problems = []
    return taken
  }

  /** Resolves once nothing is under way and nothing is due now. */
  async settled(): Promise<void> {
    for (;;) {
      await this.kick()
      if (this.underWay.size === 0) return
      await Promise.race(this.underWay.keys())
    }
  }

  private async fill(): Promise<void> {
    try {
      while (this.again && !this.closing.signal.aborted) {
        this.again = false
        const own = this.own()
        const free = PLACES - countOf(own)
        const { waiting, claimed, problem } = await claimTransfers(this.core, own, free)
        if (problem) this.problems.push(problem)
        this.idle = !waiting
        for (const one of claimed) this.start(one)
      }
    } finally {
      this.filling = undefined
    }
  }

  /** @param before how many had its place before it, one after the other */
  private start(claimed: Claimed, before = 0): void {
    this.started++
    this.lastBegunAtMs = performance.now()
    let handedOn = false
    const handOn = async () => {
      // Where places are short others may have waited for longer.
      if (before >= HANDED_ON || countOf(this.own()) >= PLACES || this.closing.signal.aborted) return
      try {
        const next = await claimNext(this.core, claimed.transfer)
        if (!next) return
        this.start(next, before + 1)
        handedOn = true
      } catch (error) {
        this.problems.push(error)
      }
    }
    const work = runTransfer(this.core, claimed, this.closing.signal, handOn)
      // Without an outcome its lease runs out and it is taken up again.
      .catch((error) => void this.problems.push(error))
      .finally(() => {
        this.underWay.delete(work)
        // The place is free at once; else the next look finds it.
        if (!handedOn && !this.closing.signal.aborted)
          this.kick().catch((error) => void this.problems.push(error))
      })
    this.underWay.set(work, claimed.transfer)
  }

  /** What holds a place, by registry. */
  private own(): Map<number, number> {
    const own = new Map<number, number>()
    for (const { taskId, registryId } of this.underWay.values())
      if (!isResting(this.core, taskId)) own.set(registryId, (own.get(registryId) ?? 0) + 1)
    return own
  }

  private async close(): Promise<void> {
    this.closing.abort()
    clearInterval(this.watch)
    await this.filling?.catch(() => {})
    const open = Promise.allSettled([...this.underWay.keys(), this.stopping])
    await Promise.race([open, this.core.wait(CLOSE_WAIT_MS)])
  }
}

const countOf = (own: ReadonlyMap<number, number>): number =>
  [...own.values()].reduce((sum, count) => sum + count, 0)

const pumps = new WeakMap<Core, Pump>()

const pumpOf = (core: Core): Pump => {
  let pump = pumps.get(core)
  if (!pump) {
    pump = new Pump(core)
    pumps.set(core, pump)
  }
  return pump
}

/**
 * Begins what is due and does not wait for it. Call it every second: what comes in between is begun as places become free.
 *
 * @param looks look by itself as well, from the first call on
 * @returns how many were begun since the last call, and what went wrong on our side
 * @throws errors of the database
 */
export async function workReplications(
  core: Core,
  { looks }: { looks?: Looks } = {},
): Promise<{ started: number; problems: unknown[] }> {
  const pump = pumpOf(core)
  if (looks) pump.lookEvery(looks)
  pump.stop()
  await pump.kick()
  return pump.take()
}

/** Does what is due and waits until it is through. */
export const workReplicationsNow = (core: Core): Promise<void> => pumpOf(core).settled()
