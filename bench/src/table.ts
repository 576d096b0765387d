import { type Goal, meets, type Ratio } from './statistics.ts'

/** One line of the result. Without `against` and `ratio` it is a plain report. */
export interface Line {
  /** Which part of the bench it belongs to; what `--only` names. */
  part: string
  what: string
  /** With unit. */
  berth: string
  against?: string
  ratio?: Ratio
  goal?: Goal
  /** What helps to judge the line. */
  note?: string
}

const number = (value: number) => (Number.isFinite(value) ? value.toFixed(2) : '–')

function verdict({ goal, ratio }: Line): string {
  if (!goal) return ''
  return ratio && meets(goal, ratio.median) ? 'met' : 'MISSED'
}

function cells(line: Line): string[] {
  const { ratio, goal } = line
  const bound = goal ? ('atLeast' in goal ? `≥ ${number(goal.atLeast)}` : `≤ ${number(goal.atMost)}`) : ''
  return [
    line.what,
    line.berth,
    line.against ?? '',
    ratio ? number(ratio.median) : '',
    ratio ? `${number(ratio.min)}–${number(ratio.max)}` : '',
    bound,
    verdict(line),
    line.note ?? '',
  ]
}

const headings = ['measured', 'Berth', 'against', 'ratio', 'rounds', 'goal', '', 'CPU and notes']

/** A Markdown table whose columns line up in a terminal as well. */
export function renderTable(lines: readonly Line[]): string {
  const rows = [headings, ...lines.map(cells)].map((row) => row.map((cell) => cell.replaceAll('|', '\\|')))
  const widths = headings.map((_, column) => Math.max(3, ...rows.map((row) => [...row[column]!].length)))
  const draw = (row: string[]) =>
    `| ${row.map((cell, column) => cell + ' '.repeat(widths[column]! - [...cell].length)).join(' | ')} |`
  const rule = `|${widths.map((width) => '-'.repeat(width + 2)).join('|')}|`
  return [draw(rows[0]!), rule, ...rows.slice(1).map(draw)].join('\n')
}
