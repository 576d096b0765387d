import { expect, test } from 'vitest'
import { isUnavailable } from './errors.ts'
import { Places } from './places.ts'

test('so many work at once, the others in the order in which they came', async () => {
  const places = new Places(2)
  let working = 0
  let most = 0
  const begun: number[] = []
  const work = (n: number) => async () => {
    begun.push(n)
    most = Math.max(most, ++working)
    await new Promise(setImmediate)
    working--
    if (n === 3) throw new Error('three')
  }
  const done = await Promise.allSettled([0, 1, 2, 3, 4, 5].map((n) => places.run(work(n), 60_000)))
  expect(most).toBe(2)
  expect(begun).toEqual([0, 1, 2, 3, 4, 5])
  expect(done.map(({ status }) => status).filter((status) => status === 'rejected')).toHaveLength(1)
})

test('who waits in vain is told that the database is not there, and takes no place from others', async () => {
  const places = new Places(1)
  let leave = () => {}
  const held = places.run(() => new Promise<void>((resolve) => (leave = resolve)), 1)
  const late = await places.run(async () => {}, 1).catch((error) => error)
  expect(isUnavailable(late)).toBe(true)
  leave()
  await held
  expect(await places.run(async () => 'in', 1)).toBe('in')
})
