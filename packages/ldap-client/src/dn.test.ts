import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { childDn, isWithin, normalDn, parseDn, sameDn } from './dn.ts'

const value = fc
  .oneof(fc.string({ unit: 'grapheme', minLength: 1 }), fc.stringMatching(/^[,+"\\<>;=# \0a-c]{1,12}$/))
  .filter((text) => text.isWellFormed())

describe('a distinguished name', () => {
  it('keeps its parts whatever a value is: none ends its part or begins another', () => {
    fc.assert(
      fc.property(value, value, (one, other) => {
        const dn = childDn('cn', one, childDn('ou', other, 'dc=example'))
        expect(parseDn(dn)).toEqual([
          [{ attribute: 'cn', value: one }],
          [{ attribute: 'ou', value: other }],
          [{ attribute: 'dc', value: 'example' }],
        ])
        expect(isWithin(dn, 'DC=Example')).toBe(true)
        expect(normalDn(normalDn(dn))).toBe(normalDn(dn))
      }),
    )
  })

  it.each([
    ['CN=Ann Zoé,OU=People,DC=a', 'cn=ann  zo\\c3\\a9, ou = people ,dc=A'],
    ['cn=a+uid=b,dc=c', 'UID=B+CN=A,dc=c'],
    ['cn="Doe, John",dc=c', 'cn=Doe\\, John,dc=c'],
    ['cn=Doe\\2c John,dc=c', 'cn=Doe\\, John,dc=c'],
    ['cn=a;dc=c', 'cn=a,dc=c'],
  ])('%s is %s', (one, other) => {
    expect(sameDn(one, other)).toBe(true)
  })

  it.each([
    ['cn=a,dc=c', 'cn=a,dc=d'],
    ['cn=a\\,dc=c', 'cn=a,dc=c'],
    ['cn=a,dc=evil-example', 'dc=example'],
  ])('%s is not %s', (one, other) => {
    expect(sameDn(one, other)).toBe(false)
    expect(isWithin(one, other)).toBe(false)
  })

  it.each(['a', '=a', 'cn=a,', ',cn=a', 'cn=a,b', 'cn="a', 'cn="a"b', 'cn=a\\', 'c n=a'])(
    '%s is none',
    (dn) => {
      expect(() => parseDn(dn)).toThrow(expect.objectContaining({ code: 'INVALID_DN' }))
    },
  )
})
