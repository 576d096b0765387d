import { FairQueue } from '../authentication/index.ts'
import { DomainError } from '../errors/index.ts'

const PACE_MS = 50
/** Of one network. */
const MAX_INSIDE = 60
/** Of one party: the rest is for others of its network. */
const MAX_OF_PARTY = 40
/** Of all networks together; each holds a connection and a token. */
const MAX_WAITING_IN_ALL = 1_000

interface Lane {
  queue: FairQueue
  inside: number
  ofParty: Map<string, number>
}

/**
 * Where tokens of networks go that have sent too many wrong ones: one at a time for each network, twenty a second at most,
 * and whoever they are about in turns. So a job whose tokens are wrong, and which goes on trying, slows down the other jobs
 * behind its address and does not keep them out, and no network takes the places of others.
 */
export class SlowLanes {
  private lanes = new Map<string, Lane>()
  private inside = 0
  private wait: (ms: number) => Promise<void>

  constructor(wait: (ms: number) => Promise<void>) {
    this.wait = wait
  }

  /**
   * `party`: who a token is proved to be of; empty for one of which nothing is proved, or a sender could be thousands.
   *
   * @throws DomainError TOO_MANY_REQUEST when the line of this party, of this network or of all networks is too long
   */
  async run<T>(network: string, party: string, work: () => Promise<T>): Promise<T> {
    const lane = this.lanes.get(network) ?? {
      queue: new FairQueue(1, MAX_INSIDE),
      inside: 0,
      ofParty: new Map(),
    }
    const ofParty = lane.ofParty.get(party) ?? 0
    if (this.inside >= MAX_WAITING_IN_ALL || lane.inside >= MAX_INSIDE || ofParty >= MAX_OF_PARTY)
      throw new DomainError('TOO_MANY_REQUEST', 'too many wrong tokens; wait before the next try', {
        retryAfterSeconds: 1,
      })
    this.lanes.set(network, lane)
    lane.ofParty.set(party, ofParty + 1)
    lane.inside++
    this.inside++
    try {
      return await lane.queue.run(party, async () => {
        await this.wait(PACE_MS)
        return work()
      })
    } finally {
      this.inside--
      const left = lane.ofParty.get(party)! - 1
      if (left > 0) lane.ofParty.set(party, left)
      else lane.ofParty.delete(party)
      if (--lane.inside === 0) this.lanes.delete(network)
    }
  }
}
