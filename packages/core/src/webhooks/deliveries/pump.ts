import type { Core } from '../../context/index.ts'
import { claimDelivery, endStopped } from './claims/store.ts'
import { deliver, LEASE_MS } from './deliver.ts'
import { readDue } from './due.ts'
import { type Busy, Lanes } from './lanes.ts'
import type { Delivery } from './model.ts'

const READ_AT_ONCE = 100
const CLOSE_WAIT_MS = 5_000

/**
 * Sends what is due, many at a time. What is under way stands in the database under a lease: when this process is
 * killed, another takes it up after that.
 */
class Pump {
  private readonly core: Core
  private readonly lanes = new Lanes()
  private readonly underWay = new Set<Promise<void>>()
  private filling: Promise<void> | undefined
  private again = false
  private closed = false
  private problems: unknown[] = []
  private started = 0

  constructor(core: Core) {
    this.core = core
    core.beforeClose(() => this.close())
  }

  /** Fills the free slots with what is due. @throws errors of the database */
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
      await Promise.allSettled([...this.underWay])
    }
  }

  private async fill(): Promise<void> {
    try {
      while (this.again && !this.closed) {
        this.again = false
        while (!this.lanes.full && !this.closed) if (!(await this.startSome())) break
      }
    } finally {
      // In the same breath as the last look at `again`: nobody who asks is told of a round that is over.
      this.filling = undefined
    }
  }

  private async startSome(): Promise<boolean> {
    for (const busy of this.lanes.looks()) if (await this.startOf(busy)) return true
    return false
  }

  private async startOf(busy: Busy): Promise<boolean> {
    const { core, lanes } = this
    const due = await readDue(core, new Date(core.now()), busy, READ_AT_ONCE)
    let claimed = 0
    for (const delivery of due) {
      if (lanes.full || this.closed) break
      if (!lanes.hasRoom(delivery)) continue
      const claim = await claimDelivery(core, delivery, LEASE_MS)
      if (!claim) continue
      // Where one was stopped, there are more as a rule. What is due behind them is looked for at once.
      if (claim === 'ended') {
        await endStopped(core)
        return true
      }
      claimed++
      this.start(delivery, () => deliver(core, delivery, claim))
    }
    return claimed > 0
  }

  private start(delivery: Delivery, send: () => Promise<'reached' | 'unreachable' | 'unknown'>): void {
    this.started++
    const leave = this.lanes.begin(delivery)
    const work = send()
      // Without an outcome its lease runs out and it is sent again: nothing is lost.
      .then(leave, (error) => {
        leave('unknown')
        this.problems.push(error)
      })
      .finally(() => {
        this.underWay.delete(work)
        // The place is free at once, and what waited for this one may be due; else the next look finds it.
        if (!this.closed) this.kick().catch((error) => void this.problems.push(error))
      })
    this.underWay.add(work)
  }

  private async close(): Promise<void> {
    this.closed = true
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
 * Begins to send what is due and does not wait for the answers. Call it every second: what comes in between is begun as
 * places become free.
 *
 * @returns how many were begun since the last call, and what went wrong on our side
 * @throws errors of the database
 */
export async function deliverWebhooks(core: Core): Promise<{ started: number; problems: unknown[] }> {
  const pump = pumpOf(core)
  await pump.kick()
  return pump.take()
}

/** Sends what is due and waits until it is through. */
export const deliverWebhooksNow = (core: Core): Promise<void> => pumpOf(core).settled()
