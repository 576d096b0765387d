/** What the API takes at most. */
export const MAX_PATTERNS = 20

/** Patterns as typed, one a line; blanks part them too, as no repository's name holds one. */
export function readPatterns(text: string): string[] {
  return [...new Set(text.split(/\s+/).filter(Boolean))]
}

/** The limit that the text asks for: null is every repository. */
export function limitOf({ limited, text }: LimitDraft): string[] | null {
  return limited ? readPatterns(text) : null
}

export type LimitDraft = { limited: boolean; text: string }

export const draftOf = (patterns: readonly string[] | null | undefined): LimitDraft => ({
  limited: !!patterns?.length,
  text: patterns?.join('\n') ?? '',
})

/** What is wrong, as a key of `repositoryLimits.problems`; the API has the last word. */
export function limitProblem(draft: LimitDraft): 'missing' | 'tooMany' | undefined {
  const patterns = limitOf(draft)
  if (patterns === null) return undefined
  if (patterns.length === 0) return 'missing'
  return patterns.length > MAX_PATTERNS ? 'tooMany' : undefined
}
