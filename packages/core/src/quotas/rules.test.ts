import { expect, it } from 'vitest'
import { parseStorageLimit } from './model.ts'
import { fits, nearlyFull, overLimit, readable } from './rules.ts'

it('takes a storage limit of -1 or a positive number of bytes', () => {
  expect(parseStorageLimit(-1)).toBe(-1)
  expect(parseStorageLimit(1024)).toBe(1024)
  for (const limit of [0, -2, 1.5, Number.NaN, undefined, '5', 2 ** 53])
    expect(() => parseStorageLimit(limit)).toThrow(expect.objectContaining({ code: 'BAD_REQUEST' }))
})

it('has room up to the limit and not a byte more; what adds nothing always fits', () => {
  const usage = { limitBytes: 100, usedBytes: 60 }
  expect([fits(usage, 40), fits(usage, 41)]).toEqual([true, false])
  expect(fits({ limitBytes: 10, usedBytes: 60 }, 0)).toBe(true)
  expect(fits({ limitBytes: -1, usedBytes: 60 }, Number.MAX_SAFE_INTEGER)).toBe(true)
})

it('warns from 85 % of a limit on', () => {
  expect(nearlyFull({ limitBytes: 100, usedBytes: 84 })).toBe(false)
  expect(nearlyFull({ limitBytes: 100, usedBytes: 85 })).toBe(true)
  expect(nearlyFull({ limitBytes: -1, usedBytes: 85 })).toBe(false)
})

it('says what is asked for, used and allowed, in words for people', () => {
  const { code, message } = overLimit({ limitBytes: 12 * 2 ** 20, usedBytes: 5_000_000 }, 2 ** 33)
  expect(code).toBe('DENIED')
  expect(message).toContain('8.0 GiB more on top of the 4.8 MiB in use')
  expect(message).toContain('will exceed the configured upper limit of 12.0 MiB')
  expect([0, 1023, 1024, 2 ** 50].map(readable)).toEqual(['0 B', '1023 B', '1.0 KiB', '1.0 PiB'])
})
