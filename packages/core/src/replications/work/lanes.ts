/** Transfers under way in one process. */
export const PLACES = 24
/** Of one registry in one process: however slow it is, the others have room. */
const PLACES_OF_REGISTRY = PLACES / 2
/** Of all registries together that have not answered lately: whoever is away holds nobody else for a minute at each attempt. */
export const DOUBTFUL_PLACES = PLACES / 2
/**
 * More of them, each for a registry that has none: however many others fall silent together, and before anybody knows of it,
 * one that answers has a place at once.
 */
export const PLACES_OF_FIRSTS = 40
/** After so many failures in a row only one transfer at a time tries whether the registry is back. */
export const DOUBTED_AFTER = 2

export interface Limits {
  /** Of all workers together. */
  maxTransfers: number
  pausedUntil: Date | null
  failuresInRow: number
}
export interface Running {
  all: number
  big: number
}
/** How many more transfers a registry may have. */
export interface Room {
  places: number
  /** At most so many of them big ones, so that small ones pass. */
  bigPlaces: number
}

/** @param running by all workers; @param own by this process */
export function roomOf(
  { maxTransfers, pausedUntil, failuresInRow }: Limits,
  running: Running,
  own: number,
  nowMs: number,
): Room {
  if (pausedUntil !== null && pausedUntil.getTime() > nowMs) return { places: 0, bigPlaces: 0 }
  const limit = failuresInRow >= DOUBTED_AFTER ? 1 : maxTransfers
  const places = Math.max(0, Math.min(limit - running.all, PLACES_OF_REGISTRY - own))
  const bigPlaces = Math.max(0, Math.min(bigPlacesOf({ maxTransfers }) - running.big, places))
  return { places, bigPlaces }
}

/** How many big ones a registry may have at once. */
export const bigPlacesOf = ({ maxTransfers }: Pick<Limits, 'maxTransfers'>): number =>
  Math.max(1, Math.floor(maxTransfers / 2))

interface Waiting {
  registryId: number
  isBig: boolean
}

interface Doubtful {
  /** Registries that may have no more than so many places together, */
  ids: ReadonlySet<number>
  places: number
  /** each one beside them, since it was not heard of for want of being asked, unless it has failed. */
  failing: ReadonlySet<number>
}

/**
 * Which of those that wait begin: one of each queue in turn, as long as there is room at their registries.
 *
 * @param queues one for each policy, in their order
 * @param free places of this process; below 0: so many of those for firsts are taken
 * @param own how many each registry has of the others
 */
export function choose<T extends Waiting>(
  queues: readonly (readonly T[])[],
  rooms: ReadonlyMap<number, Room>,
  free: number,
  own: ReadonlyMap<number, number> = new Map(),
  doubtful: Doubtful = { ids: new Set(), places: 0, failing: new Set() },
): T[] {
  let doubtfulPlaces = doubtful.places
  const held = new Map(own)
  const left = new Map([...rooms].map(([id, room]) => [id, { ...room }]))
  const waiting = queues.map((queue) => [...queue])
  const chosen: T[] = []
  const next = (queue: T[]): T | undefined => {
    for (let one = queue.shift(); one; one = queue.shift()) {
      const { registryId } = one
      const room = left.get(registryId)
      const ofOwn = held.get(registryId) ?? 0
      const isCounted = doubtful.ids.has(registryId) && (ofOwn > 0 || doubtful.failing.has(registryId))
      if (!room || room.places === 0 || (isCounted && doubtfulPlaces <= 0)) return undefined
      if (ofOwn > 0 && chosen.length >= free) return undefined
      if (one.isBig && room.bigPlaces === 0) continue
      room.places--
      held.set(registryId, ofOwn + 1)
      if (isCounted) doubtfulPlaces--
      if (one.isBig) room.bigPlaces--
      return one
    }
    return undefined
  }
  const most = free + PLACES_OF_FIRSTS
  for (let any = true; any && chosen.length < most; ) {
    any = false
    for (const queue of waiting) {
      const one = chosen.length < most ? next(queue) : undefined
      if (one) chosen.push(one)
      any ||= one !== undefined
    }
  }
  return chosen
}
