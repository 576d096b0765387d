import { readFileSync } from 'node:fs'
import { stripTypeScriptTypes } from 'node:module'
import { basename, join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { expect, test } from 'vitest'
import { generate, generatedFolder } from './generate.ts'

test.each(Object.entries(generate()))('%s is what the YAML files generate today', (name, content) => {
  // When this fails: node packages/contract/generate.ts
  expect(readFileSync(join(generatedFolder, name), 'utf8')).toBe(content)
})

/** The modules a browser loads with `@berth/contract`; type imports are gone after stripping. */
function loadedModules(entry: string, found = new Map<string, string>()): Map<string, string> {
  if (found.has(entry)) return found
  const code = stripTypeScriptTypes(readFileSync(entry, 'utf8'))
  found.set(entry, code)
  for (const [, specifier] of code.matchAll(/^(?:import|export)[^'"]*?from\s+'([^']+)'/gm)) {
    expect(specifier, `imported by ${entry}`).toMatch(/^\.\//)
    loadedModules(join(entry, '..', specifier!), found)
  }
  return found
}

test('the browser loads the client and the tables, and nothing else', () => {
  const src = join(import.meta.dirname, 'src')
  const loaded = [...loadedModules(join(src, 'index.ts')).keys()].map((file) => file.slice(src.length + 1))
  expect(loaded.sort()).toEqual([
    'client.ts',
    'generated/addresses.ts',
    'generated/operations.ts',
    'index.ts',
  ])
})

test('the client costs the browser less than 4 KiB, even before minification', () => {
  const modules = loadedModules(join(import.meta.dirname, 'src/index.ts'))
  const code = [...modules].filter(([file]) => !file.includes('generated')).map(([, source]) => source)
  expect(gzipSync(code.join('\n')).length).toBeLessThan(4096)
  const table = modules.get(join(generatedFolder, 'operations.ts'))!
  expect(gzipSync(table).length).toBeLessThan(4096)
})

test('the client itself needs the addresses only, so that a bundler can leave the big table out', () => {
  const loaded = loadedModules(join(import.meta.dirname, 'src/client.ts'))
  expect([...loaded.keys()].map((file) => basename(file))).toEqual(['client.ts', 'addresses.ts'])
  expect(gzipSync(loaded.get(join(generatedFolder, 'addresses.ts'))!).length).toBeLessThan(2048)
})
