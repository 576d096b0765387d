import fc from 'fast-check'
import { expect, it } from 'vitest'
import { mapRepository } from './mapping.ts'

it.each([
  ['team/app', '', -1, 'team/app'],
  ['team/a/b', '', 2, 'team/a/b'],
  ['team/a/b', 'dest', -1, 'dest/b'],
  ['team/a/b', 'dest', 0, 'dest/team/a/b'],
  ['team/a/b', 'dest', 1, 'dest/a/b'],
  ['team/a/b', 'dest', 2, 'dest/b'],
  ['app', 'dest/sub', -1, 'dest/sub/app'],
  ['app', 'dest', 0, 'dest/app'],
])(
  '%s with the namespace %j and %i parts replaced is %s',
  (source, destNamespace, replaceCount, expected) => {
    expect(mapRepository(source, { destNamespace, replaceCount })).toBe(expected)
  },
)

it('refuses a name with fewer parts than make way, and one that the destination cannot have', () => {
  const map =
    (source: string, destNamespace: string, replaceCount: number, parts?: 'two' | 'at-least-two') => () =>
      mapRepository(source, { destNamespace, replaceCount }, parts)
  expect(map('team/app', 'dest', 2)).toThrow(/2 are to make way/)
  expect(map('team/a/b', 'dest', 1, 'two')).toThrow(/two parts/)
  expect(map('app', '', -1, 'at-least-two')).toThrow(/two parts or more/)
  expect(map('team/a/b', 'dest', -1, 'two')()).toBe('dest/b')
})

it('keeps the last part of every name, begins with the namespace, and gives different names different ones at 0', () => {
  const part = fc.constantFrom('a', 'b', 'app', 'x-y')
  const name = fc.array(part, { minLength: 1, maxLength: 5 }).map((parts) => parts.join('/'))
  fc.assert(
    fc.property(name, name, fc.integer({ min: -1, max: 6 }), (left, right, replaceCount) => {
      const mapping = { destNamespace: 'dest/sub', replaceCount }
      if (replaceCount > left.split('/').length - 1) {
        expect(() => mapRepository(left, mapping)).toThrow()
        return
      }
      const mapped = mapRepository(left, mapping)
      expect(mapped.startsWith('dest/sub/')).toBe(true)
      expect(mapped.split('/').at(-1)).toBe(left.split('/').at(-1))
      if (replaceCount === 0) expect(mapped === mapRepository(right, mapping)).toBe(left === right)
    }),
  )
})
