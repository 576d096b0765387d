import { DomainError } from '../errors/index.ts'

/**
 * Runs at most `concurrency` things at once and lets the parties that wait take turns, so that one address that
 * floods sign-in delays itself and not the others. When too many wait, the party with the longest line is refused.
 */
export class FairQueue {
  private running = 0
  private waiting = new Map<string, (() => void)[]>()
  private waitingCount = 0
  private concurrency: number
  private maxWaiting: number

  constructor(concurrency: number, maxWaiting: number) {
    this.concurrency = concurrency
    this.maxWaiting = maxWaiting
  }

  /** @throws DomainError TOO_MANY_REQUEST when the line of this party is too long */
  async run<T>(party: string, work: () => Promise<T>): Promise<T> {
    if (this.running >= this.concurrency) await this.enqueue(party)
    else this.running++
    try {
      return await work()
    } finally {
      this.next()
    }
  }

  private enqueue(party: string): Promise<void> {
    const line = this.waiting.get(party) ?? []
    // A full queue still admits parties that wait less than their share.
    if (this.waitingCount >= this.maxWaiting && line.length >= this.maxWaiting / (this.waiting.size + 1))
      throw new DomainError('TOO_MANY_REQUEST', 'too many sign-ins at once', { retryAfterSeconds: 1 })
    return new Promise((resolve) => {
      line.push(resolve)
      this.waiting.set(party, line)
      this.waitingCount++
    })
  }

  private next(): void {
    const first = this.waiting.entries().next().value
    if (!first) {
      this.running--
      return
    }
    const [party, line] = first
    const resume = line.shift()!
    this.waitingCount--
    // Back to the end of the round.
    this.waiting.delete(party)
    if (line.length > 0) this.waiting.set(party, line)
    resume()
  }
}
