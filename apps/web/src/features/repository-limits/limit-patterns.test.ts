import { expect, it } from 'vitest'
import { draftOf, limitOf, limitProblem } from './limit-patterns.ts'

it.each([null, ['backend/**'], ['a/*', '{b,c}/**']])('the limit %j comes back as it was', (patterns) => {
  expect(limitOf(draftOf(patterns))).toEqual(patterns)
})

it('no pattern at all is not taken for every repository', () => {
  expect(limitProblem({ limited: true, text: ' \n ' })).toBe('missing')
  expect(limitProblem({ limited: false, text: '' })).toBeUndefined()
})

it('a pattern counts once, and there is an end to them', () => {
  expect(limitOf({ limited: true, text: 'a/**\n a/** b' })).toEqual(['a/**', 'b'])
  const many = Array.from({ length: 21 }, (_, index) => `r${index}`).join('\n')
  expect(limitProblem({ limited: true, text: many })).toBe('tooMany')
})
