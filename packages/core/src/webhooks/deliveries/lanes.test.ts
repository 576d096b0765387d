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

it('projects whose targets all answer, but slowly, leave places to one that holds none, and those go round', () => {
  const lanes = new Lanes()
  const slow = (projectId: number) =>
    Array.from({ length: 30 }, (_, n) => ({ host: `slow${projectId}-${n}`, projectId }))
  const projects = Array.from({ length: 40 }, (_, n) => n + 1)
  for (const where of projects.flatMap(slow)) lanes.begin(where)('reached')
  expect(fill(lanes, [1, 2, 3, 4, 5, 6].flatMap(slow))).toHaveLength(113)
  const mine = { host: 'mine', projectId: 1000 }
  expect(lanes.hasRoom(mine)).toBe(true)
  expect(lanes.busy().projects).toEqual([1, 2, 3, 4, 5, 6])
  const others = fill(lanes, projects.flatMap(slow))
  expect([others.length, lanes.full]).toEqual([15, true])
  others[0]!('reached')
  // Whoever gave the place back holds none any more, and comes behind those that had no turn yet.
  const [first, second] = lanes.looks()
  expect([first!.projects.includes(7), second!.projects.includes(7)]).toEqual([true, false])
  expect(first!.projects).not.toContain(1000)
  expect(lanes.hasRoom(mine)).toBe(true)
})

it('projects whose targets keep silent leave places to hosts that are not known yet', () => {
  const lanes = new Lanes()
  for (let projectId = 0; projectId < 14; projectId++) fill(lanes, silent(projectId))
  expect(lanes.hasRoom({ host: 'new', projectId: 1000 })).toBe(true)
  expect(lanes.hasRoom({ host: 'new', projectId: 0 })).toBe(false)
})
