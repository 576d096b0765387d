import { expect, it } from 'vitest'
import { noteTurn } from './missed.ts'

it('that no look has its turn is said after a minute, once in each, until one has', () => {
  let seconds = 0
  const core = { now: () => seconds * 1_000 }
  const saidAt = (hadTurn: (second: number) => boolean, until: number) => {
    const said: number[] = []
    for (; seconds <= until; seconds++) if (noteTurn(core, hadTurn(seconds))) said.push(seconds)
    return said
  }
  expect(saidAt((second) => second === 50, 140)).toEqual([111])
  expect(saidAt(() => false, 240)).toEqual([171, 231])
  expect(saidAt(() => true, 400)).toEqual([])
})
