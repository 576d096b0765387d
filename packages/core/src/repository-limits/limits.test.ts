import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { covers, includes, limitOf, parseLimit, union } from './index.ts'
import { MAX_ALTERNATIVES, MAX_PATTERN_LENGTH, MAX_PATTERN_STARS, MAX_PATTERNS } from './model.ts'

const limit = (...patterns: string[]) => parseLimit(patterns)!

describe('a limit includes', () => {
  it.each([
    ['app', 'app', 'apps app/a a/app'],
    ['backend/**', 'backend/api backend/a/b', 'backend backends/api'],
    ['**', 'a a/b', ''],
    ['**/tools', 'tools a/tools a/b/tools', 'atools tools/a'],
    ['a/**/z', 'a/z a/b/z a/b/c/z', 'a az z'],
    ['team-*', 'team-a team-', 'team-a/b team'],
    ['*/api', 'x/api', 'api x/y/api'],
    ['v?', 'v1', 'v v12 v/'],
    ['{web,api}/**', 'web/a api/a/b', 'web other/a'],
    ['a_b', 'a_b', 'axb'],
    ['a.b', 'a.b', 'axb'],
  ])('%s', (pattern, inside, outside) => {
    for (const path of inside.split(' ')) expect(includes(limit(pattern), path), path).toBe(true)
    for (const path of outside.split(' ').filter(Boolean))
      expect(includes(limit(pattern), path), path).toBe(false)
  })
})

it.each([
  [''],
  ['/a'],
  ['a/'],
  ['a//b'],
  ['a**'],
  ['**a/b'],
  ['***'],
  ['a/**/b/**'],
  ['{a,b'],
  ['a,b'],
  ['a}'],
  ['{a,{b,c}}'],
  ['[ab]'],
  ['A'],
  ['a b'],
  ["a'b"],
  ['a\\*'],
  ['ü'],
  ['a\0'],
  ['x'.repeat(MAX_PATTERN_LENGTH + 1)],
  ['*a'.repeat(MAX_PATTERN_STARS + 1)],
  ['{a,b}'.repeat(7)],
])('refuses the pattern %j', (pattern) => {
  expect(() => limit(pattern)).toThrow(expect.objectContaining({ code: 'BAD_REQUEST' }))
})

it('refuses no list, an empty one, one that is too long, and too many alternatives over all patterns', () => {
  const many = Array.from({ length: MAX_PATTERNS }, (_, n) => `${n}`)
  expect(limit(...many).alternatives).toHaveLength(MAX_PATTERNS)
  const wide = (n: number) => `${n}{a,b,c,d}`
  const refused = [
    [],
    'a',
    {},
    [1],
    [null],
    [...many, 'x'],
    Array.from({ length: MAX_ALTERNATIVES / 4 + 1 }, (_, n) => wide(n)),
  ]
  for (const value of refused)
    expect(() => parseLimit(value)).toThrow(expect.objectContaining({ code: 'BAD_REQUEST' }))
  expect(parseLimit(null)).toBeNull()
  expect(parseLimit(undefined)).toBeNull()
})

it('is the whole project as soon as one grant is, and otherwise all that the grants include', () => {
  expect(union([])).toBeUndefined()
  expect(union([limit('a'), 'all'])).toBe('all')
  const both = union([limit('a'), limit('b/**')])!
  expect(['a', 'b/c', 'b'].map((path) => includes(both, path))).toEqual([true, true, false])
})

it.each([
  ['**', 'a/**', true],
  ['a/**', 'a/b', true],
  ['a/**', 'a/**', true],
  ['a/**', 'a/*/c/**', true],
  ['a/**', 'a', false],
  ['a/**', '**', false],
  ['a/*', 'a/**', false],
  ['*', '**', false],
  ['**/c', 'a/**/c', true],
  ['**/c', 'c', true],
  ['a/**/c', 'a/c', true],
  ['team-*', 'team-a', true],
  ['team-*', 'team-a/b', false],
  ['{a,b}/**', '{b,a}/x', true],
  ['a', '{a,b}', false],
  ['a?c', 'abc', true],
])('%s covers %s: %s', (outer, inner, covered) => {
  expect(covers(limit(outer), limit(inner))).toBe(covered)
})

it('covers everything only when it is everything', () => {
  expect(covers('all', 'all')).toBe(true)
  expect(covers(limit('**'), 'all')).toBe(true)
  expect(covers(limit('*', '*/**'), 'all')).toBe(false)
  expect(covers('all', limit('a'))).toBe(true)
})

const part = fc.stringMatching(/^[ab_.*?]{1,3}$/).filter((text) => !text.includes('**'))
const parts = fc.array(part, { minLength: 0, maxLength: 2 })
const somePattern = fc
  .tuple(parts, fc.boolean(), parts)
  .map(([head, wide, tail]) => [...head, ...(wide ? ['**'] : []), ...tail].join('/'))
  .filter((text) => text !== '')
const somePath = fc
  .array(fc.stringMatching(/^[ab_.]{1,3}$/), { minLength: 1, maxLength: 4 })
  .map((names) => names.join('/'))

it('never says that it covers what it does not', () => {
  fc.assert(
    fc.property(somePattern, somePattern, somePath, (outer, inner, path) => {
      if (covers(limitOf([outer]), limitOf([inner])) && includes(limitOf([inner]), path))
        expect(includes(limitOf([outer]), path)).toBe(true)
    }),
    { numRuns: 2_000 },
  )
})
