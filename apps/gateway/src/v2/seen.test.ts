import { randomUUID } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import { ANONYMOUS, SYSTEM } from '@berth/core/authorization'
import { expect, it } from 'vitest'
import { seenBy } from './seen.ts'

const asked = (text?: string) => ({ headers: { 'berth-seen': text } }) as unknown as IncomingMessage

it('takes up to 64 instance ids, each once, and nothing that could be something else', () => {
  const ids = Array.from({ length: 64 }, () => randomUUID())
  expect(seenBy(asked(ids.join(', ')), SYSTEM)).toEqual(ids)
  expect(seenBy(asked(`${ids[0]},${ids[0]}`), SYSTEM)).toEqual([ids[0]])
  // One that is odd does not hide the others: without them a ring would have no end.
  expect(seenBy(asked(`x,${ids[0]},,${ids[1]}`), SYSTEM)).toEqual([ids[0], ids[1]])
  for (const wrong of [undefined, '', 'x', `${ids[0]} ${ids[1]}`, ids[0]!.toUpperCase()])
    expect(seenBy(asked(wrong), SYSTEM)).toEqual([])
  expect(seenBy(asked([...ids, randomUUID()].join()), SYSTEM)).toEqual([])
})

it('takes nothing from nobody', () => {
  expect(seenBy(asked(randomUUID()), ANONYMOUS)).toEqual([])
})
