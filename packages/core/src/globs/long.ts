import { characterClass } from './character-class.ts'
import { alternatives, compileGlob, type Glob } from './compile.ts'
import { GlobError } from './glob-error.ts'

/** UTF-16 units of a long pattern. */
export const MAX_LONG_GLOB_LENGTH = 4_096
/** Of all patterns together that a long one stands for: what is beside the braces is written once and counts for each. */
const MAX_EXPANDED_LENGTH = 32_768

/**
 * As `compileGlob`, for lists of many names or patterns: the limits of length and stars hold for each alternative of a brace by
 * itself. What is too much for one matcher is taken apart at its first brace; several small ones also cost less than
 * one that is large.
 *
 * @throws GlobError
 */
export function compileLongGlob(pattern: string): Glob {
  if (pattern.length > MAX_LONG_GLOB_LENGTH)
    throw new GlobError(`a pattern must have at most ${MAX_LONG_GLOB_LENGTH} characters`)
  const globs: Glob[] = []
  let expanded = 0
  const add = (part: string): void => {
    expanded += part.length
    if (expanded > MAX_EXPANDED_LENGTH)
      throw new GlobError('a pattern must not hold so many choices ({a,b}) with so much beside them')
    const fitting = compiledIfFits(part)
    if (fitting instanceof GlobError) takenApart(part, fitting).forEach(add)
    else globs.push(fitting)
  }
  add(pattern)
  return { matches: (text) => globs.some((glob) => glob.matches(text)) }
}

function compiledIfFits(pattern: string): Glob | GlobError {
  try {
    return compileGlob(pattern)
  } catch (error) {
    if (error instanceof GlobError) return error
    throw error
  }
}

/** What a pattern stands for by its first brace. @throws `reason` where it has none */
function takenApart(pattern: string, reason: GlobError): string[] {
  const characters = [...pattern]
  const open = firstBrace(characters)
  if (open === undefined) throw reason
  const ends = alternatives(characters, open, characters.length)
  const text = (from: number, to?: number) => characters.slice(from, to).join('')
  const before = text(0, open)
  const behind = text(ends.at(-1)! + 1)
  return ends.map((end, index) => before + text(index === 0 ? open + 1 : ends[index - 1]! + 1, end) + behind)
}

function firstBrace(characters: readonly string[]): number | undefined {
  for (let index = 0; index < characters.length; index++) {
    if (characters[index] === '\\') index++
    else if (characters[index] === '[') index = characterClass(characters, index, characters.length).next - 1
    else if (characters[index] === '{') return index
  }
  return undefined
}
