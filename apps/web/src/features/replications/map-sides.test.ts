import { expect, it } from 'vitest'
import { DRAWN, sidesOf, stateOf } from './map-sides.ts'

const registry = (id: number, more_lines = 0) => ({
  ...{ id, name: `r${id}`, type: 'berth', url: '', status: 'healthy' },
  more_lines,
})
const line = (policy_id: number, from: number, to: number) => ({
  policy_id,
  policy_name: `p${policy_id}`,
  from,
  to,
  mirror: false,
  trigger: 'manual',
  enabled: true,
})

it('every registry stands once, where its lines begin or end', () => {
  const { left, right, idle } = sidesOf({
    registries: [0, 1, 2, 3, 4].map((id) => registry(id)),
    lines: [line(1, 1, 0), line(2, 0, 2), line(3, 0, 3), line(4, 3, 0), line(5, 0, 2)],
  })
  const shown = (side: typeof left) =>
    side.map(({ registry: { id }, lines }) => [id, lines.map((l) => l.policy_id)])
  expect(shown(left)).toEqual([
    [1, [1]],
    [3, [3, 4]],
  ])
  expect(shown(right)).toEqual([[2, [2, 5]]])
  expect(idle.map(({ id }) => id)).toEqual([4])
})

it('of more than can be drawn what failed is drawn, and it is said how much is not', () => {
  const failed = { last_execution: { id: 1, status: 'Failed', start_time: '', failed: 1, bytes_total: 0 } }
  const ids = Array.from({ length: DRAWN.neighbours + 3 }, (_, n) => n + 1)
  const lines = [
    ...ids.map((id) => line(id, 0, id)),
    ...Array.from({ length: DRAWN.lines }, (_, n) => line(100 + n, 0, ids.at(-1)!)),
    { ...line(200, 0, ids.at(-1)!), ...failed },
  ]
  const { right, hidden } = sidesOf({ registries: ids.map((id) => registry(id)), lines })
  expect(right).toHaveLength(DRAWN.neighbours)
  expect(hidden).toBe(3)
  expect(right[0]).toMatchObject({ registry: { id: ids.at(-1) }, more: 2 })
  expect(right[0]!.lines).toHaveLength(DRAWN.lines)
  expect(right[0]!.lines[0]!.policy_id).toBe(200)
})

it('lines that the answer leaves out are counted, and their registries are not called idle', () => {
  const registries = [registry(0), registry(1, 30), registry(2, 1)]
  const { left, idle, hidden, beside } = sidesOf({ registries, lines: [line(1, 1, 0)] })
  expect(left).toMatchObject([{ registry: { id: 1 }, more: 30 }])
  expect([idle, hidden, beside]).toEqual([[], 0, 1])
})

it('registries without a line for which there is no room are not said to stand in a table of lines', () => {
  const ids = Array.from({ length: DRAWN.neighbours + 2 }, (_, n) => n + 1)
  const { idle, hidden, beside } = sidesOf({ registries: ids.map((id) => registry(id)), lines: [] })
  expect([idle.length, hidden, beside]).toEqual([DRAWN.neighbours, 0, 2])
})

it.each([
  [{}, 'never'],
  [{ enabled: false }, 'off'],
  [{ status: 'Succeed' }, 'good'],
  [{ status: 'Failed' }, 'failed'],
  [{ status: 'Stopped' }, 'stopped'],
  [{ status: 'InProgress', enabled: false }, 'running'],
  [{ status: 'Failed', enabled: false }, 'off'],
  [{ status: 'InProgress', paused_until: '2026-11-22T03:00:00Z' }, 'waiting'],
])(
  '%j is %s',
  ({ enabled = true, ...run }: { status?: string; paused_until?: string; enabled?: boolean }, state) => {
    const { status } = run
    const last = status && {
      last_execution: { id: 1, start_time: '', failed: 0, bytes_total: 0, ...run, status },
    }
    expect(stateOf({ ...line(1, 0, 1), enabled, ...(last || {}) })).toBe(state)
  },
)
