import { type SettingName, settings } from '@berth/core/settings'

/**
 * The settings a source file asks parseSettings for. Read from its text, because importing an env.ts reads the
 * environment at once and ends the process when it is wrong.
 */
export function settingsOf(source: string): { required: SettingName[]; optional: SettingName[] } {
  const lists = [...source.matchAll(/parseSettings\(\s*\w[\w.]*,\s*\[([^\]]*)\]/g)].map(
    (match) => match[1] ?? '',
  )
  const names = lists.flatMap((list) => [...list.matchAll(/'(\w+)(\??)'/g)])
  const known = names.filter((match) => (match[1] ?? '') in settings)
  const pick = (mark: string) =>
    known.filter((match) => match[2] === mark).map((match) => match[1] as SettingName)
  return { required: pick(''), optional: pick('?') }
}
