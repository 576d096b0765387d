import { DomainError } from '../errors/index.ts'

const FREE_GUESSES = 5
const LONGEST_WAIT_MS = 60_000
const FORGET_AFTER_MS = 15 * 60_000
const MAX_ENTRIES = 50_000

interface Guesses {
  count: number
  blockedUntil: number
  lastAt: number
}

/**
 * Slows guessing down: per account and address together, so that nobody can lock somebody else out from elsewhere.
 * After five wrong guesses each further one must wait, twice as long every time, at most a minute.
 */
export class GuessThrottle {
  private entries = new Map<string, Guesses>()
  private now: () => number

  constructor(now: () => number) {
    this.now = now
  }

  /**
   * Counts a guess before its verdict is known: a thousand guesses sent at once are a thousand guesses.
   *
   * @throws DomainError TOO_MANY_REQUEST while the pair has to wait
   */
  begin(key: string): void {
    const now = this.now()
    let entry = this.entries.get(key)
    if (!entry || now - entry.lastAt > FORGET_AFTER_MS) entry = { count: 0, blockedUntil: 0, lastAt: now }
    if (entry.blockedUntil > now)
      throw new DomainError('TOO_MANY_REQUEST', 'too many wrong passwords; wait before the next try', {
        retryAfterSeconds: Math.ceil((entry.blockedUntil - now) / 1_000),
      })
    entry.count++
    entry.lastAt = now
    if (entry.count >= FREE_GUESSES)
      entry.blockedUntil = now + Math.min(LONGEST_WAIT_MS, 1_000 * 2 ** (entry.count - FREE_GUESSES))
    this.entries.delete(key)
    this.entries.set(key, entry)
    if (this.entries.size > MAX_ENTRIES) this.entries.delete(this.entries.keys().next().value as string)
  }

  /** The guess was right: earlier mistakes are forgiven. */
  succeed(key: string): void {
    this.entries.delete(key)
  }

  /** No verdict was reached (the database is away): this was not a guess. */
  withdraw(key: string): void {
    const entry = this.entries.get(key)
    if (!entry) return
    entry.count--
    if (entry.count < FREE_GUESSES) entry.blockedUntil = 0
  }
}
