import { settings } from '@berth/core/settings'

const begin = '<!-- settings: this table is made from packages/core/src/settings -->'
const end = '<!-- /settings -->'

/** The README's table of settings, as Markdown. */
export function settingsTable(): string {
  const rows = Object.entries(settings).map(([name, { fallbackText, description, audience }]) => {
    const setBy =
      audience === 'part' ? ' Set for you; only those who start the parts one by one need it.' : ''
    return `| \`${name}\` | ${fallbackText} | ${description}${setBy} |`
  })
  return [begin, '| Setting | Default | What it does |', '|---|---|---|', ...rows, end].join('\n')
}

/** The text with its table brought up to date; undefined when it has no place for one. */
export function withSettingsTable(text: string): string | undefined {
  const from = text.indexOf(begin)
  const to = text.indexOf(end)
  if (from < 0 || to < from) return undefined
  return text.slice(0, from) + settingsTable() + text.slice(to + end.length)
}
