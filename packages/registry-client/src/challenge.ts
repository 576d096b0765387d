/** One challenge of a WWW-Authenticate header (RFC 9110 section 11.6.1). Scheme and parameter names are lower case. */
export interface Challenge {
  scheme: string
  params: ReadonlyMap<string, string>
}

const MAX_HEADER_LENGTH = 8192
const MAX_CHALLENGES = 16
const TOKEN = /[A-Za-z0-9!#$%&'*+.^_`|~-]+/y
const TOKEN68 = /[A-Za-z0-9._~+/-]+=*(?=[ \t]*(?:,|$))/y

/** Reads every challenge, several headers joined by commas included. Stops quietly where the text stops making sense. */
export function parseChallenges(header: string | null): Challenge[] {
  if (header === null || header.length > MAX_HEADER_LENGTH) return []
  const challenges: { scheme: string; params: Map<string, string> }[] = []
  const reader = createReader(header)
  while (challenges.length <= MAX_CHALLENGES) {
    reader.skip(' \t,')
    const word = reader.take(TOKEN)
    if (word === undefined) break
    const hadSpace = reader.skip(' \t')
    const current = challenges.at(-1)
    if (current && reader.eat('=')) {
      reader.skip(' \t')
      const value = reader.eat('"') ? reader.quoted() : reader.take(TOKEN)
      if (value === undefined) break
      const name = word.toLowerCase()
      // A repeated parameter is somebody's trick or mistake; the first one stands.
      if (!current.params.has(name)) current.params.set(name, value)
    } else {
      challenges.push({ scheme: word.toLowerCase(), params: new Map() })
      if (hadSpace) reader.take(TOKEN68)
    }
  }
  return challenges
}

function createReader(text: string) {
  let at = 0
  return {
    skip(characters: string): boolean {
      const from = at
      while (at < text.length && characters.includes(text[at] as string)) at += 1
      return at > from
    },
    eat(character: string): boolean {
      if (text[at] !== character) return false
      at += 1
      return true
    },
    take(pattern: RegExp): string | undefined {
      pattern.lastIndex = at
      const match = pattern.exec(text)?.[0]
      if (match !== undefined) at += match.length
      return match
    },
    /** The rest of a quoted-string whose opening quote was eaten; undefined when it never closes. */
    quoted(): string | undefined {
      let value = ''
      while (at < text.length) {
        const character = text[at] as string
        at += 1
        if (character === '"') return value
        if (character === '\\') {
          value += text[at] ?? ''
          at += 1
        } else value += character
      }
      return undefined
    },
  }
}
