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

test('the browser loads the client and the big table, and nothing else', () => {
  const src = join(import.meta.dirname, 'src')
  const loaded = [...loadedModules(join(src, 'index.ts')).keys()].map((file) => file.slice(src.length + 1))
  expect(loaded.sort()).toEqual([
    'client.ts',
    'generated/base-path.ts',
    'generated/operations.ts',
    'index.ts',
  ])
})

test('the client costs the browser less than 4 KiB, even before minification', () => {
  const modules = loadedModules(join(import.meta.dirname, 'src/index.ts'))
  const code = [...modules].filter(([file]) => !file.includes('generated')).map(([, source]) => source)
  expect(gzipSync(code.join('\n')).length).toBeLessThan(4096)
  // The table of all operations is for servers; browsers load the one of addresses, which the next test bounds.
  const table = modules.get(join(generatedFolder, 'operations.ts'))!
  expect(gzipSync(table).length).toBeLessThan(8192)
})

test('the client itself needs no table until the first call, and then only the addresses', () => {
  const src = join(import.meta.dirname, 'src')
  const names = (entry: string) => [...loadedModules(join(src, entry)).keys()].map((file) => basename(file))
  expect(names('client.ts')).toEqual(['client.ts'])
  // One name is that of the file which reads the table, the other that of the table.
  expect(names('addresses.ts')).toEqual(['addresses.ts', 'addresses.ts'])
  expect(gzipSync(readFileSync(join(generatedFolder, 'addresses.ts'))).length).toBeLessThan(4096)
})
