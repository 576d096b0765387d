import { expect, it } from 'vitest'
import { asPart } from './as-part.ts'

it.each([
  ['team app', 'team app'],
  ['a,b=c', '"a,b=c"'],
  ['say "a,b=c"', `'say "a,b=c"'`],
  ['"a"', `'"a"'`],
  [`"it's`, `"it's`],
])('%s as a part of a text is %s', (typed, sent) => {
  expect(decodeURIComponent(asPart(typed))).toBe(sent)
})
