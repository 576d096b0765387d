/** Nobody left a place in time. Counts as a database that cannot be reached: see `isUnavailable`. */
export class NoPlaceError extends Error {
  override name = 'NoPlaceError'
  readonly code = 'ER_GET_CONNECTION_TIMEOUT'
}

/** So many at once; the others in the order of their arrival, which a pool of connections does not promise. */
export class Places {
  private free: number
  private readonly waiting = new Set<() => void>()

  constructor(places: number) {
    this.free = places
  }

  /** @throws NoPlaceError after `waitMs`; what `work` throws */
  async run<T>(work: () => Promise<T>, waitMs: number): Promise<T> {
    if (this.free > 0) this.free--
    else await this.turn(waitMs)
    try {
      return await work()
    } finally {
      const [next] = this.waiting
      if (next) next()
      else this.free++
    }
  }

  private turn(waitMs: number): Promise<void> {
    return new Promise((resolve, reject) => {
      const enter = () => {
        clearTimeout(timer)
        this.waiting.delete(enter)
        resolve()
      }
      const timer = setTimeout(() => {
        this.waiting.delete(enter)
        reject(new NoPlaceError(`no transaction could begin within ${waitMs} ms`))
      }, waitMs)
      this.waiting.add(enter)
    })
  }
}
