import { DomainError } from '../errors/index.ts'

const FREE_GUESSES = 5
const FIRST_SPACING_MS = 500
/** A day of it is 86,400 guesses; a right password among a dozen clients that guess gets its turn while it can wait. */
const LONGEST_SPACING_MS = 1_000
/** Who has waited for one key's turn and is a little early at the next need not wait again; the rate stays. */
const EARLY_BY_MS = 200
/** Of one key; each holds a connection open. */
const MAX_WAITING = 30
/** Early answers while guesses wait, for what is not known; one comes back each second. */
const MAX_EARLY = 60
/** Of all keys together. */
const MAX_WAITING_IN_ALL = 1_000
const FORGET_AFTER_MS = 15 * 60_000
const MAX_ENTRIES = 50_000

interface Waiting {
  take(): void
  displace(): void
}

interface Guesses {
  count: number
  /** When the next guess may be checked. */
  nextAt: number
  /** In the order of their turns. */
  line: Waiting[]
  /** Turns are being given. */
  serving: boolean
  lastAt: number
  /** How many early answers are left, as of then. */
  early: number
  earlyAt: number
}

/**
 * Slows guessing down, per account and address together, so that nobody slows somebody else down from elsewhere. The
 * first five guesses pass at once; the ones after them wait for their turns, further and further apart, up to a second.
 * When too many wait, one of them is refused, whichever: who guesses cannot keep a right password behind the same address
 * out by being there first.
 */
export class GuessThrottle {
  private entries = new Map<string, Guesses>()
  /** Those with somebody waiting. */
  private busy = new Set<Guesses>()
  private waiting = 0
  private now: () => number
  private wait: (ms: number) => Promise<void>
  private random: () => number

  constructor(now: () => number, wait: (ms: number) => Promise<void>, random: () => number = Math.random) {
    this.now = now
    this.wait = wait
    this.random = random
  }

  /**
   * Resolves when it is this guess's turn. It counts before its verdict is known: a thousand guesses sent at once are a
   * thousand guesses.
   *
   * @throws DomainError TOO_MANY_REQUEST when too many wait and this is the one to go
   */
  async turn(key: string): Promise<void> {
    const now = this.now()
    const entry = this.entryOf(key, now)
    if (!entry.serving && entry.nextAt <= now) return this.count(entry, now)
    const turn = this.enqueue(entry)
    if (entry.line.length > MAX_WAITING) this.displaceOne(entry)
    else if (this.waiting > MAX_WAITING_IN_ALL) this.displaceOne(this.longest())
    if (!entry.serving) void this.serve(entry)
    return turn
  }

  /** Takes the turn when it is now. False: nothing is counted, and there is a turn to wait for. */
  turnNow(key: string): boolean {
    const now = this.now()
    const entry = this.entryOf(key, now)
    if (entry.serving || entry.nextAt > now + EARLY_BY_MS) return false
    this.count(entry, Math.max(now, entry.nextAt))
    return true
  }

  private entryOf(key: string, now: number): Guesses {
    let entry = this.entries.get(key)
    if (!entry || (entry.line.length === 0 && now - entry.lastAt > FORGET_AFTER_MS))
      entry = {
        count: 0,
        nextAt: now,
        line: [],
        serving: false,
        lastAt: now,
        early: MAX_EARLY,
        earlyAt: now,
      }
    entry.lastAt = now
    this.entries.delete(key)
    this.entries.set(key, entry)
    if (this.entries.size > MAX_ENTRIES) this.entries.delete(this.entries.keys().next().value as string)
    return entry
  }

  /**
   * Whether what is remembered may answer without a turn. Where the next guess would wait, that answer tells sooner than its
   * turn which guess is right: only what is `known` here gets it, and only while few have asked with what is not. To be
   * asked once for each guess, just before its turn.
   */
  mayAnswerEarly(key: string, known: boolean): boolean {
    const entry = this.entries.get(key)
    const now = this.now()
    if (!entry || (!entry.serving && entry.nextAt <= now)) return true
    entry.early = Math.min(MAX_EARLY, entry.early + Math.max(0, now - entry.earlyAt) / 1_000)
    entry.earlyAt = now
    if (known) return entry.early >= 1
    entry.early = Math.max(0, entry.early - 1)
    return false
  }

  private enqueue(entry: Guesses): Promise<void> {
    this.busy.add(entry)
    this.waiting++
    return new Promise((resolve, reject) => {
      entry.line.push({
        take: resolve,
        displace: () =>
          reject(
            new DomainError('TOO_MANY_REQUEST', 'too many wrong passwords; wait before the next try', {
              retryAfterSeconds: LONGEST_SPACING_MS / 1_000,
            }),
          ),
      })
    })
  }

  private async serve(entry: Guesses): Promise<void> {
    entry.serving = true
    while (entry.line.length > 0) {
      const now = this.now()
      // The upper bound is for clocks that are set back.
      const turnAt = Math.min(Math.max(entry.nextAt, now), now + LONGEST_SPACING_MS)
      if (turnAt > now) await this.wait(turnAt - now)
      const next = entry.line.shift()
      if (!next) break
      this.left(entry)
      this.count(entry, turnAt)
      next.take()
    }
    entry.serving = false
  }

  private count(entry: Guesses, turnAt: number): void {
    entry.count++
    entry.nextAt = turnAt + spacingAfter(entry.count)
  }

  private displaceOne(entry: Guesses): void {
    const [gone] = entry.line.splice(Math.floor(this.random() * entry.line.length), 1)
    this.left(entry)
    gone?.displace()
  }

  private longest(): Guesses {
    let longest: Guesses | undefined
    for (const entry of this.busy) if (!longest || entry.line.length > longest.line.length) longest = entry
    return longest!
  }

  private left(entry: Guesses): void {
    this.waiting--
    if (entry.line.length === 0) this.busy.delete(entry)
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
    if (entry.count < FREE_GUESSES && !entry.serving) entry.nextAt = 0
  }
}

const spacingAfter = (guesses: number): number =>
  guesses < FREE_GUESSES ? 0 : Math.min(LONGEST_SPACING_MS, FIRST_SPACING_MS * 2 ** (guesses - FREE_GUESSES))
