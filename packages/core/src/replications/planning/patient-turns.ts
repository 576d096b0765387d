import { RateLimitedError } from '@berth/registry-client'
import { MAX_RETRY_AFTER_MS, pause } from '../sites/index.ts'

/** With the first wait of a second a minute in all; who answers nothing else for so long does not want to be asked now. */
const MAX_WAITS = 6
/** A longer wait is not asked for, and none begins once so long has been waited without another answer. */
const MAX_LONG_MS = 60 * 60_000
/** More at once than it takes would cost a pause each time, so it is tried no more often than this. */
const RECOVER_MS = 60_000

/** Told of a pause that is too long for a request; whether it is waited out, for so many ms. */
export type LongWait = (error: RateLimitedError, waitMs: number) => boolean

/**
 * Lets at most so many ask at once. Where one is answered that it was too much, all wait, half as many ask from then on, twice as many
 * again after each minute without another refusal, and what was refused is asked again: a comparison of ten thousand tags is
 * not lost for one of them. A pause of more than some
 * seconds that is asked for is waited out where `onLongWait` says so.
 */
export class PatientTurns {
  private limit: number
  private readonly most: number
  private readonly recoverMs: number
  private readonly firstWaitMs: number
  private readonly longMs: number
  private readonly onLongWait: LongWait
  private running = 0
  private readonly waiting: (() => void)[] = []
  /** Nobody asks before, by `performance.now()`. */
  private opensAtMs = 0
  /** The limit is raised after that, by `performance.now()`. */
  private recoversAtMs = 0
  /** Since something else was answered. */
  private waits = 0
  private longSinceMs: number | undefined

  constructor(
    limit: number,
    {
      firstWaitMs = 1_000,
      longMs = MAX_RETRY_AFTER_MS,
      recoverMs = RECOVER_MS,
      onLongWait = () => false,
    }: { firstWaitMs?: number; longMs?: number; recoverMs?: number; onLongWait?: LongWait | undefined } = {},
  ) {
    this.limit = limit
    this.most = limit
    this.recoverMs = recoverMs
    this.firstWaitMs = firstWaitMs
    this.longMs = longMs
    this.onLongWait = onLongWait
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
          this.longSinceMs = undefined
          this.recover()
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

  private recover(): void {
    if (this.limit === this.most || performance.now() < this.recoversAtMs) return
    this.limit = Math.min(this.most, this.limit * 2)
    this.recoversAtMs = performance.now() + this.recoverMs
    while (this.running < this.limit) {
      const next = this.waiting.shift()
      if (!next) return
      this.running++
      next()
    }
  }

  private async open(signal: AbortSignal | undefined): Promise<void> {
    for (let leftMs = this.leftMs(); leftMs > 0; leftMs = this.leftMs()) await pause(leftMs, signal)
  }

  private leftMs(): number {
    return this.opensAtMs - performance.now()
  }

  private isWaitedOut(error: unknown, beganAtMs: number): boolean {
    if (!(error instanceof RateLimitedError)) return false
    const askedMs = Math.min(error.retryAfterMs ?? 0, MAX_LONG_MS)
    const nowMs = performance.now()
    if (askedMs > this.longMs && !this.mayWaitLong(error, askedMs, nowMs)) return false
    // It was under way when another one was told.
    if (beganAtMs < this.opensAtMs) {
      if (askedMs > 0) this.opensAtMs = Math.max(this.opensAtMs, nowMs + askedMs)
      return true
    }
    if (this.waits >= MAX_WAITS) return false
    this.limit = Math.max(1, Math.floor(this.limit / 2))
    const waitMs = Math.max(this.firstWaitMs * 2 ** this.waits++, askedMs)
    this.opensAtMs = nowMs + waitMs
    this.recoversAtMs = this.opensAtMs + this.recoverMs
    return true
  }

  private mayWaitLong(error: RateLimitedError, askedMs: number, nowMs: number): boolean {
    this.longSinceMs ??= nowMs
    return nowMs - this.longSinceMs < MAX_LONG_MS && this.onLongWait(error, askedMs)
  }
}
