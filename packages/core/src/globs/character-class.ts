import { GlobError } from './glob-error.ts'

/** `[abc]`, `[a-z]`, `[^a]` or `[!a]` at `open`; `next` is the index behind it. @throws GlobError */
export function characterClass(
  pattern: readonly string[],
  open: number,
  end: number,
): { accepts: (codePoint: number) => boolean; next: number } {
  let index = open + 1
  const negated = index < end && (pattern[index] === '^' || pattern[index] === '!')
  if (negated) index++
  const ranges: [from: number, to: number][] = []
  const one = (): number => {
    if (pattern[index] === '\\') index++
    if (index >= end) throw new GlobError('a [ needs a ] behind it')
    return pattern[index++]!.codePointAt(0)!
  }
  while (index < end && pattern[index] !== ']') {
    const from = one()
    if (pattern[index] !== '-' || index + 1 >= end || pattern[index + 1] === ']') {
      ranges.push([from, from])
      continue
    }
    index++
    const to = one()
    if (to < from) throw new GlobError('a range in [ ] must go upwards')
    ranges.push([from, to])
  }
  if (index >= end) throw new GlobError('a [ needs a ] behind it')
  if (ranges.length === 0) throw new GlobError('[ ] must hold a character')
  const among = (codePoint: number) => ranges.some(([from, to]) => from <= codePoint && codePoint <= to)
  return { accepts: negated ? (codePoint) => !among(codePoint) : among, next: index + 1 }
}
