import { characterClass } from './character-class.ts'
import { GlobError } from './glob-error.ts'
import { Machine, type Step } from './program.ts'

/** UTF-16 units of a pattern. With the stars and the longest name it bounds what one match can cost. */
export const MAX_GLOB_LENGTH = 255
/** A run of stars, such as `**`, is one. */
export const MAX_GLOB_STARS = 16

export interface Glob {
  matches(text: string): boolean
}

const SLASH = 47
const notSlash = (codePoint: number) => codePoint !== SLASH
const anything = () => true

/**
 * A pattern as Harbor and its clients write them: `*` any characters but `/`, `?` one of them, `**` as a whole part
 * between slashes any number of parts, `[a-z]` and `[^a-z]` one character, `{a,b}` either, `\` takes the next character
 * literally. A pattern fits the whole text or not at all; upper and lower case differ.
 *
 * @throws GlobError
 */
export function compileGlob(pattern: string): Glob {
  if (pattern === '') throw new GlobError('a pattern must not be empty')
  if (pattern.length > MAX_GLOB_LENGTH)
    throw new GlobError(`a pattern must have at most ${MAX_GLOB_LENGTH} characters`)
  if (!pattern.isWellFormed() || /\p{Cc}/u.test(pattern))
    throw new GlobError('a pattern must not hold control characters')
  const machine = new Machine(new Compiler([...pattern]).compile())
  return { matches: (text) => machine.run(text) }
}

/** Where a piece of the pattern stands: whether a part begins at its left end and ends at its right end. */
interface Place {
  left: boolean
  right: boolean
}

class Compiler {
  private pattern: readonly string[]
  private steps: Step[] = []
  private stars = 0

  constructor(pattern: readonly string[]) {
    this.pattern = pattern
  }

  compile(): Step[] {
    this.sequence(0, this.pattern.length, { left: true, right: true })
    this.steps.push({ kind: 'done' })
    return this.steps
  }

  private sequence(from: number, end: number, place: Place): void {
    let partBegins = place.left
    for (let index = from; index < end; ) {
      const character = this.pattern[index]!
      const began = partBegins
      partBegins = false
      if (character === '*') {
        if (++this.stars > MAX_GLOB_STARS)
          throw new GlobError(`a pattern must have at most ${MAX_GLOB_STARS} stars or runs of stars`)
        let next = index
        while (next < end && this.pattern[next] === '*') next++
        const slashNext = next < end && this.pattern[next] === '/'
        const whole = next - index === 2 && began && (next === end ? place.right : slashNext)
        if (whole && slashNext) {
          // `**/` also stands for no part at all.
          this.optional(() => {
            this.repeat(anything)
            this.eat((codePoint) => codePoint === SLASH)
          })
          partBegins = true
          next++
        } else this.repeat(whole ? anything : notSlash)
        index = next
      } else if (character === '?') {
        this.eat(notSlash)
        index++
      } else if (character === '[') {
        const { accepts, next } = characterClass(this.pattern, index, end)
        this.eat((codePoint) => codePoint !== SLASH && accepts(codePoint))
        index = next
      } else if (character === '{') index = this.either(index, end, { left: began, right: place.right })
      else {
        if (character === '\\') index++
        if (index === end) throw new GlobError('a backslash must stand before a character')
        const wanted = this.pattern[index]!.codePointAt(0)!
        this.eat((codePoint) => codePoint === wanted)
        partBegins = wanted === SLASH
        index++
      }
    }
  }

  /** `{a,b}` at `open`; gives the index behind it. */
  private either(open: number, end: number, { left, right }: Place): number {
    const commas = alternatives(this.pattern, open, end)
    const close = commas.pop()!
    const next = close + 1
    const place = { left, right: next === end ? right : this.pattern[next] === '/' }
    const fork: Step & { kind: 'fork' } = { kind: 'fork', to: [] }
    this.steps.push(fork)
    const leave: (Step & { kind: 'fork' })[] = []
    let from = open + 1
    for (const until of [...commas, close]) {
      fork.to.push(this.steps.length)
      this.sequence(from, until, place)
      const exit: Step & { kind: 'fork' } = { kind: 'fork', to: [] }
      this.steps.push(exit)
      leave.push(exit)
      from = until + 1
    }
    for (const exit of leave) exit.to.push(this.steps.length)
    return next
  }

  private eat(accepts: (codePoint: number) => boolean): void {
    this.steps.push({ kind: 'eat', accepts })
  }

  private repeat(accepts: (codePoint: number) => boolean): void {
    const start = this.steps.length
    this.steps.push({ kind: 'fork', to: [start + 1, start + 3] })
    this.eat(accepts)
    this.steps.push({ kind: 'fork', to: [start] })
  }

  private optional(inner: () => void): void {
    const fork: Step & { kind: 'fork' } = { kind: 'fork', to: [this.steps.length + 1] }
    this.steps.push(fork)
    inner()
    fork.to.push(this.steps.length)
  }
}

/** Indexes of the commas of the braces opened at `open`, and of their closing brace. @throws GlobError */
export function alternatives(pattern: readonly string[], open: number, end: number): number[] {
  const found: number[] = []
  let depth = 0
  for (let index = open; index < end; index++) {
    const character = pattern[index]
    if (character === '\\') index++
    else if (character === '[') index = characterClass(pattern, index, end).next - 1
    else if (character === '{') depth++
    else if (character === ',' && depth === 1) found.push(index)
    else if (character === '}' && --depth === 0) return [...found, index]
  }
  throw new GlobError('a { needs a } behind it')
}
