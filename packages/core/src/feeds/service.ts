import type { Actor } from '../authorization/index.ts'
import type { Core } from '../context/index.ts'
import { DomainError } from '../errors/index.ts'
import { Feed, type FeedSource, type Placed } from './feed.ts'

/** Each holds a connection of this process open. */
const MAX_FOLLOWERS = 500
/** Of one account: several browsers with several pages. */
const MAX_OF_ONE = 12
const RETRY_AFTER_SECONDS = 30

interface State {
  feeds: Map<string, Feed<Placed>>
  /** How many follow, by account. */
  followers: Map<string, number>
  total: number
  ended: boolean
}
const states = new WeakMap<Core, State>()
function stateOf(core: Core): State {
  let state = states.get(core)
  if (!state) {
    state = { feeds: new Map(), followers: new Map(), total: 0, ended: false }
    states.set(core, state)
    core.beforeClose(async () => endFeeds(core))
  }
  return state
}

/** This process's feed of that source, made at first use. */
export function feedOf<T extends Placed>(core: Core, source: FeedSource<T>): Feed<T> {
  const { feeds, ended } = stateOf(core)
  let feed = feeds.get(source.name) as Feed<T> | undefined
  if (!feed) {
    feed = new Feed(core, source)
    if (ended) feed.end()
    feeds.set(source.name, feed as unknown as Feed<Placed>)
  }
  return feed
}

/** Ends everybody who follows anything in this process: it is about to end, and they would keep it waiting. */
export function endFeeds(core: Core): void {
  const state = stateOf(core)
  state.ended = true
  for (const feed of state.feeds.values()) feed.end()
}

/** One among those who follow. */
export interface Place {
  /** The following has begun: from now on the place is kept until it is left. */
  keep(): void
  leave(): void
}

/** A client that goes before its answer is sent never begins to follow. */
const BEGIN_WITHIN_MS = 10_000

/**
 * Takes a place before anything is answered; it comes back by itself when the following does not begin.
 *
 * @throws DomainError TOO_MANY_REQUEST, UNAVAILABLE
 */
export function takePlace(core: Core, actor: Actor): Place {
  const state = stateOf(core)
  const key = actor.kind === 'user' || actor.kind === 'robot' ? `${actor.kind} ${actor.id}` : actor.kind
  const own = state.followers.get(key) ?? 0
  const retryAfterSeconds = RETRY_AFTER_SECONDS
  if (own >= MAX_OF_ONE)
    throw new DomainError('TOO_MANY_REQUEST', `one account may follow ${MAX_OF_ONE} times at once`, {
      retryAfterSeconds,
    })
  if (state.total >= MAX_FOLLOWERS || state.ended)
    throw new DomainError('UNAVAILABLE', 'too many people follow here; try again', { retryAfterSeconds })
  state.followers.set(key, own + 1)
  state.total += 1
  let left = false
  const leave = () => {
    clearTimeout(timer)
    if (left) return
    left = true
    state.total -= 1
    const others = state.followers.get(key)! - 1
    if (others > 0) state.followers.set(key, others)
    else state.followers.delete(key)
  }
  const timer = setTimeout(leave, BEGIN_WITHIN_MS).unref()
  return { keep: () => clearTimeout(timer), leave }
}
