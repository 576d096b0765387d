import { expect, it } from 'vitest'
import { choose, type Limits, PLACES, PLACES_OF_FIRSTS, roomOf } from './lanes.ts'

const NOW_MS = 1_000_000
const limits = (change: Partial<Limits> = {}): Limits => ({
  maxTransfers: 6,
  pausedUntil: null,
  failuresInRow: 0,
  ...change,
})
const idle = { all: 0, big: 0 }
const transfers = (registryId: number, policyId: number, count: number, isBig = false) =>
  Array.from({ length: count }, (_, n) => ({ registryId, policyId, isBig, n }))

it('a registry has as many places as it is given, over all workers, and half of them for big transfers', () => {
  expect(roomOf(limits(), idle, 0, NOW_MS)).toEqual({ places: 6, bigPlaces: 3 })
  expect(roomOf(limits(), { all: 4, big: 3 }, 1, NOW_MS)).toEqual({ places: 2, bigPlaces: 0 })
  expect(roomOf(limits(), { all: 9, big: 5 }, 1, NOW_MS)).toEqual({ places: 0, bigPlaces: 0 })
  expect(roomOf(limits({ maxTransfers: 1 }), idle, 0, NOW_MS)).toEqual({ places: 1, bigPlaces: 1 })
  expect(roomOf(limits({ maxTransfers: 100 }), idle, 0, NOW_MS).places).toBe(PLACES / 2)
})

it('one that is paused gets nothing, and one that failed in a row a single attempt', () => {
  const at = (ms: number) => limits({ pausedUntil: new Date(ms) })
  expect(roomOf(at(NOW_MS + 1), idle, 0, NOW_MS).places).toBe(0)
  expect(roomOf(at(NOW_MS), idle, 0, NOW_MS).places).toBe(6)
  expect(roomOf(limits({ failuresInRow: 3 }), idle, 0, NOW_MS).places).toBe(1)
  expect(roomOf(limits({ failuresInRow: 3 }), { all: 1, big: 0 }, 0, NOW_MS).places).toBe(0)
})

it('policies take turns, a full registry holds nobody else, and small ones pass big ones', () => {
  const rooms = new Map([
    [1, { places: 0, bigPlaces: 0 }],
    [2, { places: 4, bigPlaces: 1 }],
    [3, { places: 2, bigPlaces: 2 }],
  ])
  const queues = [
    transfers(1, 1, 50),
    [...transfers(2, 2, 5, true), ...transfers(2, 2, 5)],
    transfers(2, 3, 2),
    transfers(3, 4, 9),
  ]
  const chosen = choose(queues, rooms, 20)
  expect(chosen.map(({ policyId, isBig }) => `${policyId}${isBig ? ' big' : ''}`)).toEqual([
    '2 big',
    '3',
    '4',
    '2',
    '3',
    '4',
  ])
  expect(choose(queues, rooms, 3).map(({ policyId }) => policyId)).toEqual([2, 3, 4])
})

const all = (...ids: number[]) => new Map(ids.map((id) => [id, { places: 12, bigPlaces: 6 }]))
const counts = (chosen: { registryId: number }[], ...ids: number[]) =>
  ids.map((id) => chosen.filter(({ registryId }) => registryId === id).length)

it('registries of which nothing was heard lately have one place each and so many more together', () => {
  const rooms = new Map([1, 2, 3].map((id) => [id, { places: 6, bigPlaces: 3 }]))
  const queues = [transfers(1, 1, 9), transfers(2, 2, 9), transfers(3, 3, 9)]
  const count = (places: number, failing: number[] = [], own: [number, number][] = []) => {
    const doubtful = { ids: new Set([1, 2]), places, failing: new Set(failing) }
    return counts(choose(queues, rooms, 24, new Map(own), doubtful), 1, 2, 3)
  }
  expect(count(5)).toEqual([4, 3, 6])
  expect(count(0)).toEqual([1, 1, 6])
  expect(count(-2)).toEqual([1, 1, 6])
  expect(count(0, [], [[1, 1]])).toEqual([0, 1, 6])
  // What has failed was asked.
  expect(count(0, [1])).toEqual([0, 1, 6])
  expect(count(1, [1, 2])).toEqual([1, 0, 6])
})

it('a registry that has nothing under way begins beside all places, one transfer, however they are held', () => {
  const busy = [transfers(1, 1, 30), transfers(2, 2, 30)]
  const first = choose(busy, all(1, 2), PLACES)
  expect(counts(first, 1, 2)).toEqual([12, 12])
  const own = new Map([
    [1, 12],
    [2, 12],
  ])
  const rooms = all(1, 2, 3, 4)
  const rest = choose([...busy, transfers(3, 3, 30), transfers(4, 4, 30)], rooms, 0, own)
  expect(counts(rest, 1, 2, 3, 4)).toEqual([0, 0, 1, 1])
  const many = Array.from({ length: 100 }, (_, n) => n + 1)
  const queues = many.map((id) => transfers(id, id, 5))
  expect(choose(queues, all(...many), PLACES)).toHaveLength(PLACES + PLACES_OF_FIRSTS)
  expect(choose(queues, all(...many), 1 - PLACES_OF_FIRSTS)).toHaveLength(1)
  expect(choose(queues, all(...many), -PLACES_OF_FIRSTS)).toEqual([])
  // What has failed is counted among what has.
  const failing = { ids: new Set([3]), places: 0, failing: new Set([3]) }
  expect(counts(choose([transfers(3, 3, 30)], rooms, 0, own, failing), 3)).toEqual([0])
})
