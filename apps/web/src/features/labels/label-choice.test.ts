import { describe, expect, it } from 'vitest'
import { type Choice, changesFor, stateOf, toggled } from './label-choice.ts'

const none: Choice = new Map()
const both = { labels: [{ id: 1 }, { id: 2 }] }
const first = { labels: [{ id: 1 }] }
const artifacts = [both, first, { labels: [{ id: 1 }] }]

describe('a tick', () => {
  it.each([
    [1, 'all'],
    [2, 'some'],
    [3, 'none'],
  ] as const)('shows how many carry label %i: %s', (id, state) => {
    expect(stateOf(artifacts, none, id)).toBe(state)
  })

  it('goes from some to all, to none, and back', () => {
    const states: string[] = []
    let choice = none
    for (let press = 0; press < 3; press += 1) {
      choice = toggled(artifacts, choice, 2)
      states.push(stateOf(artifacts, choice, 2))
    }
    expect(states).toEqual(['all', 'none', 'some'])
    expect(choice.size).toBe(0)
  })

  it.each([1, 3])('pressed twice leaves label %i as it was', (id) => {
    const once = toggled(artifacts, none, id)
    expect(once.size).toBe(1)
    expect(toggled(artifacts, once, id)).toEqual(none)
  })
})

describe('what an artifact needs', () => {
  const choice: Choice = new Map([
    [1, false],
    [2, true],
    [3, true],
  ])
  it('is only what it does not have already', () => {
    expect(changesFor(both, choice)).toEqual({ added: [3], removed: [1] })
    expect(changesFor({}, choice)).toEqual({ added: [2, 3], removed: [] })
  })
  it('is nothing for labels nobody chose', () => {
    expect(changesFor(both, none)).toEqual({ added: [], removed: [] })
  })
})
