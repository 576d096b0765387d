import type { Digest } from '@berth/registry-client'
import { expect, it } from 'vitest'
import { isDoubtful, judge } from './mirror.ts'

const [old, one, two] = ['old', 'one', 'two'] as unknown as [Digest, Digest, Digest]
const said = (here?: Digest, there?: Digest, before?: Digest, deletion = true) =>
  judge({ here, there, before }, deletion)

it('what one side changed goes to the other, and where both did this Berth’s stands', () => {
  expect(said(one, one, old)).toBe('step')
  expect(said(one, old, old)).toBe('push')
  expect(said(old, one, old)).toBe('pull')
  expect(said(one, two, old)).toBe('push')
  expect(said(one, two)).toBe('push')
  expect([said(one), said(undefined, one)]).toEqual(['push', 'pull'])
})

it('a deletion is carried over unless the other side has changed the tag since; without deletions it comes back', () => {
  expect(said(undefined, undefined, old)).toBe('step')
  expect([said(old, undefined, old), said(undefined, old, old)]).toEqual(['deleteHere', 'deleteThere'])
  expect([said(one, undefined, old), said(undefined, one, old)]).toEqual(['push', 'pull'])
  expect([said(old, undefined, old, false), said(undefined, old, old, false)]).toEqual(['push', 'pull'])
})

it('so many missing at once may be a loss: three at least, and more than half of what both sides had', () => {
  expect([
    isDoubtful(2, 2),
    isDoubtful(3, 3),
    isDoubtful(3, 5),
    isDoubtful(3, 6),
    isDoubtful(50, 100),
  ]).toEqual([false, true, true, false, false])
})
