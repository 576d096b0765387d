import { expect, it } from 'vitest'
import { type Line, renderTable } from './table.ts'

const line: Line = {
  part: 'tokens',
  what: 'token, anonymous',
  berth: '700/s',
  against: '1000/s',
  ratio: { median: 0.7, min: 0.65, max: 0.72 },
  goal: { atLeast: 0.6 },
}

const cellsOf = (text: string, row: number) =>
  text
    .split('\n')
    [row]!.split('|')
    .map((cell) => cell.trim())

it('shows the ratio, its spread over the rounds, the goal and that it is met', () => {
  expect(cellsOf(renderTable([line]), 2)).toEqual([
    '',
    'token, anonymous',
    '700/s',
    '1000/s',
    '0.70',
    '0.65–0.72',
    '≥ 0.60',
    'met',
    '',
    '',
  ])
})

it('names a missed goal, in either direction', () => {
  const missed = { ...line, goal: { atLeast: 0.8 } }
  const slow = { ...line, goal: { atMost: 0.5 } }
  const text = renderTable([missed, slow])
  expect(cellsOf(text, 2)[7]).toBe('MISSED')
  expect(cellsOf(text, 3)[7]).toBe('MISSED')
})

it('says nothing of goals where there is none', () => {
  expect(cellsOf(renderTable([{ part: 'starts', what: 'warm start', berth: '3.1 s' }]), 2)[7]).toBe('')
})

it('calls a goal missed when nothing was measured', () => {
  const text = renderTable([{ part: 'tokens', what: 'x', berth: '–', goal: { atLeast: 1 } }])
  expect(cellsOf(text, 2)[7]).toBe('MISSED')
})

it('lines its columns up', () => {
  const text = renderTable([
    line,
    { part: 'memory', what: 'memory of the gateway, at rest', berth: '80 MiB' },
  ])
  expect(new Set(text.split('\n').map((row) => [...row].length)).size).toBe(1)
})
