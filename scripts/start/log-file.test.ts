import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { openLogFile } from './log-file.ts'

let directory: string
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'berth-test-log-'))
})
afterEach(() => rmSync(directory, { recursive: true, force: true }))

const now = () => new Date('2026-01-02T03:04:05Z')

it('keeps lines with their time, over several starts', () => {
  const path = join(directory, 'deep', 'gateway.log')
  for (const text of ['first', 'second']) {
    const log = openLogFile(path, 1_000, now)
    log.line(text)
    log.close()
  }
  expect(readFileSync(path, 'utf8')).toBe('2026-01-02T03:04:05.000Z first\n2026-01-02T03:04:05.000Z second\n')
})

it('never takes more than two caps of disk, and keeps the newest lines', () => {
  const path = join(directory, 'web.log')
  const log = openLogFile(path, 300, now)
  for (let i = 0; i < 50; i++) log.line(`line ${i}`)
  log.close()
  const kept = readFileSync(`${path}.1`, 'utf8') + readFileSync(path, 'utf8')
  expect(kept.length).toBeLessThanOrEqual(600)
  expect(kept.trim().split('\n').at(-1)).toContain('line 49')
  expect(existsSync(`${path}.2`)).toBe(false)
})

it('writes a line that is longer than the cap whole', () => {
  const log = openLogFile(join(directory, 'x.log'), 50, now)
  log.line('x'.repeat(200))
  log.close()
  expect(readFileSync(join(directory, 'x.log'), 'utf8')).toContain('x'.repeat(200))
})
