import type { Core } from '../context/index.ts'

/** Something that stands at a place in a row of things which only grows at its end. */
export interface Placed {
  /** From 1, in the order in which things became visible to everybody: nothing ever appears before what was read. */
  position: number
}

export interface FeedSource<T extends Placed> {
  name: string
  /** The position of the last one; 0 when there is none. */
  head(core: Core): Promise<number>
  /** The next ones behind a position, in their order, at most `limit`. */
  readBehind(core: Core, position: number, limit: number): Promise<T[]>
}

/** How long something new may go unnoticed. */
const POLL_MS = 1_000
/** As much of the end as stays in memory: whoever reads no further behind costs the database nothing. */
const KEPT = 1_000
const BATCH = 500

/**
 * What is new, read once by this process for everybody who follows it here. It asks the database only while somebody
 * follows. Whoever falls behind what is kept reads for themselves until they have caught up, as fast as they can take it.
 */
export class Feed<T extends Placed> {
  private followers = 0
  private kept: T[] = []
  /** Of the last that was read; undefined before the first look. */
  private position: number | undefined
  private looking: Promise<void> | undefined
  /** Counts what woke its readers: who waits asks for what comes after the number that they have seen. */
  private news = 0
  private wakers = new Set<() => void>()
  private ended = new AbortController()
  private core: Core
  private source: FeedSource<T>
  private pollMs: number

  constructor(core: Core, source: FeedSource<T>, pollMs = POLL_MS) {
    this.core = core
    this.source = source
    this.pollMs = pollMs
  }

  /** Ends everybody who follows, at once. */
  end(): void {
    this.ended.abort()
    this.wake()
  }

  /**
   * Batches in their order from behind `after` on, or from now on. An empty batch comes at least every `idleMs`, so that
   * its reader can look around. Ends with `gone` and with the process.
   */
  async *follow(
    { after, idleMs }: { after: number | undefined; idleMs: number },
    gone: AbortSignal,
  ): AsyncGenerator<T[]> {
    const over = AbortSignal.any([gone, this.ended.signal])
    this.followers += 1
    try {
      await this.begin()
      let position = after ?? this.position!
      while (!over.aborted) {
        // Asked for before looking: what comes in between is not slept through.
        const news = this.news
        const end = this.position!
        const batch = position < end ? await this.behind(position) : []
        // An empty one: what stood there is gone by now.
        position = batch.at(-1)?.position ?? Math.max(position, end)
        yield batch
        if (batch.length === 0 && position >= this.position! && news === this.news)
          await pause(idleMs, over, this.wakers)
      }
    } finally {
      this.followers -= 1
    }
  }

  private async behind(position: number): Promise<T[]> {
    const first = this.kept[0]?.position
    if (first === undefined || position < first - 1) return this.source.readBehind(this.core, position, BATCH)
    return this.kept.slice(this.kept.findIndex((one) => one.position > position)).slice(0, BATCH)
  }

  /** The first look, and then one after the other while somebody follows. */
  private async begin(): Promise<void> {
    // What was kept before nobody followed is old.
    if (!this.looking) {
      this.kept = []
      this.looking = this.start()
    }
    await this.looking
  }

  private async start(): Promise<void> {
    try {
      this.position = await this.source.head(this.core)
    } catch (error) {
      this.looking = undefined
      throw error
    }
    void this.look()
  }

  private async look(): Promise<void> {
    while (this.followers > 0 && !this.ended.signal.aborted) {
      await pause(this.pollMs, this.ended.signal)
      // A database that is away for a moment is asked again.
      const batch = await this.source.readBehind(this.core, this.position!, BATCH).catch(() => [])
      if (batch.length === 0) continue
      this.kept = [...this.kept, ...batch].slice(-KEPT)
      this.position = batch.at(-1)!.position
      this.wake()
    }
    this.looking = undefined
  }

  private wake(): void {
    this.news += 1
    for (const waker of this.wakers) waker()
  }
}

/** Until somebody calls the waker that it adds, the time is over or the signal is aborted; then nothing of it is left. */
function pause(ms: number, over: AbortSignal, wakers?: Set<() => void>): Promise<void> {
  if (over.aborted) return Promise.resolve()
  const { promise, resolve } = Promise.withResolvers<void>()
  const timer = setTimeout(resolve, ms)
  timer.unref()
  const stop = () => resolve()
  over.addEventListener('abort', stop, { once: true })
  wakers?.add(stop)
  return promise.finally(() => {
    clearTimeout(timer)
    wakers?.delete(stop)
    over.removeEventListener('abort', stop)
  })
}
