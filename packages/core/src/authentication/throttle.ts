import { DomainError } from '../errors/index.ts'

const FREE_GUESSES = 5
const FIRST_SPACING_MS = 500
const LONGEST_SPACING_MS = 4_000
/** Of one key; each holds a connection open. */
const MAX_WAITING = 6
/** Of all keys together. */
const MAX_WAITING_IN_ALL = 1_000
const FORGET_AFTER_MS = 15 * 60_000
const MAX_ENTRIES = 50_000

interface Guesses {
  count: number
  /** When the next guess may be checked. */
  nextAt: number
  waiting: number
  lastAt: number
}

/**
 * Slows guessing down, per account and address together, so that nobody slows somebody else down from elsewhere. The
 * first five guesses pass at once; the ones after them wait for their turns, further and further apart, up to four
 * seconds. Whoever waits is checked in the end: a right password behind an address that guesses comes through.
 */
export class GuessThrottle {
  private entries = new Map<string, Guesses>()
  private waiting = 0
  private now: () => number
  private wait: (ms: number) => Promise<void>

  constructor(now: () => number, wait: (ms: number) => Promise<void>) {
    this.now = now
    this.wait = wait
  }

  /**
   * Resolves when it is this guess's turn. It counts from now on, before its verdict is known: a thousand guesses sent
   * at once are a thousand guesses.
   *
   * @throws DomainError TOO_MANY_REQUEST when too many wait already
   */
  async turn(key: string): Promise<void> {
    const now = this.now()
    let entry = this.entries.get(key)
    if (!entry || now - entry.lastAt > FORGET_AFTER_MS)
      entry = { count: 0, nextAt: now, waiting: 0, lastAt: now }
    // The upper bound is for clocks that are set back.
    const turnAt = Math.min(Math.max(entry.nextAt, now), now + LONGEST_SPACING_MS * (MAX_WAITING + 1))
    const waits = turnAt > now
    if (waits && (entry.waiting >= MAX_WAITING || this.waiting >= MAX_WAITING_IN_ALL))
      throw new DomainError('TOO_MANY_REQUEST', 'too many wrong passwords; wait before the next try', {
        retryAfterSeconds: LONGEST_SPACING_MS / 1_000,
      })
    entry.count++
    entry.lastAt = now
    entry.nextAt = turnAt + spacingAfter(entry.count)
    this.entries.delete(key)
    this.entries.set(key, entry)
    if (this.entries.size > MAX_ENTRIES) this.entries.delete(this.entries.keys().next().value as string)
    if (!waits) return
    entry.waiting++
    this.waiting++
    try {
      await this.wait(turnAt - now)
    } finally {
      entry.waiting--
      this.waiting--
    }
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
    if (entry.count < FREE_GUESSES && entry.waiting === 0) entry.nextAt = 0
  }
}

const spacingAfter = (guesses: number): number =>
  guesses < FREE_GUESSES ? 0 : Math.min(LONGEST_SPACING_MS, FIRST_SPACING_MS * 2 ** (guesses - FREE_GUESSES))
