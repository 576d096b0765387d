import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { all, any, contains, equal, type Filter, filterText, IN_CHAIN, matchesRule, not } from './filter.ts'
import { parseFilter } from './filter-parser.ts'

const value = fc.oneof(
  fc.string({ unit: 'grapheme', minLength: 1 }),
  fc.stringMatching(/^[()*\\&|!=~<>: \0a-c]{1,12}$/),
)
const attribute = fc.constantFrom('cn', 'uid', 'objectClass', 'x-1;lang-en', '2.5.4.3')
const filter = fc.letrec<{ filter: Filter }>((tie) => ({
  filter: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.tuple(attribute, value).map(([name, text]) => equal(name, text)),
    fc.tuple(attribute, value).map(([name, text]) => contains(name, text)),
    fc.tuple(attribute, value).map(([name, text]) => matchesRule(name, IN_CHAIN, text)),
    tie('filter').map(not),
    fc.array(tie('filter'), { minLength: 2, maxLength: 3 }).map((of) => all(...of)),
    fc.array(tie('filter'), { minLength: 2, maxLength: 3 }).map((of) => any(...of)),
  ),
})).filter

describe('a filter', () => {
  it('keeps its structure whatever its values are: no value ever becomes syntax', () => {
    fc.assert(
      fc.property(filter, (built) => {
        expect(parseFilter(filterText(built))).toEqual(built)
      }),
    )
  })

  it('is read as directories read it', () => {
    expect(parseFilter(' (&(objectClass=person)(!(cn=Jos\\c3\\a9*)) (|(a>=1)(b<=2)(c~=d))) ')).toEqual({
      kind: 'and',
      of: [
        { kind: 'equal', attribute: 'objectClass', value: 'person' },
        { kind: 'not', of: { kind: 'substrings', attribute: 'cn', initial: 'José', any: [], final: '' } },
        {
          kind: 'or',
          of: [
            { kind: 'greaterOrEqual', attribute: 'a', value: '1' },
            { kind: 'lessOrEqual', attribute: 'b', value: '2' },
            { kind: 'approximately', attribute: 'c', value: 'd' },
          ],
        },
      ],
    })
    expect(parseFilter('cn=*')).toEqual({ kind: 'present', attribute: 'cn' })
    expect(parseFilter('(objectGUID=\\ff\\00\\fe)')).toMatchObject({ value: Buffer.of(0xff, 0, 0xfe) })
    expect(parseFilter('(cn=a*b**c*d)')).toMatchObject({ initial: 'a', any: ['b', 'c'], final: 'd' })
    expect(parseFilter('(member:dn:1.2.840.113556.1.4.1941:=cn=a,dc=b)')).toMatchObject({
      attribute: 'member',
      rule: IN_CHAIN,
      dnAttributes: true,
      value: 'cn=a,dc=b',
    })
  })

  it.each([
    '',
    '()',
    '(&)',
    '(cn=a',
    '(cn=a))',
    '(cn=a)(uid=b)',
    '(cn=a(b)',
    '(cn=\\zz)',
    '(cn=\\)',
    '(=a)',
    '(c n=a)',
    '(:=a)',
    `${'(!'.repeat(30)}(cn=a)${')'.repeat(30)}`,
    `(cn=${'a'.repeat(5_000)})`,
  ])('is refused when it cannot be read: %s', (text) => {
    expect(() => parseFilter(text)).toThrow(expect.objectContaining({ code: 'INVALID_FILTER' }))
  })

  it('takes names of attributes and rules only where they are names', () => {
    for (const name of ['', 'cn)(uid', 'cn=*', 'a b', '1', 'é'])
      expect(() => equal(name, 'x')).toThrow(expect.objectContaining({ code: 'INVALID_FILTER' }))
    expect(() => matchesRule('cn', '1.2)(', 'x')).toThrow(expect.objectContaining({ code: 'INVALID_FILTER' }))
  })
})
