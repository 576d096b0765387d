import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { compareVersions, parseVersion, parseVersionRange } from './versions.ts'

const within = (range: string, tags: string) =>
  tags.split(' ').filter((tag) => parseVersionRange(range)!.contains(tag))

describe('a range of versions', () => {
  it.each([
    ['>=1.2 <2', '1.1.9 1.2 1.2.0 v1.9.9 2.0.0 2', '1.2 1.2.0 v1.9.9'],
    ['>= 1.2, < 2', '1.1.9 1.2.0 2.0.0', '1.2.0'],
    ['^1.4.2', '1.4.1 1.4.2 1.9.0 2.0.0', '1.4.2 1.9.0'],
    ['^0.4.2', '0.4.1 0.4.2 0.4.9 0.5.0', '0.4.2 0.4.9'],
    ['^0.0.3', '0.0.3 0.0.4', '0.0.3'],
    ['^0', '0.0.1 0.9.9 1.0.0', '0.0.1 0.9.9'],
    ['~1.4.2', '1.4.1 1.4.2 1.4.9 1.5.0', '1.4.2 1.4.9'],
    ['~1', '0.9.0 1.0.0 1.9.0 2.0.0', '1.0.0 1.9.0'],
    ['1.x', '0.9 1.0 1.99.1 2.0', '1.0 1.99.1'],
    ['1.2.*', '1.1.9 1.2.0 1.2.7 1.3.0', '1.2.0 1.2.7'],
    ['=1.2.3', '1.2.3 1.2.4 v1.2.3 1.2.3_linux', '1.2.3 v1.2.3 1.2.3_linux'],
    ['>1', '1.0.0 1.9.9 2.0.0', '2.0.0'],
    ['<=1', '0.1.0 1.0.0 1.9.9 2.0.0', '0.1.0 1.0.0 1.9.9'],
    ['1.x || >=3 <4', '1.5.0 2.5.0 3.5.0 4.0.0', '1.5.0 3.5.0'],
    ['*', '0.0.1 9.9.9 latest 1.0.0-rc.1', '0.0.1 9.9.9'],
    ['>=1.0.0-rc.1', '1.0.0-beta 1.0.0-rc.1 1.0.0-rc.2 1.0.0 2.0.0-a', '1.0.0-rc.1 1.0.0-rc.2 1.0.0 2.0.0-a'],
    ['>=1.0.0-0 <2', '0.9.9 1.0.0-rc.1 1.9.0 2.0.0-alpha.1 2.0.0', '1.0.0-rc.1 1.9.0'],
    ['>=1.0.0-0 <2.0.0', '1.0.0-rc.1 1.9.0 2.0.0-rc.3 2.0.0', '1.0.0-rc.1 1.9.0'],
    ['<2.0.0-rc.2', '1.9.0 2.0.0-rc.1 2.0.0-rc.2 2.0.0', '1.9.0 2.0.0-rc.1'],
    ['^1.0.0-0', '1.0.0-rc.1 1.4.0 2.0.0-rc.1 2.0.0', '1.0.0-rc.1 1.4.0'],
  ])('%s holds of %s only %s', (range, tags, expected) => {
    expect(within(range, tags).join(' ')).toBe(expected)
  })

  it('never holds what is no version', () => {
    expect(within('*', 'latest main 1.2.3.4 sha256-abc v 1..2 1.2.3- -1 1e3 01x')).toEqual([])
  })

  it('is refused when it says nothing', () => {
    for (const text of ['', ' ', '>=', 'latest', '1.2 ||', '>x', '1.2.3.4', '>=1.2 and', '1'.repeat(300)])
      expect(parseVersionRange(text), text).toBeUndefined()
  })
})

it('versions are ordered as semver.org says', () => {
  const order =
    '1.0.0-alpha 1.0.0-alpha.1 1.0.0-alpha.beta 1.0.0-beta 1.0.0-beta.2 1.0.0-beta.11 1.0.0-rc.1 1.0.0'
  const versions = order.split(' ').map((tag) => parseVersion(tag)!)
  for (let at = 1; at < versions.length; at++)
    expect(compareVersions(versions[at - 1]!, versions[at]!)).toBe(-1)
})

it('the order is one: of any two neither is before the other, or one is', () => {
  const version = fc
    .tuple(fc.nat(3), fc.nat(3), fc.nat(3), fc.constantFrom('', '-a', '-1', '-a.1', '-1.a', '-a.b'))
    .map(([major, minor, patch, pre]) => parseVersion(`${major}.${minor}.${patch}${pre}`)!)
  fc.assert(
    fc.property(version, version, version, (a, b, c) => {
      // Without -0, which is another number to `toBe`.
      expect(compareVersions(a, b) + compareVersions(b, a)).toBe(0)
      if (compareVersions(a, b) <= 0 && compareVersions(b, c) <= 0)
        expect(compareVersions(a, c)).toBeLessThanOrEqual(0)
    }),
  )
})
