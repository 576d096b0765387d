import type { Core } from '../../context/index.ts'
import { claimTransfers } from './claims.ts'
import { PLACES } from './lanes.ts'
import type { Claimed } from './model.ts'
import { runTransfer } from './run.ts'

const CLOSE_WAIT_MS = 5_000

/** Works on what is due, many at a time. What is under way stands in the database under a lease. */
class Pump {
  private readonly core: Core
  private readonly closing = new AbortController()
  private readonly underWay = new Set<Promise<void>>()
  private readonly own = new Map<number, number>()
  private filling: Promise<void> | undefined
  private again = false
  private problems: unknown[] = []
  private started = 0

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
      await Promise.race(this.underWay)
    }
  }

  private async fill(): Promise<void> {
    try {
      while (this.again && !this.closing.signal.aborted) {
        this.again = false
        const places = PLACES - this.underWay.size
        for (const claimed of await claimTransfers(this.core, this.own, places)) this.start(claimed)
      }
    } finally {
      this.filling = undefined
    }
  }

  private start(claimed: Claimed): void {
    this.started++
    const { registryId } = claimed.transfer
    const count = (by: 1 | -1) => this.own.set(registryId, (this.own.get(registryId) ?? 0) + by)
    count(1)
    const work = runTransfer(this.core, claimed, this.closing.signal)
      // Without an outcome its lease runs out and it is taken up again.
      .catch((error) => void this.problems.push(error))
      .finally(() => {
        count(-1)
        this.underWay.delete(work)
        // The place is free at once; else the next look finds it.
        if (!this.closing.signal.aborted) this.kick().catch((error) => void this.problems.push(error))
      })
    this.underWay.add(work)
  }

  private async close(): Promise<void> {
    this.closing.abort()
    await this.filling?.catch(() => {})
    await Promise.race([Promise.allSettled([...this.underWay]), this.core.wait(CLOSE_WAIT_MS)])
  }
}

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
 * @returns how many were begun since the last call, and what went wrong on our side
 * @throws errors of the database
 */
export async function workReplications(core: Core): Promise<{ started: number; problems: unknown[] }> {
  const pump = pumpOf(core)
  await pump.kick()
  return pump.take()
}

/** Does what is due and waits until it is through. */
export const workReplicationsNow = (core: Core): Promise<void> => pumpOf(core).settled()
