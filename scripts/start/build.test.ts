import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { sourcesHash } from './build.ts'

let directory: string
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'berth-test-sources-'))
  mkdirSync(join(directory, 'app/deep'), { recursive: true })
  writeFileSync(join(directory, 'app/deep/page.tsx'), 'one')
})
afterEach(() => rmSync(directory, { recursive: true, force: true }))

const change = (path: string, text: string) => {
  const before = sourcesHash(directory, ['app'])
  mkdirSync(join(directory, path, '..'), { recursive: true })
  writeFileSync(join(directory, path), text)
  return sourcesHash(directory, ['app']) !== before
}

it('asks for a new build when a source changed, came or was renamed', () => {
  expect(change('app/deep/page.tsx', 'two')).toBe(true)
  expect(change('app/new.css', '')).toBe(true)
})

it('does not build again for tests, output or packages', () => {
  expect(change('app/page.test.ts', 'x')).toBe(false)
  expect(change('app/.next/server.js', 'x')).toBe(false)
  expect(change('app/node_modules/x/index.js', 'x')).toBe(false)
  expect(change('app/README.md', 'x')).toBe(false)
})
