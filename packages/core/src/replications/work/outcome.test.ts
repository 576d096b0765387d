import { ProtocolError, RateLimitedError, RegistryError, UnavailableError } from '@berth/registry-client'
import { expect, test } from 'vitest'
import { pauseBefore } from '../sites/steadily.ts'
import { isOutage, nextAfter, pauseAfter } from './outcome.ts'

test.each([
  new RegistryError('PUT', { code: 'MANIFEST_INVALID', status: 400 }),
  new RegistryError('PUT', { code: 'DIGEST_INVALID', status: 400 }),
  new ProtocolError('no list', { code: 'INVALID_ANSWER' }),
  new ProtocolError('wrong content', { code: 'DIGEST_MISMATCH' }),
])('what may have been spoilt on the way is tried once more: %s', (error) => {
  expect(nextAfter(error, { all: 1, spoilt: 1 }, 0)).toMatchObject({ again: true })
  expect(nextAfter(error, { all: 2, spoilt: 2 }, 0)).toEqual({ again: false })
  // A line that broke before says nothing of what it was sent.
  expect(nextAfter(error, { all: 5, spoilt: 1 }, 0)).toMatchObject({ again: true })
})

test('what a registry refuses for another reason is not', () => {
  const refused = new RegistryError('PUT', { code: 'NAME_INVALID', status: 400 })
  expect(nextAfter(refused, { all: 1, spoilt: 0 }, 0)).toEqual({ again: false })
})

const SECOND = 1_000
const MINUTE = 60 * SECOND
const limited = (retryAfterMs?: number) =>
  new RateLimitedError('GET', { code: 'TOOMANYREQUESTS', status: 429, retryAfterMs })
const away = (retryAfterMs?: number) =>
  new UnavailableError('GET', { code: 'UNAVAILABLE', status: 503, retryAfterMs })
const [least, middle, most] = [0, 0.5, 1]
const delayOf = (error: unknown, all: number, random: number) => {
  const next = nextAfter(error, { all, spoilt: 0 }, random)
  return next.again ? next.delayMs : undefined
}

test('a transfer waits longer after each failure, by chance from half of it on, and five failures end it', () => {
  const full = [5 * SECOND, 20 * SECOND, 80 * SECOND, 320 * SECOND]
  expect([1, 2, 3, 4, 5].map((all) => delayOf(away(), all, most))).toEqual([...full, undefined])
  expect([1, 2, 3, 4].map((all) => delayOf(away(), all, least))).toEqual(full.map((ms) => ms / 2))
  expect([1, 2, 3, 4].map((all) => delayOf(away(), all, middle))).toEqual(full.map((ms) => ms * 0.75))
})

test('a registry that limits is left alone after the first failure, one that is away after three, for up to ten minutes', () => {
  const growing = [10, 20, 40, 80, 160, 320, 600, 600].map((seconds) => seconds * SECOND)
  const failures = growing.map((_, n) => n + 1)
  expect(failures.map((n) => pauseAfter(limited(), n, most))).toEqual(growing)
  expect(failures.map((n) => pauseAfter(limited(), n, least))).toEqual(growing.map((ms) => ms / 2))
  expect([0, 1, 2].map((n) => pauseAfter(away(), n, most))).toEqual([0, 0, 0])
  expect(failures.map((n) => pauseAfter(away(), n + 2, most))).toEqual(growing)
  expect(failures.map((n) => pauseAfter(away(), n + 2, least))).toEqual(growing.map((ms) => ms / 2))
  expect(pauseAfter(away(), 1_000_000, most)).toBe(10 * MINUTE)
})

test('what a registry asks for is never cut short, up to an hour, nor what is longer than it', () => {
  for (const error of [limited, away])
    for (const failures of [1, 2, 3, 4])
      for (const random of [least, middle, most])
        for (const askedMs of [1, 7 * SECOND, 3 * MINUTE, 59 * MINUTE, 60 * MINUTE, 90_000 * SECOND]) {
          const atLeast = Math.min(askedMs, 60 * MINUTE)
          const alone = [delayOf(error(), failures, random)!, pauseAfter(error(), failures, random)]
          const asked = [
            delayOf(error(askedMs), failures, random)!,
            pauseAfter(error(askedMs), failures, random),
          ]
          expect(asked).toEqual(alone.map((ms) => Math.max(ms, atLeast)))
        }
})

test('asking for patience counts no attempt of a run for an hour, nor for a day of what follows an event, as being away', () => {
  const createdAt = new Date(0)
  const counted = (kind: Parameters<typeof isOutage>[0]['kind'], error: unknown, nowMs: number) =>
    !isOutage({ kind, createdAt }, { failuresInRow: 3, isPaused: true }, error, nowMs)
  for (const kind of ['plan', 'copy', 'delete'] as const) {
    expect([59 * MINUTE, 60 * MINUTE].map((ms) => counted(kind, limited(), ms))).toEqual([false, true])
    expect(counted(kind, away(), 0)).toBe(true)
  }
  for (const kind of ['follow', 'withdraw'] as const)
    for (const error of [limited(), away()])
      expect([23, 24].map((hours) => counted(kind, error, hours * 60 * MINUTE))).toEqual([false, true])
})

test('a request is asked again four times, each time later, by chance from half of it on; longer waits are no matter of one request', () => {
  for (const [failures, fullMs] of [200, 400, 800, 1_600].entries()) {
    const waits = Array.from({ length: 200 }, () => pauseBefore(away(), failures + 1)!)
    expect(Math.min(...waits)).toBeGreaterThanOrEqual(fullMs / 2)
    expect(Math.max(...waits)).toBeLessThanOrEqual(fullMs)
    expect(new Set(waits).size).toBeGreaterThan(100)
    expect(pauseBefore(limited(5 * SECOND), failures + 1)).toBe(5 * SECOND)
    expect(pauseBefore(limited(5 * SECOND + 1), failures + 1)).toBeUndefined()
  }
  expect(pauseBefore(away(), 5)).toBeUndefined()
  expect(pauseBefore(new RegistryError('GET', { code: 'DENIED', status: 403 }), 1)).toBeUndefined()
})
