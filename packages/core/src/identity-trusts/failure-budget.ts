const BURST = 60
const REFILL_PER_SECOND = 1
const MAX_ENTRIES = 50_000

interface Spent {
  failures: number
  atMs: number
}

/**
 * How many wrong tokens one network may send: 60 at once, then one each second. Right ones cost nothing, so that many jobs
 * behind one address do not slow one another down. Whoever has spent theirs goes on in a slow lane.
 */
export class FailureBudget {
  private entries = new Map<string, Spent>()
  private now: () => number

  constructor(now: () => number) {
    this.now = now
  }

  isSpent(network: string): boolean {
    return this.failures(network) > BURST - 1
  }

  fail(network: string): void {
    const failures = Math.min(this.failures(network) + 1, BURST)
    this.entries.delete(network)
    this.entries.set(network, { failures, atMs: this.now() })
    if (this.entries.size > MAX_ENTRIES) this.entries.delete(this.entries.keys().next().value as string)
  }

  private failures(network: string): number {
    const entry = this.entries.get(network)
    if (!entry) return 0
    const refilled = (Math.max(0, this.now() - entry.atMs) / 1_000) * REFILL_PER_SECOND
    return Math.max(0, entry.failures - refilled)
  }
}
