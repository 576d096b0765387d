import { RateLimitedError, UnavailableError } from '@berth/registry-client'
import { expect, it } from 'vitest'
import { PatientTurns } from './patient-turns.ts'

const limited = (retryAfterMs?: number) =>
  new RateLimitedError('too much', {
    code: 'TOOMANYREQUESTS',
    status: 429,
    ...(retryAfterMs && { retryAfterMs }),
  })
const open = () => new PatientTurns(32, { firstWaitMs: 1 })

it('whoever lets no more than some ask at once is asked by fewer, and nothing is given up', async () => {
  const turns = open()
  let [now, refused] = [0, 0]
  const ask = async () => {
    now++
    try {
      await new Promise(setImmediate)
      if (now <= 4) return 'answered'
      refused++
      throw limited()
    } finally {
      now--
    }
  }
  const answers = await Promise.all(Array.from({ length: 500 }, () => turns.run(ask)))
  expect(new Set(answers)).toEqual(new Set(['answered']))
  // Those at once, halved: 32, 16, 8.
  expect(refused).toBeGreaterThan(0)
  expect(refused).toBeLessThanOrEqual(56)
})

it.each([
  ['after a while without a refusal as many ask again as before', 0, 8],
  ['as few go on asking until then', 3_600_000, 4],
])('%s', async (_title, recoverMs, expected) => {
  const turns = new PatientTurns(8, { firstWaitMs: 1, recoverMs })
  let refusals = 0
  let [now, most] = [0, 0]
  await turns.run(async () => {
    if (refusals++ === 0) throw limited()
  })
  const ask = async () => {
    most = Math.max(most, ++now)
    await new Promise(setImmediate)
    now--
  }
  await Promise.all(Array.from({ length: 100 }, () => turns.run(ask)))
  expect(most).toBe(expected)
})

it('who answers nothing else, or asks for a longer pause, is left alone; other failures are nobody else’s', async () => {
  const asking = async (error: Error) => {
    let asked = 0
    const ask = async () => {
      asked++
      throw error
    }
    await expect(open().run(ask)).rejects.toBe(error)
    return asked
  }
  expect(await asking(limited())).toBe(7)
  expect(await asking(limited(6_000))).toBe(1)
  expect(await asking(new UnavailableError('gone', { code: 'UNAVAILABLE' }))).toBe(1)
})

it('whoever waits for a registry hears that nobody wants to know any more', async () => {
  const ended = new AbortController()
  const turns = new PatientTurns(1, { firstWaitMs: 3_600_000 })
  const asked = turns.run(async () => {
    setImmediate(() => ended.abort(new Error('stopped')))
    throw limited()
  }, ended.signal)
  await expect(asked).rejects.toThrow('stopped')
})

it('a long pause that is asked for is waited out where somebody has the time, and what was answered stays', async () => {
  const waits: number[] = []
  const onLongWait = (_error: unknown, waitMs: number) => waits.push(waitMs) > 0
  const turns = new PatientTurns(4, { firstWaitMs: 1, longMs: 1, onLongWait })
  const asked = new Map<number, number>()
  const ask = async (n: number) => {
    asked.set(n, (asked.get(n) ?? 0) + 1)
    await new Promise(setImmediate)
    if (n >= 6 && asked.get(n) === 1) throw limited(20)
    return n
  }
  const all = Array.from({ length: 10 }, (_, n) => n)
  expect(await Promise.all(all.map((n) => turns.run(() => ask(n))))).toEqual(all)
  expect([...asked.values()]).toEqual([...Array(6).fill(1), ...Array(4).fill(2)])
  expect(new Set(waits)).toEqual(new Set([20]))
})
