import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'

const room = join(import.meta.dirname, '..')

const sources = readdirSync(join(room, 'src'), { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts'))
  .map((file) => ({ file, text: readFileSync(join(room, 'src', file), 'utf8') }))

/** Everything a file takes from elsewhere: static, dynamic and re-exported. */
const importsOf = (text: string) =>
  [...text.matchAll(/(?:\bfrom\s*|\bimport\s*\(?\s*|\brequire\s*\(\s*)['"]([^'"\s]+)['"]/g)].map(
    (match) => match[1] ?? '',
  )

describe('the registry client', () => {
  it('declares no dependency of any kind', () => {
    const manifest = JSON.parse(readFileSync(join(room, 'package.json'), 'utf8')) as Record<string, object>
    const kinds = ['dependencies', 'peerDependencies', 'optionalDependencies', 'bundledDependencies']
    expect(kinds.flatMap((kind) => Object.keys(manifest[kind] ?? {}))).toEqual([])
  })

  it('imports nothing but Node and itself', () => {
    const imports = sources.flatMap(({ file, text }) => importsOf(text).map((from) => ({ file, from })))
    expect(imports.length).toBeGreaterThan(50)
    expect(imports.filter(({ from }) => !from.startsWith('node:') && !/^\.\.?\//.test(from))).toEqual([])
  })

  it('leaves the fake, the test suite and the real registry out of what it exports', () => {
    const reachable = new Set<string>()
    const visit = (file: string) => {
      if (reachable.has(file)) return
      reachable.add(file)
      for (const from of importsOf(readFileSync(file, 'utf8')))
        if (from.startsWith('.')) visit(join(file, '..', from))
    }
    visit(join(room, 'src', 'index.ts'))
    expect(reachable.size).toBeGreaterThan(15)
    expect([...reachable].filter((file) => /\/(?:fake|real)\/|conformance/.test(file))).toEqual([])
  })
})
