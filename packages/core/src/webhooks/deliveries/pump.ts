import type { Core } from '../../context/index.ts'
import { deliver, LEASE_MS } from './deliver.ts'
import type { Delivery } from './model.ts'
import { claimDelivery, readDue } from './store.ts'

/** Requests under way in one process. They wait far more than they work. */
const SLOTS = 64
/** To one host; to one that did not answer the last time: one. So a dead one cannot take the places of all others. */
const SLOTS_PER_HOST = 6
const READ_AT_ONCE = 100
const CLOSE_WAIT_MS = 5_000

/**
 * Sends what is due, many at a time. What is under way stands in the database under a lease: when this process is
 * killed, another takes it up after that.
 */
class Pump {
  private readonly core: Core
  private readonly lanes = new Map<string, number>()
  private readonly troubled = new Set<string>()
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
        while (this.underWay.size < SLOTS && !this.closed) if (!(await this.startSome())) break
      }
    } finally {
      // In the same breath as the last look at `again`: nobody who asks is told of a round that is over.
      this.filling = undefined
    }
  }

  private async startSome(): Promise<boolean> {
    const { core } = this
    const busy = [...this.lanes.keys()].filter((host) => this.roomIn(host) <= 0)
    const due = await readDue(core, new Date(core.now()), busy, READ_AT_ONCE)
    let claimed = 0
    for (const delivery of due) {
      if (this.underWay.size >= SLOTS || this.closed) break
      if (this.roomIn(delivery.host) <= 0) continue
      const claim = await claimDelivery(core, delivery, LEASE_MS)
      if (!claim) continue
      claimed++
      this.start(delivery, () => deliver(core, delivery, claim))
    }
    return claimed > 0
  }

  private roomIn(host: string): number {
    return (this.troubled.has(host) ? 1 : SLOTS_PER_HOST) - (this.lanes.get(host) ?? 0)
  }

  private start({ host }: Delivery, send: () => Promise<'reached' | 'unreachable'>): void {
    this.started++
    this.lanes.set(host, (this.lanes.get(host) ?? 0) + 1)
    const work = send()
      .then((result) => {
        if (result === 'reached') this.troubled.delete(host)
        else this.troubled.add(host)
      })
      // Its lease runs out and it is sent again: nothing is lost.
      .catch((error) => void this.problems.push(error))
      .finally(() => {
        this.underWay.delete(work)
        const left = this.lanes.get(host)! - 1
        if (left === 0) this.lanes.delete(host)
        else this.lanes.set(host, left)
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
