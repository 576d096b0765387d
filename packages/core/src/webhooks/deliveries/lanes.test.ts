import { expect, it } from 'vitest'
import { Lanes } from './lanes.ts'

/** Begins what has room, and says how many that were. */
function fill(lanes: Lanes, wheres: { host: string; projectId: number }[]) {
  return wheres.flatMap((where) => (lanes.hasRoom(where) ? [lanes.begin(where)] : []))
}
const silent = (projectId: number, count = 200) =>
  Array.from({ length: count }, (_, n) => ({ host: `silent${projectId}-${n}`, projectId }))

it('a project with many silent targets has few places, and they are named busy', () => {
  const lanes = new Lanes()
  expect(fill(lanes, silent(1))).toHaveLength(8)
  expect(lanes.busy()).toEqual({ hosts: [], projects: [], unproven: [1], provenHosts: [] })
  expect(lanes.hasRoom({ host: 'good', projectId: 2 })).toBe(true)
})

it('however many projects have silent targets, who answered before has room', () => {
  const lanes = new Lanes()
  lanes.begin({ host: 'good', projectId: 1000 })('reached')
  for (let projectId = 0; projectId < 100; projectId++) fill(lanes, silent(projectId))
  expect(lanes.full).toBe(false)
  expect(lanes.busy()).toMatchObject({ unproven: 'all', provenHosts: ['good'] })
  expect(lanes.hasRoom({ host: 'new', projectId: 1000 })).toBe(false)
  expect(fill(lanes, Array(10).fill({ host: 'good', projectId: 1000 }))).toHaveLength(6)
  expect(lanes.busy().hosts).toEqual(['good'])
})

it('a host that keeps silent loses its places until it answers, and gives back what it had', () => {
  const lanes = new Lanes()
  const where = { host: 'one', projectId: 1 }
  const many = Array(10).fill(where)
  const first = fill(lanes, many)
  expect(first).toHaveLength(2)
  for (const leave of first) leave('reached')
  const second = fill(lanes, many)
  expect(second).toHaveLength(6)
  for (const leave of second) leave('unreachable')
  const third = fill(lanes, many)
  expect(third).toHaveLength(1)
  third[0]!('unknown')
  expect(fill(lanes, many)).toHaveLength(1)
})

it('a project whose targets all answer leaves places to others', () => {
  const lanes = new Lanes()
  const hosts = Array.from({ length: 30 }, (_, n) => ({ host: `good${n}`, projectId: 1 }))
  for (const where of hosts) lanes.begin(where)('reached')
  expect(fill(lanes, hosts)).toHaveLength(24)
  expect(lanes.busy().projects).toEqual([1])
})
