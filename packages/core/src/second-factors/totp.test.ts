import { describe, expect, it } from 'vitest'
import { codeAt, keyUri, makeSecret, matchingStep, stepAt } from './totp.ts'

// RFC 6238 appendix B: the ASCII text 12345678901234567890.
const SECRET = 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ'

it.each([
  [59, '94287082'],
  [1111111109, '07081804'],
  [1111111111, '14050471'],
  [1234567890, '89005924'],
  [2000000000, '69279037'],
  [20000000000, '65353130'],
])('at second %d the code is that of RFC 6238', (second, code) => {
  expect(codeAt(SECRET, stepAt(second * 1000), 8)).toBe(code)
  expect(codeAt(SECRET, stepAt(second * 1000))).toBe(code.slice(2))
})

describe('a code', () => {
  const now = 1_700_000_010_000
  const step = stepAt(now)
  it('counts one step before its time and one after, and not beyond', () => {
    const taken = [-2, -1, 0, 1, 2].map((off) => matchingStep(SECRET, codeAt(SECRET, step + off), now, 0))
    expect(taken).toEqual([undefined, step - 1, step, step + 1, undefined])
  })
  it('counts once, and none from before it does', () => {
    expect(matchingStep(SECRET, codeAt(SECRET, step), now, step)).toBeUndefined()
    expect(matchingStep(SECRET, codeAt(SECRET, step - 1), now, step)).toBeUndefined()
    expect(matchingStep(SECRET, codeAt(SECRET, step + 1), now, step)).toBe(step + 1)
  })
  it.each(['', '12345', '1234567', 'abcdef', '１２３４５６'])('is not %j', (code) => {
    expect(matchingStep(SECRET, code, now, 0)).toBeUndefined()
  })
})

it('a secret is 160 random bits in base32', () => {
  expect(makeSecret()).toMatch(/^[A-Z2-7]{32}$/)
  expect(makeSecret()).not.toBe(makeSecret())
})

it('the address for apps carries names with any signs', () => {
  const uri = new URL(keyUri(SECRET, 'jörg&co', 'registry.example:8443'))
  expect(uri.searchParams.get('secret')).toBe(SECRET)
  expect(uri.searchParams.get('issuer')).toBe('Berth registry.example:8443')
  expect(decodeURIComponent(uri.pathname)).toContain(':jörg&co')
})
