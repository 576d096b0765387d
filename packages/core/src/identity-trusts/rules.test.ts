import fc from 'fast-check'
import { expect, test } from 'vitest'
import { compileGlob } from '../globs/index.ts'
import { readStandardClaims } from './claims.ts'
import { readKeys, readToken } from './jwt.ts'
import { RefusedTokenError } from './refused.ts'
import { claimsFit, fixedStart, parseClaims, parsePath } from './rules.ts'

const piece = fc.constantFrom('a', 'b', '/', ':', '*', '**', '?', '[ab]', '{a,b}', '\\*', '\\\\')

test('whatever a pattern fits begins with its fixed start', () => {
  const text = fc.array(fc.constantFrom('a', 'b', '/', ':', '*', '\\'), { maxLength: 8 })
  fc.assert(
    fc.property(fc.array(piece, { minLength: 1, maxLength: 8 }), text, (pieces, letters) => {
      const pattern = pieces.join('')
      const value = letters.join('')
      const fits = compileGlob(pattern).matches(value)
      expect(claimsFit({ sub: pattern }, { sub: value })).toBe(fits)
      if (fits) expect(value.startsWith(fixedStart(pattern)), pattern).toBe(true)
    }),
  )
})

test('a path names the same claim that was meant when its names are escaped', () => {
  const names = fc.array(fc.stringMatching(/^[a-z./:\\]{1,6}$/), { minLength: 1, maxLength: 5 })
  fc.assert(
    fc.property(names, (parts) => {
      expect(parsePath(parts.map((part) => part.replace(/[.\\]/g, '\\$&')).join('.'))).toEqual(parts)
    }),
  )
  for (const text of ['', '.', 'a.', '.a', 'a..b', 'a\\', 'a.b.c.d.e.f', 'a\0', 'x'.repeat(256)])
    expect(parsePath(text), text).toBeUndefined()
})

test('claims that objects have by themselves are none', () => {
  for (const path of ['__proto__', 'constructor.name', 'toString.length', 'sub.length'])
    expect(claimsFit({ [path]: '{*,**}' }, { sub: 'a' }), path).toBe(false)
  expect(claimsFit({}, { sub: 'a' })).toBe(false)
})

test('every party that a shared issuer serves is shut out but the one that is named', () => {
  const github = 'https://token.actions.githubusercontent.com'
  const wrong = [
    { sub: 'repo:*' },
    { sub: 'repo:{acme,evil}/app:*' },
    { sub: 'repo:a?me/app:*' },
    { sub: 'repo:acme*/app' },
    { repository: 'acme*/app' },
    { repository_owner: 'acme*' },
    { repository_owner: 'a[c]me' },
    { environment: 'production' },
    { sub: 'environment:production:*' },
    { sub: 'ref:refs/heads/main*' },
    { sub: 'job_workflow_ref:octo/shared/*' },
    { sub: 'context:acme/app:*' },
    { job_workflow_ref: 'acme/app/.github/workflows/x.yml@refs/heads/main' },
  ]
  for (const claims of wrong) {
    expect(() => parseClaims(github, claims), JSON.stringify(claims)).toThrow(/name the owner/)
    expect(() => parseClaims(`${github}/`, claims), JSON.stringify(claims)).toThrow(/name the owner/)
  }
})

test.each([
  ['https://app.terraform.io', 'organization', 'terraform_organization_name'],
  ['https://oidc.vercel.com', 'owner', 'owner'],
  ['https://api.pulumi.com/oidc', 'pulumi:deploy:org', 'org'],
])('%s serves everybody: a trust names the owner', (issuer, before, claim) => {
  for (const claims of [
    { sub: `${before}:*:project:app:**` },
    { sub: `${before}:ac*` },
    { [claim]: 'ac*' },
    { environment: 'production' },
  ])
    expect(() => parseClaims(issuer, claims), JSON.stringify(claims)).toThrow(/name the owner/)
  for (const claims of [{ sub: `${before}:acme:project:app:**` }, { [claim]: 'acme' }])
    expect(() => parseClaims(issuer, claims), JSON.stringify(claims)).not.toThrow()
})

test('no text makes reading a token fail in another way than by refusing it', () => {
  const part = fc.oneof(
    fc.string(),
    fc.json().map((text) => Buffer.from(text).toString('base64url')),
    fc
      .record({
        alg: fc.constantFrom('ES256', 'none', 7, null),
        kid: fc.anything(),
        typ: fc.constantFrom('JWT', 1),
      })
      .map((header) => Buffer.from(JSON.stringify(header)).toString('base64url')),
  )
  fc.assert(
    fc.property(fc.array(part, { maxLength: 4 }), (parts) => {
      try {
        readStandardClaims(readToken(parts.join('.')).claims, 1.7e12)
      } catch (error) {
        if (!(error instanceof RefusedTokenError)) throw error
      }
    }),
  )
  fc.assert(
    fc.property(fc.anything(), (set) => {
      expect(Array.isArray(readKeys(set))).toBe(true)
      expect(readKeys({ keys: [set, { kty: 'RSA', kid: 'x', n: set, e: set }] })).toEqual([])
    }),
  )
})
