/** One step of a compiled pattern: eat a character, go on in several places at once, or be done. */
export type Step =
  | { kind: 'eat'; accepts: (codePoint: number) => boolean }
  | { kind: 'fork'; to: number[] }
  | { kind: 'done' }

/** Where all ways through the pattern stand after some text. */
interface Stand {
  /** Indexes of steps, without forks. */
  at: readonly number[]
  done: boolean
  /** By the character that comes next, as far as it has come. */
  next: Map<number, Stand>
}

// A few hundred are plenty for what people write; an adversary's pattern with more costs time again, not memory.
const MAX_STANDS = 256

/**
 * Runs all ways through the pattern at the same time: every character of a text is looked at once for every step at
 * most, so no pattern is slow (Thompson's simulation; a backtracking matcher takes exponential time for some). What
 * has been worked out once is remembered, which makes many texts cheap.
 */
export class Machine {
  private steps: readonly Step[]
  private stands = new Map<string, Stand>()
  private start: Stand

  constructor(steps: readonly Step[]) {
    this.steps = steps
    this.start = this.standAt([0])
  }

  run(text: string): boolean {
    let stand = this.start
    for (const character of text) {
      const codePoint = character.codePointAt(0)!
      stand = stand.next.get(codePoint) ?? this.follow(stand, codePoint)
      if (stand.at.length === 0) return false
    }
    return stand.done
  }

  private follow(stand: Stand, codePoint: number): Stand {
    const reached = stand.at.filter((index) => {
      const step = this.steps[index]!
      return step.kind === 'eat' && step.accepts(codePoint)
    })
    const next = this.standAt(reached.map((index) => index + 1))
    stand.next.set(codePoint, next)
    return next
  }

  private standAt(entries: readonly number[]): Stand {
    const seen = new Set<number>()
    const waiting = [...entries]
    for (let index = waiting.pop(); index !== undefined; index = waiting.pop()) {
      if (seen.has(index)) continue
      seen.add(index)
      const step = this.steps[index]!
      if (step.kind === 'fork') waiting.push(...step.to)
    }
    const at = [...seen].filter((index) => this.steps[index]!.kind !== 'fork').sort((a, b) => a - b)
    const key = at.join(' ')
    const known = this.stands.get(key)
    if (known) return known
    if (this.stands.size >= MAX_STANDS) this.forget()
    const done = at.some((index) => this.steps[index]!.kind === 'done')
    const stand: Stand = { at, done, next: new Map() }
    this.stands.set(key, stand)
    return stand
  }

  private forget(): void {
    for (const stand of this.stands.values()) stand.next.clear()
    this.stands.clear()
  }
}
