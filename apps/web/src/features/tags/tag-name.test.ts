import { expect, test } from 'vitest'
import { tagNameProblem } from './tag-name.ts'

test.each(['latest', 'v1.2.3', '_x', '1', 'A-b_c.d', 'x'.repeat(128)])('%s is a tag', (name) => {
  expect(tagNameProblem(name)).toBeNull()
})

test.each(['-x', '.x', 'a b', 'a/b', 'a:b', 'a@b', 'é', 'x'.repeat(129), 'v1\n'])('%j is refused', (name) => {
  expect(tagNameProblem(name)).toBe('nameInvalid')
})

test('nothing typed has a message of its own', () => {
  expect(tagNameProblem('')).toBe('nameMissing')
})
