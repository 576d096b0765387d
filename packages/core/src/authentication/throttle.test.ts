import { beforeEach, describe, expect, it } from 'vitest'
import { DomainError } from '../errors/index.ts'
import { FairQueue } from './fair-queue.ts'
import { GuessThrottle } from './throttle.ts'

describe('GuessThrottle', () => {
  let nowMs: number
  let throttle: GuessThrottle
  beforeEach(() => {
    nowMs = 1_000_000
    throttle = new GuessThrottle(() => nowMs)
  })
  const guesses = (count: number, key: string) => {
    for (let i = 0; i < count; i++) throttle.begin(key)
  }
  const waitOf = (key: string): number => {
    try {
      throttle.begin(key)
    } catch (error) {
      return (error as DomainError).retryAfterSeconds ?? -1
    }
    return 0
  }

  it('lets five guesses pass and makes each further one wait twice as long, up to a minute', () => {
    guesses(5, 'a')
    const waits = []
    for (let i = 0; i < 8; i++) {
      const seconds = waitOf('a')
      waits.push(seconds)
      nowMs += seconds * 1_000
      throttle.begin('a')
    }
    expect(waits).toEqual([1, 2, 4, 8, 16, 32, 60, 60])
  })

  it('counts guesses that are still being verified', () => {
    guesses(5, 'a')
    expect(() => throttle.begin('a')).toThrow(expect.objectContaining({ code: 'TOO_MANY_REQUEST' }))
  })

  it('leaves other accounts and other addresses alone', () => {
    guesses(5, 'alice\x103.0.113.5')
    expect(waitOf('alice\x103.0.113.5')).toBe(1)
    expect(waitOf('alice\x0198.51.100.7')).toBe(0)
    expect(waitOf('bob\x103.0.113.5')).toBe(0)
  })

  it('forgets after a right password, and after a quarter of an hour', () => {
    guesses(5, 'a')
    throttle.succeed('a')
    guesses(4, 'a')
    expect(waitOf('a')).toBe(0)
    nowMs += 15 * 60_000 + 1
    guesses(4, 'a')
    expect(waitOf('a')).toBe(0)
  })

  it('does not count what got no verdict', () => {
    for (let i = 0; i < 50; i++) {
      throttle.begin('a')
      throttle.withdraw('a')
    }
    expect(waitOf('a')).toBe(0)
  })
})

describe('FairQueue', () => {
  const gate = () => {
    let open = () => {}
    const opened = new Promise<void>((resolve) => {
      open = resolve
    })
    return { open, opened }
  }

  it('runs no more at once than allowed, and everything in the end', async () => {
    const queue = new FairQueue(2, 100)
    let running = 0
    let most = 0
    await Promise.all(
      Array.from({ length: 20 }, (_, i) =>
        queue.run(`party ${i % 3}`, async () => {
          most = Math.max(most, ++running)
          await Promise.resolve()
          running--
        }),
      ),
    )
    expect(most).toBe(2)
  })

  it('lets a newcomer go before the long line of somebody else', async () => {
    const queue = new FairQueue(1, 100)
    const { open, opened } = gate()
    const order: string[] = []
    const flood = Array.from({ length: 10 }, (_, i) =>
      queue.run('flood', async () => {
        if (i === 0) await opened
        order.push('flood')
      }),
    )
    const newcomer = queue.run('newcomer', async () => {
      order.push('newcomer')
    })
    open()
    await Promise.all([...flood, newcomer])
    expect(order.indexOf('newcomer')).toBeLessThanOrEqual(2)
  })

  it('refuses the longest line when it is full, and still admits others', async () => {
    const queue = new FairQueue(1, 4)
    const { open, opened } = gate()
    const flood = Array.from({ length: 5 }, () => queue.run('flood', () => opened))
    await expect(queue.run('flood', async () => {})).rejects.toMatchObject({ code: 'TOO_MANY_REQUEST' })
    const other = queue.run('other', async () => 'served')
    open()
    await Promise.all(flood)
    expect(await other).toBe('served')
  })

  it('frees its place when the work fails', async () => {
    const queue = new FairQueue(1, 4)
    await expect(queue.run('a', () => Promise.reject(new DomainError('UNKNOWN', 'x')))).rejects.toThrow('x')
    expect(await queue.run('a', async () => 1)).toBe(1)
  })
})
