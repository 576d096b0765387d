import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { renderResult, writePage } from './result.ts'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'berth-bench-page-'))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

const result = {
  machine: ['2 × a processor'],
  options: { rounds: 3, seconds: 5 },
  lines: [{ part: 'starts', what: 'warm start', berth: '3.1 s' }],
  failures: ['gets could not be measured: no'],
}

it('says where it was measured, what, and what could not be', () => {
  const text = renderResult(result)
  expect(text.split('\n').slice(0, 3)).toEqual(['- 2 × a processor', '- 3 rounds of 5 s a side, in turn', ''])
  expect(text).toMatch(/\| warm start +\| 3\.1 s/)
  expect(text.split('\n').at(-1)).toBe('gets could not be measured: no')
})

it('a page is replaced as a whole, and nothing else is left beside it', async () => {
  const page = join(folder, 'page.md')
  for (const text of ['one round', 'two rounds'])
    await writePage(page, text, new Date('2026-11-22T10:00:00Z'))
  expect(await readFile(page, 'utf8')).toBe('# Measured on 2026-11-22 at 10:00 UTC\n\ntwo rounds\n')
  expect(await readdir(folder)).toEqual(['page.md'])
})
