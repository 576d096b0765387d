import { randomUUID } from 'node:crypto'
import { expect, it } from 'vitest'
import { seenIn } from './origin.ts'

it('takes up to 64 instance ids, each once, and nothing that could be something else', () => {
  const ids = Array.from({ length: 64 }, () => randomUUID())
  expect(seenIn(ids.join(', '))).toEqual(ids)
  expect(seenIn(`${ids[0]},${ids[0]}`)).toEqual([ids[0]])
  // One that is odd does not hide the others: without them a ring would have no end.
  expect(seenIn(`x,${ids[0]},,${ids[1]}`)).toEqual([ids[0], ids[1]])
  for (const wrong of [undefined, '', 'x', `${ids[0]} ${ids[1]}`, ids[0]!.toUpperCase()])
    expect(seenIn(wrong)).toEqual([])
  expect(seenIn([...ids, randomUUID()].join())).toEqual([])
})
