import { FairQueue } from '../authentication/index.ts'
import { DomainError } from '../errors/index.ts'

const PACE_MS = 50
const MAX_WAITING = 40
/** Of all networks together; each holds a connection and a token. */
const MAX_WAITING_IN_ALL = 1_000

interface Lane {
  queue: FairQueue
  inside: number
}

/**
 * Where tokens of networks go that have sent too many wrong ones: one at a time for each network, twenty a second at most,
 * and whoever they are about in turns. So a job whose tokens are wrong, and which goes on trying, slows down the other jobs
 * behind its address and does not keep them out.
 */
export class SlowLanes {
  private lanes = new Map<string, Lane>()
  private inside = 0
  private wait: (ms: number) => Promise<void>

  constructor(wait: (ms: number) => Promise<void>) {
    this.wait = wait
  }

  /** @throws DomainError TOO_MANY_REQUEST when the line of this party, or of all networks, is too long */
  async run<T>(network: string, party: string, work: () => Promise<T>): Promise<T> {
    if (this.inside >= MAX_WAITING_IN_ALL)
      throw new DomainError('TOO_MANY_REQUEST', 'too many wrong tokens; wait before the next try', {
        retryAfterSeconds: 1,
      })
    const lane = this.lanes.get(network) ?? { queue: new FairQueue(1, MAX_WAITING), inside: 0 }
    this.lanes.set(network, lane)
    lane.inside++
    this.inside++
    try {
      return await lane.queue.run(party, async () => {
        await this.wait(PACE_MS)
        return work()
      })
    } finally {
      this.inside--
      if (--lane.inside === 0) this.lanes.delete(network)
    }
  }
}
