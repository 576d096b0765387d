import type { Actor } from '../authorization/index.ts'
import type { Core } from '../context/index.ts'
import { DomainError } from '../errors/index.ts'
import { Feed, type FeedSource, type Placed } from './feed.ts'

export type PlaceKind = 'follow' | 'export'

/** Each holds a connection of this process open, and one account may have several browsers with several pages. */
const LIMITS: Record<PlaceKind, { ofOne: number; inAll: number; told: string; full: string }> = {
  follow: { ofOne: 12, inAll: 500, told: 'follow', full: 'too many people follow here' },
  // Each reads the log from its beginning to its end.
  export: { ofOne: 2, inAll: 8, told: 'export', full: 'too many exports are under way here' },
}
const RETRY_AFTER_SECONDS = 30

interface State {
  feeds: Map<string, Feed<Placed>>
  /** How many places are taken of each kind, and by each account. */
  taken: Map<string, number>
  ended: boolean
}
const states = new WeakMap<Core, State>()
function stateOf(core: Core): State {
  let state = states.get(core)
  if (!state) {
    state = { feeds: new Map(), taken: new Map(), ended: false }
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

/** One among those who follow or export. */
export interface Place {
  /** It has begun: from now on the place is kept until it is left. */
  keep(): void
  leave(): void
}

/** A client that goes before its answer is sent never begins. */
const BEGIN_WITHIN_MS = 10_000

/**
 * Takes a place before anything is answered; it comes back by itself when what it is for does not begin.
 *
 * @throws DomainError TOO_MANY_REQUEST, UNAVAILABLE
 */
export function takePlace(core: Core, actor: Actor, kind: PlaceKind = 'follow'): Place {
  const { taken, ended } = stateOf(core)
  const who = actor.kind === 'user' || actor.kind === 'robot' ? `${actor.kind} ${actor.id}` : actor.kind
  const own = `${kind} ${who}`
  const { ofOne, inAll, told, full } = LIMITS[kind]
  const retryAfterSeconds = RETRY_AFTER_SECONDS
  if ((taken.get(own) ?? 0) >= ofOne)
    throw new DomainError('TOO_MANY_REQUEST', `one account may ${told} ${ofOne} times at once`, {
      retryAfterSeconds,
    })
  if ((taken.get(kind) ?? 0) >= inAll || ended)
    throw new DomainError('UNAVAILABLE', `${full}; try again`, { retryAfterSeconds })
  const add = (key: string, by: number) => {
    const count = (taken.get(key) ?? 0) + by
    if (count > 0) taken.set(key, count)
    else taken.delete(key)
  }
  add(own, 1)
  add(kind, 1)
  let left = false
  const leave = () => {
    clearTimeout(timer)
    if (left) return
    left = true
    add(own, -1)
    add(kind, -1)
  }
  const timer = setTimeout(leave, BEGIN_WITHIN_MS).unref()
  return { keep: () => clearTimeout(timer), leave }
}
