/**
 * A small memory of what the database said a moment ago. One load at a time per key; what a load throws, and
 * `undefined`, are not kept. Old entries go first when it is full.
 */
export class TtlCache<V> {
  /** Looks that found something, and those that did not. */
  hits = 0
  misses = 0
  private entries = new Map<string, { value: V; until: number }>()
  private loading = new Map<string, Promise<V | undefined>>()
  private ttlMs: number
  private maxEntries: number
  private now: () => number

  constructor(ttlMs: number, maxEntries: number, now: () => number) {
    this.ttlMs = ttlMs
    this.maxEntries = maxEntries
    this.now = now
  }

  peek(key: string): V | undefined {
    const entry = this.entries.get(key)
    if (entry && entry.until > this.now()) {
      this.hits++
      return entry.value
    }
    this.misses++
    return undefined
  }

  /** Entries, old ones that nobody has asked for since among them. */
  get size(): number {
    return this.entries.size
  }

  set(key: string, value: V): void {
    this.entries.delete(key)
    this.entries.set(key, { value, until: this.now() + this.ttlMs })
    if (this.entries.size > this.maxEntries) this.entries.delete(this.entries.keys().next().value as string)
  }

  /** The kept value, or what `load` gives. */
  async get(key: string, load: () => Promise<V | undefined>): Promise<V | undefined> {
    return this.peek(key) ?? this.reload(key, load)
  }

  /** What `load` gives now, kept for the next. */
  async reload(key: string, load: () => Promise<V | undefined>): Promise<V | undefined> {
    const running = this.loading.get(key)
    if (running) return running
    const promise = load().then((value) => {
      // A `delete` during the load means that what was read may be old: do not keep it.
      if (this.loading.get(key) === promise && value !== undefined) this.set(key, value)
      return value
    })
    this.loading.set(key, promise)
    try {
      return await promise
    } finally {
      if (this.loading.get(key) === promise) this.loading.delete(key)
    }
  }

  delete(key: string): void {
    this.entries.delete(key)
    this.loading.delete(key)
  }

  clear(): void {
    this.entries.clear()
    this.loading.clear()
  }
}
