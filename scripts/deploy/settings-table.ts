import { settings } from '@berth/core/settings'

const begin = '<!-- settings: this table is made from packages/core/src/settings -->'
const end = '<!-- /settings -->'

/** The README's table of settings, as Markdown. */
export function settingsTable(): string {
  const rows = Object.entries(settings).map(([name, { fallbackText, description, audience }]) => {
    const setBy =
      audience === 'part' ? ' Set for you; only those who start the parts one by one need it.' : ''
    return [`\`${name}\``, fallbackText, `${description}${setBy}`]
  })
  const table = [['Setting', 'Default', 'What it does'], ...rows]
  // Aligned as the formatter aligns it, so that neither undoes the other's work.
  const widths = [0, 1, 2].map((column) => Math.max(...table.map((cells) => cells[column]?.length ?? 0)))
  const lines = table.map((cells) => `| ${cells.map((cell, i) => cell.padEnd(widths[i] ?? 0)).join(' | ')} |`)
  lines.splice(1, 0, `| ${widths.map((width) => '-'.repeat(width)).join(' | ')} |`)
  return [begin, ...lines, end].join('\n')
}

/** The text with its table brought up to date; undefined when it has no place for one. */
export function withSettingsTable(text: string): string | undefined {
  const from = text.indexOf(begin)
  const to = text.indexOf(end)
  if (from < 0 || to < from) return undefined
  return text.slice(0, from) + settingsTable() + text.slice(to + end.length)
}
