import type { Core } from '../../context/index.ts'
import { claimTaskWithin } from '../../executions/index.ts'
import { readRegistriesById } from '../../registries/index.ts'
import { choose, type Room, roomOf } from './lanes.ts'
import { type Claimed, LEASE_MS, type Transfer } from './model.ts'
import { inTurnOfAll, readDue, readRunning, readWaiting, writeDue } from './store.ts'

/**
 * Takes up what is due, as much as there is room for. One worker at a time looks, so that the limits of a registry hold
 * over all of them.
 *
 * @param own what this process has under way, by registry
 */
export async function claimTransfers(
  core: Core,
  own: ReadonlyMap<number, number>,
  places: number,
): Promise<Claimed[]> {
  if (places <= 0 || (await readWaiting(core, new Date(core.now()))).length === 0) return []
  return (await inTurnOfAll(core, () => claim(core, own, places))) ?? []
}

async function claim(core: Core, own: ReadonlyMap<number, number>, places: number): Promise<Claimed[]> {
  const nowMs = core.now()
  const now = new Date(nowMs)
  const waiting = await readWaiting(core, now)
  const running = await readRunning(core, now)
  const registries = await readRegistriesById(core, [...new Set(waiting.map((row) => row.registry_id))])
  const rooms = new Map<number, Room>(
    registries.map((registry) => [
      registry.id,
      roomOf(registry, running.get(registry.id) ?? { all: 0, big: 0 }, own.get(registry.id) ?? 0, nowMs),
    ]),
  )
  const queues: Transfer[][] = []
  for (const { registry_id: registryId, policy_id: policyId } of shuffled(waiting)) {
    const room = rooms.get(registryId)
    if (!room || room.places === 0) continue
    const [big, small] = [
      await readDue(core, { registryId, policyId, isBig: true }, now, room.bigPlaces),
      await readDue(core, { registryId, policyId, isBig: false }, now, room.places),
    ]
    queues.push(inTurn(big, small))
  }
  const claimed: Claimed[] = []
  for (const transfer of choose(queues, rooms, places)) {
    const held = await core.db.transaction(async (tx) => {
      const held = await claimTaskWithin(core, tx, transfer.taskId, LEASE_MS)
      if (held) await writeDue(tx, transfer.taskId, new Date(core.now() + LEASE_MS))
      return held
    })
    // Stopped or gone a moment ago.
    if (!held) continue
    const { stopAsked, ...claim } = held
    claimed.push({ transfer, claim, stopAsked })
  }
  return claimed
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
