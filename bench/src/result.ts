import { rename, writeFile } from 'node:fs/promises'
import type { BenchOptions } from './options.ts'
import { type Line, renderTable } from './table.ts'

export interface Result {
  /** What the machine is, one line each. */
  machine: readonly string[]
  options: Pick<BenchOptions, 'rounds' | 'seconds'>
  lines: readonly Line[]
  /** What could not be measured, and why. */
  failures: readonly string[]
}

/** Markdown: where it was measured, the table, and what could not be. */
export function renderResult({ machine, options, lines, failures }: Result): string {
  const facts = [...machine, `${options.rounds} rounds of ${options.seconds} s a side, in turn`]
  const told = failures.map((failure) => `\n\n${failure}`).join('')
  return `${facts.map((fact) => `- ${fact}`).join('\n')}\n\n${renderTable(lines)}${told}`
}

/** Whoever ends the bench in this moment finds the page from before. */
export async function writePage(path: string, result: string, now = new Date()): Promise<void> {
  const half = `${path}.half`
  await writeFile(
    half,
    `# Measured on ${now.toISOString().slice(0, 16).replace('T', ' at ')} UTC\n\n${result}\n`,
  )
  await rename(half, path)
}
