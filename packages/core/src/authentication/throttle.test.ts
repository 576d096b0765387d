import { beforeEach, describe, expect, it } from 'vitest'
import { DomainError } from '../errors/index.ts'
import { FairQueue } from './fair-queue.ts'
import { GuessThrottle } from './throttle.ts'

describe('GuessThrottle', () => {
  let nowMs: number
  let waits: number[]
  /** Ends every wait that is under way. */
  let release: () => void
  let throttle: GuessThrottle
  beforeEach(() => {
    nowMs = 1_000_000
    waits = []
    const waiting: (() => void)[] = []
    release = () => {
      for (const resolve of waiting.splice(0)) resolve()
    }
    throttle = new GuessThrottle(
      () => nowMs,
      (ms) => {
        waits.push(ms)
        return new Promise((resolve) => waiting.push(resolve))
      },
      () => 0,
    )
  })
  /** How long this guess waits for its turn; the clock shows the turn then. */
  const waitOf = async (key: string): Promise<number> => {
    const before = waits.length
    const turn = throttle.turn(key)
    const waitMs = waits.length > before ? waits.at(-1)! : 0
    release()
    await turn
    nowMs += waitMs
    return waitMs
  }
  const guesses = async (count: number, key: string) => {
    for (let i = 0; i < count; i++) await waitOf(key)
  }
  const refused = expect.objectContaining({ code: 'TOO_MANY_REQUEST', retryAfterSeconds: 1 })

  it('lets five guesses pass and gives turns further and further apart to the others, up to a second', async () => {
    const seen = []
    for (let i = 0; i < 11; i++) seen.push(await waitOf('a'))
    expect(seen).toEqual([0, 0, 0, 0, 0, 500, 1_000, 1_000, 1_000, 1_000, 1_000])
  })

  /** Gives this many turns, one after the other. */
  const serve = async (turns: number) => {
    for (let i = 0; i < turns; i++) {
      nowMs += waits.at(-1)!
      release()
      await new Promise((resolve) => setImmediate(resolve))
    }
  }

  it('gives guesses sent all at once turns one after the other, and refuses one of those that wait for each above thirty', async () => {
    const turns = Array.from({ length: 45 }, () => throttle.turn('a'))
    const settled = Promise.allSettled(turns)
    await serve(30)
    const results = await settled
    expect(waits).toEqual([500, ...Array(29).fill(1_000)])
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(35)
    // Here those who wait longest go; the last to come is as good as the others.
    for (const result of results.slice(5, 15)) expect(result).toMatchObject({ reason: refused })
    expect(results.at(-1)).toMatchObject({ status: 'fulfilled' })
  })

  it('lets a right password through behind an address where a dozen clients guess without a pause', async () => {
    let stopped = false
    let wrongOnes = 0
    const loops = Array.from({ length: 12 }, async () => {
      while (!stopped) {
        await throttle.turn('boss')
        wrongOnes++
      }
    })
    await serve(20)
    let passed = 0
    for (let i = 0; i < 15; i++) {
      const before = wrongOnes
      const right = throttle.turn('boss').then(() => passed++)
      await serve(13)
      await right
      expect(wrongOnes - before).toBeLessThanOrEqual(13)
    }
    expect(passed).toBe(15)
    stopped = true
    await serve(13)
    await Promise.all(loops)
  })

  it('leaves other accounts and other addresses alone', async () => {
    await guesses(9, 'alice\x00203.0.113.5')
    expect(await waitOf('alice\x00198.51.100.7')).toBe(0)
    expect(await waitOf('bob\x00203.0.113.5')).toBe(0)
  })

  it('forgets after a right password, and after a quarter of an hour', async () => {
    await guesses(5, 'a')
    throttle.succeed('a')
    await guesses(4, 'a')
    expect(await waitOf('a')).toBe(0)
    nowMs += 15 * 60_000 + 1
    await guesses(4, 'a')
    expect(await waitOf('a')).toBe(0)
  })

  it('does not count what got no verdict', async () => {
    for (let i = 0; i < 50; i++) {
      await guesses(1, 'a')
      throttle.withdraw('a')
    }
    expect(await waitOf('a')).toBe(0)
  })

  it('answers early only where nobody waits, and otherwise what is known, while few ask with what is not', async () => {
    expect(throttle.mayAnswerEarly('a', false)).toBe(true)
    await guesses(6, 'a')
    expect(throttle.mayAnswerEarly('a', true)).toBe(true)
    for (let i = 0; i < 60; i++) expect(throttle.mayAnswerEarly('a', false)).toBe(false)
    expect(throttle.mayAnswerEarly('a', true)).toBe(false)
    const turn = throttle.turn('a')
    nowMs += 1_000
    // One more a second, whatever was asked in between.
    expect(throttle.mayAnswerEarly('a', true)).toBe(true)
    throttle.mayAnswerEarly('a', false)
    expect(throttle.mayAnswerEarly('a', true)).toBe(false)
    release()
    await turn
    nowMs += 5_000
    expect(throttle.mayAnswerEarly('a', false)).toBe(true)
  })

  it('holds only so many connections open, whoever guesses, and refuses those of whom most wait', async () => {
    const turns: Promise<unknown>[] = []
    const guessAs = (person: string, count: number) => {
      for (let i = 0; i < count; i++) turns.push(throttle.turn(person).catch((error) => error))
    }
    for (let person = 0; person < 40; person++) guessAs(`person-${person}`, 30)
    let mine: unknown
    guessAs('me', 5)
    void throttle.turn('me').then(
      () => (mine = 'my turn'),
      (error) => (mine = error),
    )
    await serve(30)
    expect(mine).toBe('my turn')
    expect((await Promise.all(turns)).filter(Boolean)).toHaveLength(1)
  })

  it('waits no longer than its turn takes, when the clock is set back', async () => {
    await guesses(9, 'a')
    nowMs -= 3_600_000
    expect(await waitOf('a')).toBe(1_000)
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
