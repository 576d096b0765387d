import { expect, test } from 'vitest'
import { type RowOutcome, runRows } from './run-rows.ts'

const numbers = (count: number) => Array.from({ length: count }, (_, index) => index)

function recorder() {
  const outcomes = new Map<number, RowOutcome>()
  return { outcomes, onChange: (row: number, outcome: RowOutcome) => void outcomes.set(row, outcome) }
}

test('every row is done once, never more at once than allowed', async () => {
  const { outcomes, onChange } = recorder()
  let under = 0
  let most = 0
  const run = async () => {
    under += 1
    most = Math.max(most, under)
    await Promise.resolve()
    under -= 1
  }
  await runRows(numbers(50), { atOnce: 4, signal: new AbortController().signal, run, onChange })
  expect(most).toBe(4)
  expect([...outcomes.values()]).toEqual(numbers(50).map(() => ({ state: 'done' })))
})

test('a row that fails keeps its error and stops no other', async () => {
  const { outcomes, onChange } = recorder()
  const error = new Error('refused')
  const run = (row: number) => (row === 1 ? Promise.reject(error) : Promise.resolve())
  await runRows(numbers(3), { atOnce: 1, signal: new AbortController().signal, run, onChange })
  expect([...outcomes]).toEqual([
    [0, { state: 'done' }],
    [1, { state: 'failed', error }],
    [2, { state: 'done' }],
  ])
})

test('after a stop no row is begun, and what was under way has its outcome', async () => {
  const { outcomes, onChange } = recorder()
  const stop = new AbortController()
  const run = async (row: number) => {
    await Promise.resolve()
    if (row === 1) stop.abort()
  }
  await runRows(numbers(100), { atOnce: 4, signal: stop.signal, run, onChange })
  expect(outcomes.size).toBeLessThanOrEqual(8)
  expect([...outcomes.values()].every(({ state }) => state === 'done')).toBe(true)
})

test('no rows are no work', async () => {
  const { outcomes, onChange } = recorder()
  await runRows([], { atOnce: 4, signal: new AbortController().signal, run: Promise.reject, onChange })
  expect(outcomes.size).toBe(0)
})
