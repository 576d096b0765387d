import { expect, it } from 'vitest'
import { plainText } from './index.ts'

it('has no NUL and no half of a surrogate pair, also where it is cut', () => {
  expect(plainText('a\0b\ud800')).toBe('ab\ufffd')
  expect(plainText('a\0b😀', 3)).toBe('ab\ufffd')
  expect(plainText('a\0bc', 2)).toBe('ab')
})
