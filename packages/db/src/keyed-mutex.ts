/** Runs what has the same key one after the other, in the order of arrival; different keys do not wait. */
export class KeyedMutex {
  private tails = new Map<string, Promise<unknown>>()

  async run<T>(key: string, work: () => Promise<T>): Promise<T> {
    const before = this.tails.get(key) ?? Promise.resolve()
    const result = before.then(work)
    const tail = result.catch(() => {})
    this.tails.set(key, tail)
    try {
      return await result
    } finally {
      if (this.tails.get(key) === tail) this.tails.delete(key)
    }
  }

  /** Keys that someone holds or waits for. */
  get size(): number {
    return this.tails.size
  }
}
