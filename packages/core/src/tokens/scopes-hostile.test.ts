import { parseRepositoryName } from '@berth/registry-client'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { permits } from './claims.ts'
import { MAX_SCOPES, parseScope, parseScopes, repositoryActions } from './scopes.ts'

const name = fc.oneof(
  fc.constantFrom(
    'a/b',
    'a/b/c',
    'a/bc',
    'a',
    'x/y',
    'a/b:5000/c',
    '*',
    'a/*',
    'A/b',
    'a//b',
    '../a/b',
    'a/b\u0000',
  ),
  fc.string({ unit: 'binary', maxLength: 20 }),
)
const scope = fc.oneof(
  fc
    .tuple(
      fc.constantFrom('repository', 'repository(plugin)', 'registry', 'Repository', ''),
      name,
      fc.constantFrom('pull', 'push,pull', '*', 'delete', 'pull,*', 'PULL', ''),
    )
    .map((parts) => parts.join(':')),
  fc.string({ unit: 'binary' }),
)

test('a scope names one repository exactly as it stands there, or nothing', () => {
  fc.assert(
    fc.property(scope, (text) => {
      const parsed = parseScope(text)
      if (parsed?.type !== 'repository') return
      expect(parseRepositoryName(parsed.name)).toBe(parsed.name)
      expect(text).toContain(`:${parsed.name}:`)
      for (const action of parsed.actions) expect(repositoryActions).toContain(action)
    }),
    { numRuns: 2_000 },
  )
})

test('many scopes are no more than the limit, and each was asked for', () => {
  fc.assert(
    fc.property(fc.array(scope, { maxLength: 150 }), (texts) => {
      const scopes = parseScopes(texts)
      expect(scopes.length).toBeLessThanOrEqual(MAX_SCOPES)
      for (const { name } of scopes) expect(texts.some((text) => text.includes(name))).toBe(true)
    }),
    { numRuns: 200 },
  )
})

test('an entry permits its own name and no other, longer, shorter or alike', () => {
  fc.assert(
    fc.property(name, name, fc.constantFrom(...repositoryActions), (held, asked, action) => {
      const access = [{ type: 'repository' as const, name: held, actions: ['pull', 'push', 'delete'] }]
      expect(permits(access, 'repository', asked, action)).toBe(held === asked)
      expect(permits(access, 'registry', asked, action)).toBe(false)
    }),
    { numRuns: 1_000 },
  )
})
