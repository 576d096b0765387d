import { describe, expect, it } from 'vitest'
import { parseProjectName } from './model.ts'

const refused = expect.objectContaining({ code: 'BAD_REQUEST' })

describe('parseProjectName', () => {
  it.each(['a', '1', 'my-project', 'a.b_c-d', 'x'.repeat(255)])('accepts %s', (name) => {
    expect(parseProjectName(name)).toBe(name)
  })
  it.each([
    '',
    'A',
    'a b',
    'a/b',
    '../x',
    'a..b',
    'a__b',
    '-a',
    'a-',
    '.',
    'a%2fb',
    'ä',
    'a\n',
    'x'.repeat(256),
    undefined,
    5,
    ['a'],
  ])('refuses %j', (name) => {
    expect(() => parseProjectName(name)).toThrow(refused)
  })
  it('takes linear time for hostile names', () => {
    const before = process.threadCpuUsage()
    for (let i = 0; i < 100; i++) expect(() => parseProjectName(`${'a'.repeat(254)}!`)).toThrow()
    // Of the processor, in microseconds: that others are at work makes it no more.
    expect(process.threadCpuUsage(before).user).toBeLessThan(1_000_000)
  })
})
