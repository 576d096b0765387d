import type { Core } from '../../context/index.ts'
import { changeTask, claimTasksWithin } from '../../executions/index.ts'
import { Gatherings } from '../../gathering/index.ts'
import { type Registry, readRegistriesById } from '../../registries/index.ts'
import { isAlive } from './alive.ts'
import { noteTurn } from './due/missed.ts'
import { inTurnOfAll, readDue, readNext, readRunning, readWaiting } from './due/store.ts'
import { choose, DOUBTFUL_PLACES, PLACES, PLACES_OF_FIRSTS, type Room, roomOf } from './lanes.ts'
import { type Claimed, LEASE_MS, MAX_LOST, type Transfer } from './model.ts'
import { addLost, forgetDue, writeDue } from './store.ts'

type Waiting = Awaited<ReturnType<typeof readWaiting>>[number]
/** Who waited for which registry at the last look: to ask anew for each transfer costs more the more there are. */
const waitingAt = new WeakMap<Core, Map<number, Waiting[]>>()

/**
 * Takes up what is due, as much as there is room for. One worker at a time looks, so that the limits of a registry hold
 * over all of them.
 *
 * @param own what this process has under way, by registry
 * @param free places that it has; below 0 when registries that had none began beside them
 * @returns `waiting`: something was due, whether or not there was room for it; `problem`: why nobody begins anything
 */
export async function claimTransfers(
  core: Core,
  own: ReadonlyMap<number, number>,
  free: number,
): Promise<{ waiting: boolean; claimed: Claimed[]; problem?: Error }> {
  if (free + PLACES_OF_FIRSTS <= 0) return { waiting: true, claimed: [] }
  const waiting = await readWaiting(core, new Date(core.now()))
  waitingAt.set(
    core,
    Map.groupBy(waiting, (row) => row.registry_id),
  )
  if (waiting.length === 0) {
    noteTurn(core, true)
    return { waiting: false, claimed: [] }
  }
  const claimed = await inTurnOfAll(core, () => claim(core, own, free))
  const problem = noteTurn(core, claimed !== undefined)
  return { waiting: true, claimed: claimed ?? [], ...(problem && { problem }) }
}

const ROOM_OF_NONE: Room = { places: PLACES, bigPlaces: PLACES }

async function claim(core: Core, own: ReadonlyMap<number, number>, free: number): Promise<Claimed[]> {
  const nowMs = core.now()
  const now = new Date(nowMs)
  const waiting = await readWaiting(core, now)
  const running = await readRunning(core, now)
  const registries = await readRegistriesById(core, [...new Set(waiting.map((row) => row.registry_id))])
  // What was for a registry that is gone is taken up as well: to be ended.
  const rooms = new Map<number, Room>(waiting.map((row) => [row.registry_id, ROOM_OF_NONE]))
  for (const registry of registries) {
    const { id } = registry
    rooms.set(id, roomOf(registry, running.get(id) ?? { all: 0, big: 0 }, own.get(id) ?? 0, nowMs))
  }
  const doubtful = doubtfulOf(core, registries, own)
  const queues: Transfer[][] = []
  // Each takes its turn: where as many policies have something as there are places, no other would come to one at this look.
  const offering = new Map<number, number>()
  for (const { registry_id: registryId, policy_id: policyId } of shuffled(waiting)) {
    const room = rooms.get(registryId)!
    const offers = offering.get(registryId) ?? 0
    if (offers >= room.places) continue
    const [big, small] = [
      await readDue(core, { registryId, policyId, isBig: true }, now, room.bigPlaces),
      await readDue(core, { registryId, policyId, isBig: false }, now, room.places),
    ]
    // Where big ones have no places they were not asked for.
    if (big.length + small.length === 0 && room.bigPlaces > 0)
      await forgetDue(core, { registryId, policyId }, now)
    if (small.length > 0) offering.set(registryId, offers + 1)
    queues.push(inTurn(big, small))
  }
  return claimAll(core, choose(queues, rooms, free, own, doubtful))
}

/** Those that have failed or not answered lately, and how many more places they may have together beside the first of each. */
function doubtfulOf(
  core: Core,
  registries: readonly Registry[],
  own: ReadonlyMap<number, number>,
): Parameters<typeof choose>[4] {
  const ids = new Set([...own.keys(), ...registries.map(({ id }) => id)].filter((id) => !isAlive(core, id)))
  const failing = new Set(
    registries
      .filter(({ failuresInRow, status }) => failuresInRow > 0 || status === 'unhealthy')
      .map(({ id }) => id),
  )
  for (const id of failing) ids.add(id)
  const held = [...ids].reduce((sum, id) => {
    const beside = failing.has(id) ? 0 : 1
    return sum + Math.max(0, (own.get(id) ?? 0) - beside)
  }, 0)
  return { ids, failing, places: DOUBTFUL_PLACES - held }
}

/** Without those that were stopped or are gone since they were read, or that somebody else has. */
async function claimAll(core: Core, transfers: readonly Transfer[]): Promise<Claimed[]> {
  if (transfers.length === 0) return []
  const byTask = new Map(transfers.map((transfer) => [transfer.taskId, transfer]))
  const claimed = await core.db.transaction(async (tx) => {
    const held = await claimTasksWithin(core, tx, [...byTask.keys()], LEASE_MS)
    const dueAt = new Date(core.now() + LEASE_MS)
    await writeDue(
      tx,
      held.map(({ taskId }) => taskId),
      dueAt,
    )
    const claimed: (Claimed & { tookOver: boolean })[] = []
    for (const { taskId, run, stopAsked, tookOver } of held) {
      const lost = tookOver ? await addLost(tx, taskId) : 0
      claimed.push({ transfer: byTask.get(taskId)!, claim: { taskId, run }, stopAsked, lost, tookOver })
    }
    return claimed
  })
  for (const { claim, lost } of claimed.filter(({ tookOver }) => tookOver)) {
    const words = `nothing was heard of its worker for ${LEASE_MS / 1_000} seconds: another one goes on (${lost} of ${MAX_LOST} times)`
    await changeTask(core, claim, { log: `${new Date(core.now()).toISOString()} ${words}\n` })
  }
  return claimed
}

const AT_ONCE = 16
const nextsOf = new WeakMap<Core, Gatherings<string, Transfer, Claimed | undefined>>()

/**
 * One that takes the place of another, which has nothing to do any more but to write its end. No limit changes by it, so
 * nobody has to be asked; and while the other still counts, never are more under way than may be. Places that become free
 * together are filled together. Undefined: a look at everything that waits has to decide, as where other policies wait for
 * the same registry.
 */
export async function claimNext(core: Core, ended: Transfer): Promise<Claimed | undefined> {
  const { registryId, policyId, isBig } = ended
  const waiting = waitingAt.get(core)?.get(registryId) ?? []
  if (waiting.some((row) => row.policy_id !== policyId)) return undefined
  return (nextsOf.get(core) ?? openNexts(core)).run(`${registryId} ${policyId} ${isBig}`, ended)
}

function openNexts(core: Core): Gatherings<string, Transfer, Claimed | undefined> {
  const nexts = new Gatherings<string, Transfer, Claimed | undefined>(AT_ONCE, (_key, ended) =>
    claimNexts(core, ended),
  )
  nextsOf.set(core, nexts)
  return nexts
}

// Others whose transfers end look at the same ones.
const CANDIDATES = 8

async function claimNexts(core: Core, places: readonly Transfer[]): Promise<(Claimed | undefined)[]> {
  const found = await readNext(core, places[0]!, new Date(core.now()), places.length + CANDIDATES)
  const claimed = await claimAll(core, shuffled(found).slice(0, places.length))
  return places.map((_, n) => claimed[n])
}

/** Nobody is always the first. */
const shuffled = <T>(items: readonly T[]): T[] =>
  items
    .map((item) => ({ item, order: Math.random() }))
    .sort((one, other) => one.order - other.order)
    .map(({ item }) => item)

/** One of each as long as there are both. */
const inTurn = <T>(one: readonly T[], other: readonly T[]): T[] =>
  Array.from({ length: Math.max(one.length, other.length) }).flatMap((_, n) =>
    [one[n], other[n]].filter((item) => item !== undefined),
  )
