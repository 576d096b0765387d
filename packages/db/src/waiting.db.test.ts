import { type TestDatabase, testDatabase } from '@berth/testing'
import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import { isUnavailable, openDb } from './index.ts'

// More transactions at once than there are connections.

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

it('a transaction waits on for a connection while others begin', async () => {
  const beginWaitMs = 2_000
  const own = openDb({ url: test.url, poolSize: 1, beginWaitMs })
  await own.prisma.user.count()
  const [first, second, third] = [holding(own), holding(own), holding(own)]
  third.end()
  await first.began
  first.end()
  await second.began
  await new Promise((resolve) => setTimeout(resolve, beginWaitMs + 200))
  second.end()
  await Promise.all([first.done, second.done, third.done])
  await own.close()
})

it('a transaction is told that the database has none when nobody begins', async () => {
  const own = openDb({ url: test.url, poolSize: 1, beginWaitMs: 50 })
  // Opening the connection may take longer than that.
  const first = await vi.waitFor(async () => {
    const held = holding(own)
    await Promise.race([held.began, held.done])
    return held
  }, 10_000)
  const error = await own.transaction(async () => {}).catch((error: unknown) => error)
  expect(isUnavailable(error), String(error)).toBe(true)
  first.end()
  await first.done
  await own.close()
})
