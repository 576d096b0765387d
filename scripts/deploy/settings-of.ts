import { coreSettingNames, type SettingName, settings } from '@berth/core/settings'

const lists = /\bparse(Part)?Settings\(\s*\w[\w.]*\s*(?:,\s*\[([^\]]*)\])?/g

/**
 * The settings a source file asks parseSettings or parsePartSettings for. Read from its text, because importing an
 * env.ts reads the environment at once and ends the process when it is wrong.
 */
export function settingsOf(source: string): { required: SettingName[]; optional: SettingName[] } {
  const names = [...source.matchAll(lists)].flatMap(([, part, list = '']) => [
    ...(part ? coreSettingNames : []),
    ...[...list.matchAll(/'(\w+\??)'/g)].map((match) => match[1]!),
  ])
  const nameOf = (text: string) => text.replace('?', '') as SettingName
  const known = names.filter((text) => nameOf(text) in settings)
  return {
    required: known.filter((text) => !text.endsWith('?')).map(nameOf),
    optional: known.filter((text) => text.endsWith('?')).map(nameOf),
  }
}
