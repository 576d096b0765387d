import { RegistryError } from '@berth/registry-client'
import {
  changingRepository,
  PULLS_AT_ONCE,
  projectOf,
  recordClaimedPulls,
  resolveReference,
} from '../artifacts/index.ts'
import { projectFacts, SYSTEM } from '../authorization/index.ts'
import { type Core, isOutOfTime, isUnavailable } from '../context/index.ts'
import { DomainError } from '../errors/index.ts'
import { plainText } from '../plain-text/index.ts'
import { registryClient } from '../registry/index.ts'
import { adopt, follow } from './follow.ts'
import type { StoredEvent } from './model.ts'
import { markDone, markFailed, nextDue, postpone, readDue, takeUndone, withInbox } from './store.ts'

const LANES = 4
const EARLY_MS = 100
const FIRST_DELAY_MS = 1_000
const MAX_DELAY_MS = 30 * 60_000
/** Delays double up to half an hour: this many are most of a day. Then a reconcile has to mend it. */
const MAX_ATTEMPTS = 45
const PING_MS = 5_000
const MAX_ERROR_LENGTH = 500

export interface Drained {
  /** Events that are done; pulls are among them. */
  done: number
  /** Events that failed now and are tried again, or were given up. */
  failed: { event: StoredEvent; error: unknown; givenUp: boolean }[]
  /** Why nothing can be done now: the registry does not answer, or does not let Berth in. */
  registryAway?: unknown
  /** When there is more to do; undefined when the inbox is empty. */
  nextAt: Date | undefined
}

/**
 * Does what the inbox holds and what is due, on one node at a time. An event that fails is tried again later and later;
 * it never holds up those of other repositories. While the registry is away everything waits.
 *
 * @returns undefined when another node is at it
 * @throws errors of the database
 */
export const drainNotifications = (core: Core, signal?: AbortSignal): Promise<Drained | undefined> =>
  withInbox(core, () => drain(core, signal))

async function drain(core: Core, signal: AbortSignal | undefined): Promise<Drained> {
  const drained: Drained = { done: 0, failed: [], nextAt: undefined }
  while (!signal?.aborted && drained.registryAway === undefined) {
    const events = await readDue(core, new Date(core.now()), PULLS_AT_ONCE)
    if (events.length === 0) break
    await new Round(core, drained, signal).run(events)
  }
  drained.nextAt = await nextDue(core)
  return drained
}

/** One batch: repositories side by side, the events of one in their order, pulls at the end in one transaction. */
class Round {
  private readonly pulls: StoredEvent[] = []
  private readonly core: Core
  private readonly drained: Drained
  private readonly signal: AbortSignal | undefined

  constructor(core: Core, drained: Drained, signal: AbortSignal | undefined) {
    this.core = core
    this.drained = drained
    this.signal = signal
  }

  async run(events: readonly StoredEvent[]): Promise<void> {
    const queue = [...Map.groupBy(events, (event) => event.repository).values()]
    await Promise.all(
      Array.from({ length: LANES }, async () => {
        for (let next = queue.shift(); next && !this.ended(); next = queue.shift())
          await this.runRepository(next)
      }),
    )
    await this.countPulls()
  }

  private ended(): boolean {
    return this.signal?.aborted === true || this.drained.registryAway !== undefined
  }

  private async runRepository(events: readonly StoredEvent[]): Promise<void> {
    const { core } = this
    const [first] = events
    // Repositories outside every project are not Berth's.
    const ours = first && (await projectFacts(core, { name: projectOf(first.repository) }))
    const done: number[] = []
    for (const [position, event] of events.entries()) {
      if (this.ended()) break
      try {
        const outcome = ours ? await this.runOne(event) : 'done'
        if (outcome === 'done') done.push(event.id)
        if (outcome === 'early') await postpone(core, [event.id], new Date(core.now() + EARLY_MS))
      } catch (error) {
        // Without a database nothing can be written down: the round ends, and everything is still in the inbox. What is
        // too much for one transaction is too much the next time as well, and the others need not wait for it.
        if (isOfTheDatabase(error) && !isOutOfTime(error)) throw error
        const dueAt = await this.fail(event, error)
        // What stands still for this one stands still for the next in its repository.
        if (dueAt && isUnavailability(error)) {
          await postpone(
            core,
            events.slice(position + 1).map(({ id }) => id),
            dueAt,
          )
          break
        }
      }
    }
    await markDone(core, done, new Date(core.now()))
    this.drained.done += done.length
  }

  private async runOne(event: StoredEvent): Promise<'done' | 'early' | 'counted'> {
    const { core } = this
    const { action, repository, digest } = event
    if (action !== 'pull')
      return changingRepository(core, repository, () => follow(core, event), { adds: action !== 'delete' })
    if (!digest) return 'done'
    // A pull of what the index lacks tells that its push was missed.
    if (!(await resolveReference(core, repository, digest)))
      await changingRepository(core, repository, () => adopt(core, repository, digest))
    this.pulls.push(event)
    return 'counted'
  }

  /** Gives when it is tried again. */
  private async fail(event: StoredEvent, error: unknown): Promise<Date | undefined> {
    const { core, drained } = this
    if (isUnavailability(error) && (await this.registryIsAway())) return undefined
    const attempts = event.attempts + 1
    const givenUp = attempts >= MAX_ATTEMPTS
    const delayMs = Math.min(FIRST_DELAY_MS * 2 ** (attempts - 1), MAX_DELAY_MS)
    const dueAt = givenUp ? undefined : new Date(core.now() + delayMs)
    await markFailed(core, event.id, { error: inWords(error), attempts, dueAt })
    drained.failed.push({ event, error, givenUp })
    return dueAt
  }

  /** Tells a registry that cannot answer anything from one that cannot answer this. */
  private async registryIsAway(): Promise<boolean> {
    try {
      await registryClient(this.core).ping({ signal: AbortSignal.timeout(PING_MS) })
      return false
    } catch (error) {
      this.drained.registryAway ??= error
      return true
    }
  }

  private async countPulls(): Promise<void> {
    try {
      await this.count(this.pulls)
    } catch (error) {
      if (isOfTheDatabase(error)) throw error
      // One of them cannot be counted; the others can.
      for (const pull of this.pulls) await this.count([pull]).catch((cause) => this.fail(pull, cause))
    }
  }

  private async count(events: readonly StoredEvent[]): Promise<void> {
    const { core, drained } = this
    const pulls = events.map((event) => ({ ...event, digest: event.digest!, count: 1, by: pullerOf(event) }))
    const ids = pulls.map(({ id }) => id)
    await recordClaimedPulls(core, pulls, async (tx) => {
      const undone = await takeUndone(core, tx, ids, new Date(core.now()))
      return pulls.filter(({ id }) => undone.has(id))
    })
    drained.done += pulls.length
  }
}

/** Where from, only the registry knows. */
const pullerOf = ({ actor }: StoredEvent) => ({
  actor: SYSTEM,
  origin: { address: '', userAgent: '', requestId: '' },
  actorName: actor || 'anonymous',
  credential: 'registry',
})

const isOfTheDatabase = (error: unknown): boolean =>
  // The registry's failures have causes of the same names.
  !(error instanceof RegistryError || error instanceof DomainError) && isUnavailable(error)

const isUnavailability = (error: unknown): boolean =>
  error instanceof RegistryError || (error instanceof DomainError && error.code === 'UNAVAILABLE')

/** For whoever looks into the inbox; the log has the rest. */
function inWords(error: unknown): string {
  const told = error instanceof RegistryError || error instanceof DomainError
  const words = told ? `${error.code}: ${error.message}` : 'UNKNOWN: it could not be written into the index'
  return plainText(words, MAX_ERROR_LENGTH)
}
