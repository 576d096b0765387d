export type SettingValue = string | number | boolean

/** As `getConfigurations` answers; secrets are not in it, and neither is what this installation does not have. */
export type StoredSettings = Record<string, { value?: SettingValue; editable?: boolean } | undefined>

/** What was typed or chosen, by key; numbers as they were typed. */
export type SettingDraft = Readonly<Record<string, string | boolean>>

/** In a draft: the stored secret is to go. No text that the API takes is like it. */
export const REMOVED = '\0'

/** What a field shows. */
export function shownValue(stored: StoredSettings, draft: SettingDraft, key: string): string | boolean {
  const value = draft[key] ?? stored[key]?.value ?? ''
  if (value === REMOVED) return ''
  return typeof value === 'number' ? String(value) : value
}

/**
 * What differs from what is stored, in the types of the API. A secret is never read back: it is a change as soon as
 * something was typed, or it is to be removed.
 */
export function changesOf(stored: StoredSettings, draft: SettingDraft): Record<string, SettingValue> {
  const changes: Record<string, SettingValue> = {}
  for (const [key, typed] of Object.entries(draft)) {
    const before = stored[key]?.value
    if (typed === REMOVED) {
      changes[key] = ''
      continue
    }
    const value =
      typeof before === 'number' && typeof typed === 'string' && /^-?\d{1,15}$/.test(typed.trim())
        ? Number(typed)
        : typed
    if (before === undefined ? value !== '' : value !== before) changes[key] = value
  }
  return changes
}

/** The one field whose value is wrong by itself, when a refusal says so: its meaning, or its type (`/key must be …`). */
export function refusedKey(message: string, keys: readonly string[]): string | undefined {
  const named = /^(?:the value of |\/)(\w+) (?:is not valid|must )/.exec(message)?.[1]
  return keys.find((key) => key === named)
}

/** A refusal that is about several fields, with the names that the page gives them. */
export const inWordsOf = (message: string, keys: readonly string[], labelOf: (key: string) => string) =>
  message.replace(/[a-z]+(?:_[a-z]+)+/g, (word) => (keys.includes(word) ? `“${labelOf(word)}”` : word))
