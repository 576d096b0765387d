import { expect, it } from 'vitest'
import { readCursor, writeCursor } from './cursor.ts'
import { digestSpan, nameSpan, termSpan } from './spans.ts'

const digest = (digits: string) => `sha256:${digits}`

it.each(['abcdef', 'sha256:a', `sha256:${'0'.repeat(64)}`, 'f'.repeat(64)])(
  '%s spans the digests that begin with it',
  (text) => {
    const span = digestSpan(text)!
    const digits = text.replace('sha256:', '')
    const inside = (value: string) => value === span.exact || (value > span.exact && value < span.end)
    expect(inside(digest(digits.padEnd(64, '0')))).toBe(true)
    expect(inside(digest(digits.padEnd(64, '7')))).toBe(true)
    expect(inside(digest(digits.padEnd(64, 'f')))).toBe(true)
    if (digits !== 'f'.repeat(64)) expect(inside(digest('f'.repeat(64)))).toBe(false)
    expect(inside(digest(`${digits[0] === '0' ? '1' : '0'}${'5'.repeat(63)}`))).toBe(false)
  },
)

it('words, short numbers and what is too long are no digests', () => {
  for (const text of [
    '',
    'abc',
    'hello',
    'sha256:',
    'sha256:xyz',
    'md5:abcdef',
    'a'.repeat(129),
    `sha256:${'a'.repeat(65)}`,
  ])
    expect(digestSpan(text)).toBeUndefined()
  expect(digestSpan('a'.repeat(65))!.exact).toMatch(/^sha512:a{65}0{63}$/)
})

it('a text longer than a column is cut to what the column can begin with', () => {
  expect(nameSpan('x'.repeat(255)).exact).toHaveLength(64)
  expect(termSpan('x'.repeat(255)).exact).toHaveLength(128)
})

it('a cursor comes back as it went, and anything else is refused', () => {
  const place = { exact: true, others: false, projectId: 7, term: "it's ü", id: 9 }
  expect(readCursor(writeCursor(place))).toEqual(place)
  const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url')
  for (const text of [
    '',
    'x',
    encode(null),
    encode({}),
    encode([true, false, 1, 'a']),
    encode([1, false, 1, 'a', 1]),
    encode([true, false, 1.5, 'a', 1]),
    encode([true, false, 2 ** 31, 'a', 1]),
    encode([true, false, 1, 'a\0', 1]),
    encode([true, false, 1, '\ud800', 1]),
    encode([true, false, 1, 5, 1]),
    encode([true, false, 1, 'a'.repeat(4_000), 1]),
  ])
    expect(() => readCursor(text)).toThrow('invalid cursor')
})
