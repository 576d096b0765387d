/**
 * Does together what many ask for at the same moment. One batch is under way at a time and the next gathers behind it, so
 * that whoever comes alone waits for nobody, and a crowd costs a few statements instead of a few for each.
 */
export class Gathering<I, O> {
  private waiting: { item: I; resolve: (outcome: O) => void; reject: (error: unknown) => void }[] = []
  private working = false
  private most: number
  private work: (items: I[]) => Promise<O[]>

  /** `work` gives an outcome for each item, in their order; it is called with `most` of them at most. */
  constructor(most: number, work: (items: I[]) => Promise<O[]>) {
    this.most = most
    this.work = work
  }

  /** @throws what `work` throws for this item alone: a batch that fails is tried again one by one */
  run(item: I): Promise<O> {
    return new Promise((resolve, reject) => {
      this.waiting.push({ item, resolve, reject })
      if (!this.working) void this.serve()
    })
  }

  private async serve(): Promise<void> {
    this.working = true
    // What comes in the same turn of the event loop is in the first batch already.
    await Promise.resolve()
    while (this.waiting.length > 0) {
      const batch = this.waiting.splice(0, this.most)
      try {
        const outcomes = await this.work(batch.map(({ item }) => item))
        for (const [index, { resolve }] of batch.entries()) resolve(outcomes[index]!)
      } catch (error) {
        if (batch.length === 1) batch[0]!.reject(error)
        else
          for (const { item, resolve, reject } of batch)
            await this.work([item]).then(([outcome]) => resolve(outcome!), reject)
      }
    }
    this.working = false
  }
}

/** A gathering for each key: what belongs to different ones is done side by side. Nothing is kept of those that nobody waits for. */
export class Gatherings<K, I, O> {
  private readonly open = new Map<K, { users: number; gathering: Gathering<I, O> }>()
  private readonly most: number
  private readonly work: (key: K, items: I[]) => Promise<O[]>

  constructor(most: number, work: (key: K, items: I[]) => Promise<O[]>) {
    this.most = most
    this.work = work
  }

  /** As `Gathering.run`. */
  async run(key: K, item: I): Promise<O> {
    const own = this.open.get(key) ?? {
      users: 0,
      gathering: new Gathering<I, O>(this.most, (items) => this.work(key, items)),
    }
    this.open.set(key, own)
    own.users++
    try {
      return await own.gathering.run(item)
    } finally {
      if (--own.users === 0) this.open.delete(key)
    }
  }
}
