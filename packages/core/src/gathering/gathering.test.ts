import { expect, it } from 'vitest'
import { Gathering, Gatherings } from './index.ts'

it('does alone what comes alone, and together what comes meanwhile, so many at most', async () => {
  const batches: number[][] = []
  const gathering = new Gathering<number, string>(3, async (items) => {
    batches.push(items)
    await new Promise(setImmediate)
    return items.map((item) => `did ${item}`)
  })
  expect(await gathering.run(0)).toBe('did 0')
  const first = gathering.run(1)
  await Promise.resolve()
  await Promise.resolve()
  const rest = [2, 3, 4, 5].map((item) => gathering.run(item))
  expect(await Promise.all([first, ...rest])).toEqual([1, 2, 3, 4, 5].map((item) => `did ${item}`))
  expect(batches).toEqual([[0], [1], [2, 3, 4], [5]])
})

it('lets what cannot be done fail by itself', async () => {
  const gathering = new Gathering<number, number>(10, async (items) => {
    if (items.includes(2)) throw new Error('not two')
    return items
  })
  const outcomes = await Promise.allSettled([1, 2, 3].map((item) => gathering.run(item)))
  expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled'])
  expect(await gathering.run(4)).toBe(4)
})

it('does side by side what belongs to different keys, and together what belongs to one', async () => {
  const batches: string[] = []
  const bothRun = Promise.withResolvers<void>()
  const gatherings = new Gatherings<string, number, number>(10, async (key, items) => {
    batches.push(`${key}: ${items.join(' ')}`)
    if (batches.length === 2) bothRun.resolve()
    await bothRun.promise
    return items.map((item) => item * 2)
  })
  const outcomes = [gatherings.run('a', 1), gatherings.run('b', 2), gatherings.run('a', 3)]
  expect(await Promise.all(outcomes)).toEqual([2, 4, 6])
  expect(batches).toEqual(['a: 1 3', 'b: 2'])
  expect(await gatherings.run('a', 4)).toBe(8)
})
