import { describe, expect, it } from 'vitest'
import { draftOf, limitOf } from './byte-amount.ts'

const limit = (amount: string, unit: 'MiB' | 'GiB' | 'TiB' = 'GiB') =>
  limitOf({ unlimited: false, amount, unit })

describe('a limit as people write it', () => {
  it.each([
    ['10', 10 * 1024 ** 3],
    ['0.5', 512 * 1024 ** 2],
    ['0,5', 512 * 1024 ** 2],
    [' 1.5 ', 1.5 * 1024 ** 3],
    ['.5', 512 * 1024 ** 2],
  ])('%s GiB', (text, bytes) => {
    expect(limit(text)).toBe(bytes)
  })
  it.each(['', '0', '-1', 'ten', '1e3', '1,000.5', '99999999999999', 'NaN', '0x10'])('%j is none', (text) => {
    expect(limit(text)).toBeUndefined()
  })
  it('no limit is -1, whatever else the field holds', () => {
    expect(limitOf({ unlimited: true, amount: 'x', unit: 'MiB' })).toBe(-1)
  })
})

it.each([1024 ** 2, 5 * 1024 ** 3, 1.5 * 1024 ** 4, 900 * 1024 ** 2, -1])(
  '%d bytes come back from the field as they went in',
  (bytes) => {
    expect(limitOf(draftOf(bytes))).toBe(bytes)
  },
)
