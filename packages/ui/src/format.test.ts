import { describe, expect, it } from 'vitest'
import { formatBytes, formatCount, formatExact, formatRelative, shortenDigest } from './format.ts'

describe('formatBytes', () => {
  it.each([
    [0, '0 B'],
    [1023, '1,023 B'],
    [1024, '1 KiB'],
    [1536, '1.5 KiB'],
    [1024 ** 2 - 1, '1 MiB'],
    [150 * 1024 ** 2, '150 MiB'],
    [5 * 1024 ** 5, '5 PiB'],
    [3000 * 1024 ** 5, '3,000 PiB'],
  ])('%d bytes are %s', (sizeBytes, shown) => {
    expect(formatBytes(sizeBytes, 'en')).toBe(shown)
  })
  it('writes numbers as the language does', () => {
    expect(formatBytes(1536, 'de')).toBe('1,5 KiB')
  })
})

it('counts are grouped', () => {
  expect(formatCount(1234567, 'en')).toBe('1,234,567')
})

describe('formatRelative', () => {
  const now = Date.UTC(2026, 10, 21, 12)
  const minute = 60_000
  it.each([
    [now, 'now'],
    [now - 59_000, 'now'],
    [now - 5 * minute, '5 minutes ago'],
    [now - 24 * 60 * minute, 'yesterday'],
    [now - 8 * 24 * 60 * minute, 'last week'],
    [now - 800 * 24 * 60 * minute, '2 years ago'],
    [now + 3 * 60 * minute, 'in 3 hours'],
  ])('%d is %s', (at, shown) => {
    expect(formatRelative(at, now, 'en')).toBe(shown)
  })
  it('says of a moment that comes within a minute what it is told to', () => {
    expect(formatRelative(now + 20_000, now, 'en', 'soon')).toBe('soon')
    expect(formatRelative(now + 90_000, now, 'en', 'soon')).toBe('in 1 minute')
  })
  it('speaks Chinese', () => {
    expect(formatRelative(now - 5 * minute, now, 'zh-CN')).toBe('5分钟前')
  })
})

it('the exact time names its zone', () => {
  const shown = formatExact(Date.UTC(2026, 10, 21, 12, 3, 4), 'en', 'UTC')
  expect(shown).toContain('2026')
  expect(shown).toContain('12:03:04')
  expect(shown).toContain('UTC')
})

describe('shortenDigest', () => {
  const hex = `${'ab12cd34'.padEnd(60, '0')}9f0e`
  it('keeps both ends', () => {
    expect(shortenDigest(`sha256:${hex}`)).toBe('sha256:ab12cd34…9f0e')
  })
  it.each(['sha256:ab', 'latest', ''])('leaves %j alone', (text) => {
    expect(shortenDigest(text)).toBe(text)
  })
})
