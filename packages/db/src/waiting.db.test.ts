import { type TestDatabase, testDatabase } from '@berth/testing'
import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import { isUnavailable, openDb } from './index.ts'

// More is asked at once than there are connections.

let test: TestDatabase
beforeAll(async () => {
  test = await testDatabase()
})
afterAll(() => test?.drop())

/** Runs until it is told to end. */
const holding = (db: Pick<TestDatabase['db'], 'transaction'>) => {
  const [began, end] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
  const done = db.transaction(async () => {
    began.resolve()
    await end.promise
  })
  return { began: began.promise, end: () => end.resolve(), done }
}

it('who waits for a connection waits on while others get theirs', async () => {
  const turnWaitMs = 2_000
  const own = openDb({ url: test.url, poolSize: 1, turnWaitMs })
  await own.prisma.user.count()
  const [first, second, third] = [holding(own), holding(own), holding(own)]
  third.end()
  const statement = own.prisma.user.count()
  await first.began
  first.end()
  await second.began
  await new Promise((resolve) => setTimeout(resolve, turnWaitMs + 200))
  second.end()
  await Promise.all([first.done, second.done, third.done, statement])
  await own.close()
})

it('who waits is told that the database has none when nobody gets one', async () => {
  const own = openDb({ url: test.url, poolSize: 1, turnWaitMs: 50 })
  // Opening the connection may take longer than that.
  const first = await vi.waitFor(async () => {
    const held = holding(own)
    await Promise.race([held.began, held.done])
    return held
  }, 10_000)
  for (const ask of [() => own.transaction(async () => {}), () => own.prisma.user.count()]) {
    const error = await ask().catch((error: unknown) => error)
    expect(isUnavailable(error), String(error)).toBe(true)
  }
  first.end()
  await first.done
  await own.close()
})
