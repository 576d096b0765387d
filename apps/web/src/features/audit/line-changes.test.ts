import { expect, it } from 'vitest'
import { readDetail } from './line-changes.ts'

it('old and new values stand side by side, and what was not there has no value', () => {
  const detail = {
    old: { role: 'guest', limit: null },
    new: { role: 'developer', limit: ['a/**'] },
    times: 2,
  }
  expect(readDetail(detail)).toEqual({
    changes: [
      { name: 'role', before: 'guest', after: 'developer' },
      { name: 'limit', before: undefined, after: '["a/**"]' },
    ],
    rest: [['times', '2']],
  })
})

it('what is no pair of old and new is told as it is', () => {
  expect(readDetail({ old: 7 })).toEqual({ changes: [], rest: [['old', '7']] })
  expect(readDetail(undefined)).toEqual({ changes: [], rest: [] })
})
