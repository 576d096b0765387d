export type Filter = { text: string; terms: Record<string, string[]> }

/**
 * Reads what a person types into a filter field: `key:value` for the keys allowed, quotes around spaces,
 * everything else is free text. An unknown key stays text, so that a name with a colon can be searched.
 */
export function parseFilter(input: string, keys: readonly string[]): Filter {
  const terms: Record<string, string[]> = {}
  const words: string[] = []
  for (const match of input.matchAll(/([a-z]+):(?:"([^"]*)"|(\S+))|"([^"]*)"|(\S+)/gi)) {
    const [whole, key, quoted, plain, quotedText, word] = match
    const name = key?.toLowerCase()
    if (name && keys.includes(name)) {
      const value = quoted ?? plain ?? ''
      terms[name] = [...(terms[name] ?? []), value]
    } else words.push(quotedText ?? word ?? whole)
  }
  return { text: words.join(' '), terms }
}

/** The text form of a filter; parseFilter(formatFilter(f)) gives f back. */
export function formatFilter({ text, terms }: Filter): string {
  const parts = Object.entries(terms).flatMap(([key, values]) =>
    values.map((value) => `${key}:${/\s/.test(value) ? `"${value}"` : value}`),
  )
  return [...parts, text].filter(Boolean).join(' ')
}
