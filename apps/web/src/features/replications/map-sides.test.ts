import { expect, it } from 'vitest'
import { sidesOf, stateOf } from './map-sides.ts'

const registry = (id: number) => ({ id, name: `r${id}`, type: 'berth', url: '', status: 'healthy' })
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
    registries: [0, 1, 2, 3, 4].map(registry),
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

it.each([
  [{}, 'never'],
  [{ enabled: false }, 'off'],
  [{ status: 'Succeed' }, 'good'],
  [{ status: 'Failed' }, 'failed'],
  [{ status: 'Stopped' }, 'stopped'],
  [{ status: 'InProgress', enabled: false }, 'running'],
  [{ status: 'Failed', enabled: false }, 'off'],
])('%j is %s', ({ status, enabled = true }: { status?: string; enabled?: boolean }, state) => {
  const last = status && { last_execution: { id: 1, status, start_time: '', failed: 0, bytes_total: 0 } }
  expect(stateOf({ ...line(1, 0, 1), enabled, ...(last || {}) })).toBe(state)
})
