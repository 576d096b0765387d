import { GlobError } from './glob-error.ts'

/** One step of a compiled pattern: eat a character, go on in several places at once, or be done. */
export type Step =
  | { kind: 'eat'; accepts: (codePoint: number) => boolean }
  | { kind: 'fork'; to: number[] }
  | { kind: 'done' }

/** A set of steps, one bit for each. */
type Steps = Uint32Array

// Texts of many scripts must not fill the memory.
const MAX_REMEMBERED_CHARACTERS = 512

/**
 * What all forks together may lead to. Lists of words stay far below; `{a,}{a,}…`, where every end leads to every
 * beginning, grows with the square, and so does each character's work.
 */
export const MAX_WAYS = 2_048

/**
 * Runs all ways through the pattern at the same time: for every character of a text, the set of steps it may stand at is
 * worked out from the set before (Thompson's simulation, with sets of bits). No pattern is slow; a backtracking
 * matcher takes exponential time for some.
 */
export class Machine {
  private program: readonly Step[]
  private start: Steps
  private forks: Steps
  /** For the steps after this character and after the next. */
  private buffers: [Steps, Steps]
  /** What each fork leads to, over other forks. */
  private behind = new Map<number, Steps>()
  /** Steps that eat the character. */
  private eaters = new Map<number, Steps>()
  private ways = 0

  /** `program` ends with its only `done`. @throws GlobError for one with too many ways */
  constructor(program: readonly Step[]) {
    this.program = program
    this.forks = this.empty()
    program.forEach(({ kind }, index) => {
      if (kind !== 'fork') return
      add(this.forks, index)
      this.behind.set(index, this.reach(index))
    })
    this.start = this.reach(0)
    this.buffers = [this.empty(), this.empty()]
  }

  run(text: string): boolean {
    let current = this.start
    let [next, spare] = this.buffers
    for (const character of text) {
      if (!this.follow(current, this.eatersOf(character.codePointAt(0)!), next)) return false
      current = next
      ;[next, spare] = [spare, next]
    }
    const done = this.program.length - 1
    return (current[done >>> 5]! & (1 << (done & 31))) !== 0
  }

  /** Fills `next`; false when no way goes on. */
  private follow(current: Steps, eaters: Steps, next: Steps): boolean {
    let carry = 0
    let any = 0
    for (let word = 0; word < next.length; word++) {
      const eaten = current[word]! & eaters[word]!
      // Whoever ate stands at the step behind.
      next[word] = (eaten << 1) | carry
      carry = eaten >>> 31
      any |= eaten
    }
    if (any === 0) return false
    for (let word = 0; word < next.length; word++) {
      let forks = next[word]! & this.forks[word]!
      next[word]! ^= forks
      while (forks !== 0) {
        const bit = 31 - Math.clz32(forks & -forks)
        forks &= forks - 1
        join(next, this.behind.get(word * 32 + bit)!)
      }
    }
    return true
  }

  private eatersOf(codePoint: number): Steps {
    let eaters = this.eaters.get(codePoint)
    if (!eaters) {
      eaters = this.empty()
      for (const [index, step] of this.program.entries())
        if (step.kind === 'eat' && step.accepts(codePoint)) add(eaters, index)
      if (this.eaters.size >= MAX_REMEMBERED_CHARACTERS) this.eaters.clear()
      this.eaters.set(codePoint, eaters)
    }
    return eaters
  }

  /** The steps that eat or are done, from `index` on without eating. */
  private reach(index: number): Steps {
    const reached = this.empty()
    const seen = new Set<number>()
    const waiting = [index]
    for (let at = waiting.pop(); at !== undefined; at = waiting.pop()) {
      if (seen.has(at)) continue
      seen.add(at)
      const step = this.program[at]!
      if (step.kind === 'fork') waiting.push(...step.to)
      else {
        add(reached, at)
        if (++this.ways > MAX_WAYS)
          throw new GlobError('a pattern must not hold so many choices ({a,b}) one behind or in the other')
      }
    }
    return reached
  }

  private empty = (): Steps => new Uint32Array((this.program.length + 31) >>> 5)
}

function add(steps: Steps, index: number): void {
  steps[index >>> 5]! |= 1 << (index & 31)
}

function join(steps: Steps, others: Steps): void {
  for (let word = 0; word < steps.length; word++) steps[word]! |= others[word]!
}
