import type { NewTransfer } from './model.ts'

/** So many are written at once, */
const TOGETHER = 200
/** and fewer once the first of them has waited for so long: others may still be compared for minutes. */
const SOON_MS = 1_000

/**
 * What comparisons find that go on side by side, on its way into the database: in the order of their list where they take
 * about as long, and never much more in memory than is written at once.
 */
export class Findings {
  private readonly write: (found: NewTransfer[]) => Promise<void>
  private waiting: { position: number; found: readonly NewTransfer[] }[] = []
  private count = 0
  private timer: NodeJS.Timeout | undefined
  /** Once it has failed nothing more is written, and whoever waits for it hears why. */
  private writing = Promise.resolve()
  private hasEnded = false

  constructor(write: (found: NewTransfer[]) => Promise<void>) {
    this.write = write
  }

  /** Whoever finds faster than can be written waits. @throws what writing threw */
  async add(position: number, found: readonly NewTransfer[]): Promise<void> {
    if (found.length === 0 || this.hasEnded) return
    this.waiting.push({ position, found })
    this.count += found.length
    if (this.count >= TOGETHER) return this.flush()
    this.timer ??= setTimeout(() => void this.flush().catch(() => {}), SOON_MS)
  }

  /** Nothing comes in any more; what waits is written, or dropped. @throws what writing threw */
  async end({ drop }: { drop: boolean }): Promise<void> {
    this.hasEnded = true
    if (drop) this.waiting = []
    await this.flush()
  }

  private flush(): Promise<void> {
    clearTimeout(this.timer)
    this.timer = undefined
    this.writing = this.writing.then(() => this.writeAll())
    return this.writing
  }

  private async writeAll(): Promise<void> {
    const found = this.waiting.sort((one, other) => one.position - other.position)
    this.waiting = []
    this.count = 0
    if (found.length > 0) await this.write(found.flatMap((one) => one.found))
  }
}
