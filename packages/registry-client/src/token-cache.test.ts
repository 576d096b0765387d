import { describe, expect, it } from 'vitest'
import { createTokenCache } from './token-cache.ts'

const endpoint = (lifeMs: number, clock: { ms: number }) => {
  let calls = 0
  return {
    calls: () => calls,
    fetch: async () => {
      calls += 1
      return { token: `t${calls}`, staleAtMs: clock.ms + lifeMs }
    },
  }
}

describe('the token cache', () => {
  it('gives a token again until it is stale', async () => {
    const clock = { ms: 0 }
    const cache = createTokenCache({ nowMs: () => clock.ms })
    const { fetch } = endpoint(100, clock)
    expect(await cache.get('k', fetch)).toBe('t1')
    clock.ms = 99
    expect(await cache.get('k', fetch)).toBe('t1')
    clock.ms = 100
    expect(await cache.get('k', fetch)).toBe('t2')
  })

  it('asks once for callers that come at the same time, and again after a failure', async () => {
    const cache = createTokenCache()
    let calls = 0
    const failing = async () => {
      calls += 1
      throw new Error(`down ${calls}`)
    }
    const answers = await Promise.allSettled([cache.get('k', failing), cache.get('k', failing)])
    expect(answers.map(({ status }) => status)).toEqual(['rejected', 'rejected'])
    expect(calls).toBe(1)
    await expect(cache.get('k', failing)).rejects.toThrow('down 2')
  })

  it('keeps keys apart and the number of entries bounded', async () => {
    const clock = { ms: 0 }
    const cache = createTokenCache({ maxEntries: 2, nowMs: () => clock.ms })
    const { fetch, calls } = endpoint(1000, clock)
    for (const key of ['a', 'b', 'c']) await cache.get(key, fetch)
    await cache.get('c', fetch)
    expect(calls()).toBe(3)
    await cache.get('a', fetch)
    expect(calls()).toBe(4)
  })

  it('forgets a refused token, but not its successor', async () => {
    const clock = { ms: 0 }
    const cache = createTokenCache({ nowMs: () => clock.ms })
    const { fetch } = endpoint(1000, clock)
    await cache.get('k', fetch)
    cache.forget('k', 't1')
    expect(await cache.get('k', fetch)).toBe('t2')
    cache.forget('k', 't1')
    expect(await cache.get('k', fetch)).toBe('t2')
  })
})
