import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'

const source = import.meta.dirname
const files = readdirSync(source, { recursive: true, encoding: 'utf8' }).filter(
  (file) => file.endsWith('.ts') && !file.endsWith('.test.ts'),
)
const importsOf = (file: string) =>
  [
    ...readFileSync(join(source, file), 'utf8').matchAll(/\bfrom\s*'([^']+)'|\bimport\s*\(?\s*'([^']+)'/g),
  ].map((match) => match[1] ?? match[2] ?? '')

describe('the LDAP client', () => {
  it('imports Node, ldapts and itself, and ldapjs in the fake only', () => {
    expect(files.length).toBeGreaterThan(20)
    for (const file of files) {
      const allowed = file.startsWith('fake/') ? ['ldapjs'] : ['ldapts']
      const others = importsOf(file).filter((from) => !/^(?:node:|\.\.?\/)/.test(from))
      expect(others.filter((from) => !allowed.includes(from))).toEqual([])
    }
  })

  it('leaves the fake out of what it exports', () => {
    const reachable = new Set<string>()
    const visit = (file: string) => {
      if (reachable.has(file)) return
      reachable.add(file)
      for (const from of importsOf(file)) if (from.startsWith('.')) visit(join(file, '..', from))
    }
    visit('index.ts')
    expect(reachable.size).toBeGreaterThan(15)
    expect([...reachable].filter((file) => /^(?:fake|real)\//.test(file))).toEqual([])
  })
})
