/** Lets at most so many run at once; the others wait in their order. */
export class Turns {
  private free: number
  private readonly waiting: (() => void)[] = []

  constructor(limit: number) {
    this.free = limit
  }

  async run<T>(work: () => Promise<T>): Promise<T> {
    if (this.free > 0) this.free--
    else await new Promise<void>((resolve) => this.waiting.push(resolve))
    try {
      return await work()
    } finally {
      // The place goes from hand to hand.
      const next = this.waiting.shift()
      if (next) next()
      else this.free++
    }
  }
}
