import { expect, it } from 'vitest'
import { shownOf } from './shown.ts'

let count = 0
const lineOf = (to: number, status?: 'Running' | 'Error' | 'Stopped' | 'Success', enabled = true) => ({
  policy: { id: ++count, enabled },
  ...{ from: 0, to },
  last: status && { status },
})

it('up to twenty lines of a registry all are shown, in their order', () => {
  const lines = Array.from({ length: 40 }, (_, n) => lineOf(1 + (n % 2), 'Success'))
  expect(shownOf(lines)).toEqual({ shown: lines, leftOut: new Map() })
})

it('of more the most urgent are, and it is said how many of which registry are not', () => {
  const good = Array.from({ length: 2_000 }, () => lineOf(1, 'Success'))
  const off = lineOf(1, 'Error', false)
  const urgent = [lineOf(1, 'Stopped'), lineOf(1, 'Running', false), lineOf(1, 'Error')]
  const other = lineOf(2)
  const { shown, leftOut } = shownOf([...good, off, ...urgent, other])
  expect(shown).toEqual([...good.slice(0, 17), ...urgent, other])
  expect(leftOut).toEqual(new Map([[1, 1_984]]))
})

it('no map has more than a thousand; every registry has one before any has a second', () => {
  const twice = Array.from({ length: 1_200 }, (_, n) => lineOf(1 + (n % 600), 'Success'))
  const { shown, leftOut } = shownOf(twice)
  expect(shown).toHaveLength(1_000)
  expect(new Set(shown.map(({ to }) => to)).size).toBe(600)
  expect([...leftOut.values()]).toEqual(Array.from({ length: 200 }, () => 1))
})
