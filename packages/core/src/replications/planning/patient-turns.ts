import { RateLimitedError } from '@berth/registry-client'
import { MAX_RETRY_AFTER_MS, pause } from '../sites/index.ts'

/** With the first wait of a second a minute in all; who answers nothing else for so long does not want to be asked now. */
const MAX_WAITS = 6

/**
 * Lets at most so many ask at once. Where one is answered that it was too much, all wait, half as many ask from then on, and
 * what was refused is asked again: a comparison of ten thousand tags is not lost for one of them.
 */
export class PatientTurns {
  private limit: number
  private readonly firstWaitMs: number
  private running = 0
  private readonly waiting: (() => void)[] = []
  /** Nobody asks before, by `performance.now()`. */
  private opensAtMs = 0
  /** Since something else was answered. */
  private waits = 0

  constructor(limit: number, { firstWaitMs = 1_000 }: { firstWaitMs?: number } = {}) {
    this.limit = limit
    this.firstWaitMs = firstWaitMs
  }

  /** @throws what the work throws, RateLimitedError when waiting does not help, the signal's reason */
  async run<T>(work: () => Promise<T>, signal?: AbortSignal): Promise<T> {
    for (;;) {
      await this.enter()
      try {
        await this.open(signal)
        const beganAtMs = performance.now()
        try {
          const answer = await work()
          this.waits = 0
          return answer
        } catch (error) {
          if (signal?.aborted || !this.isWaitedOut(error, beganAtMs)) throw error
        }
      } finally {
        this.leave()
      }
    }
  }

  private async enter(): Promise<void> {
    if (this.running >= this.limit) await new Promise<void>((resolve) => this.waiting.push(resolve))
    else this.running++
  }

  private leave(): void {
    // The place goes from hand to hand, unless there are fewer by now.
    const next = this.running <= this.limit ? this.waiting.shift() : undefined
    if (next) next()
    else this.running--
  }

  private async open(signal: AbortSignal | undefined): Promise<void> {
    for (let leftMs = this.leftMs(); leftMs > 0; leftMs = this.leftMs()) await pause(leftMs, signal)
  }

  private leftMs(): number {
    return this.opensAtMs - performance.now()
  }

  private isWaitedOut(error: unknown, beganAtMs: number): boolean {
    if (!(error instanceof RateLimitedError) || (error.retryAfterMs ?? 0) > MAX_RETRY_AFTER_MS) return false
    // It was under way when another one was told.
    if (beganAtMs < this.opensAtMs) return true
    if (this.waits >= MAX_WAITS) return false
    this.limit = Math.max(1, Math.floor(this.limit / 2))
    const waitMs = Math.max(this.firstWaitMs * 2 ** this.waits++, error.retryAfterMs ?? 0)
    this.opensAtMs = performance.now() + waitMs
    return true
  }
}
