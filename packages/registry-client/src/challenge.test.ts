import { describe, expect, it } from 'vitest'
import { parseChallenges } from './challenge.ts'

const read = (header: string | null) =>
  parseChallenges(header).map(({ scheme, params }) => [scheme, Object.fromEntries(params)])

describe('WWW-Authenticate', () => {
  it.each<[string, unknown[]]>([
    [
      'Bearer realm="https://auth.example/token",service="registry",scope="repository:a/b:pull,push"',
      [
        [
          'bearer',
          { realm: 'https://auth.example/token', service: 'registry', scope: 'repository:a/b:pull,push' },
        ],
      ],
    ],
    ['Basic realm="a"', [['basic', { realm: 'a' }]]],
    ['BEARER Realm=x , SERVICE = y', [['bearer', { realm: 'x', service: 'y' }]]],
    ['Bearer realm="a, Basic realm=b"', [['bearer', { realm: 'a, Basic realm=b' }]]],
    ['Bearer realm="a\\"b\\\\c"', [['bearer', { realm: 'a"b\\c' }]]],
    [
      'Negotiate dG9rZW4=, Basic realm="b", Bearer realm="c"',
      [
        ['negotiate', {}],
        ['basic', { realm: 'b' }],
        ['bearer', { realm: 'c' }],
      ],
    ],
    [
      'Negotiate, Basic realm="b"',
      [
        ['negotiate', {}],
        ['basic', { realm: 'b' }],
      ],
    ],
    ['Bearer realm="a", realm="b"', [['bearer', { realm: 'a' }]]],
    ['Bearer', [['bearer', {}]]],
    [',, Basic realm=""', [['basic', { realm: '' }]]],
  ])('%s', (header, expected) => expect(read(header)).toEqual(expected))

  it.each([null, '', ' ', '"', '=', '=a', '(', 'a'.repeat(9000)])('takes %j for nothing', (header) => {
    expect(read(header)).toEqual([])
  })

  it('drops a parameter whose quote never closes', () => {
    expect(read('Bearer service="a",realm="https://x')).toEqual([['bearer', { service: 'a' }]])
  })

  it('stays quick on headers made of nothing but structure', () => {
    const before = process.threadCpuUsage()
    for (const piece of ['a=', 'a,', 'a ', '"\\', ', ', '= ']) parseChallenges(piece.repeat(4000))
    // Of the processor, in microseconds: that others are at work makes it no more.
    expect(process.threadCpuUsage(before).user).toBeLessThan(500_000)
  })
})
