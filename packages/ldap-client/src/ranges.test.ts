import { expect, it } from 'vitest'
import type { SearchRequest } from './connection.ts'
import type { Entry } from './entry.ts'
import { withWholeRanges } from './ranges.ts'

const entry = (attributes: Record<string, string[]>): Entry => ({
  dn: 'cn=x',
  attributes: new Map(Object.entries(attributes)),
})
const answer = (...entries: Entry[]) => ({ entries, references: [] })
const asked: string[] = []
const giving = (...parts: Record<string, string[]>[]) => {
  asked.length = 0
  return async ({ attributes }: SearchRequest) => {
    asked.push(...attributes)
    const next = parts.shift()
    return answer(...(next ? [entry(next)] : []))
  }
}

it('reads on until the last part, and asks nothing more for what came whole', async () => {
  const first = entry({ 'memberof;range=0-1': ['a', 'b'], cn: ['x'] })
  const search = giving({ 'memberof;range=2-3': ['c', 'd'] }, { 'memberof;range=4-*': ['e'] })
  const { entries } = await withWholeRanges(search, answer(first, entry({ cn: ['y'] })))
  expect(Object.fromEntries(entries[0]!.attributes)).toEqual({
    memberof: ['a', 'b', 'c', 'd', 'e'],
    cn: ['x'],
  })
  expect(asked).toEqual(['memberof;range=2-*', 'memberof;range=4-*'])
  const whole = answer(entry({ 'memberof;range=0-*': ['a'] }))
  expect([...(await withWholeRanges(giving(), whole)).entries[0]!.attributes]).toEqual([['memberof', ['a']]])
  const plain = answer(entry({ cn: ['y'] }))
  expect(await withWholeRanges(giving(), plain)).toBe(plain)
})

it.each([
  ['stands still', [{ 'memberof;range=0-1': ['a', 'b'] }]],
  ['leaves some out', [{ 'memberof;range=3-4': ['d', 'e'] }]],
  ['ends before it begins', [{ 'memberof;range=2-1': ['c'] }]],
  ['gives nothing', [{ cn: ['x'] }]],
  ['has no such entry any more', []],
])('a directory that %s is not believed', async (_, parts) => {
  const first = answer(entry({ 'memberof;range=0-1': ['a', 'b'] }))
  await expect(withWholeRanges(giving(...(parts as never[])), first)).rejects.toMatchObject({
    code: 'PROTOCOL',
  })
})

it('a directory that never comes to an end is left', async () => {
  let from = 2
  const endless = async () => {
    const part = { [`memberof;range=${from}-${from}`]: ['x'] }
    from++
    return answer(entry(part))
  }
  const first = answer(entry({ 'memberof;range=0-1': ['a', 'b'] }))
  await expect(withWholeRanges(endless, first)).rejects.toMatchObject({ code: 'TOO_MANY_ENTRIES' })
})
