import type { Alternative, Reach } from './model.ts'

/**
 * True when every repository that `inner` reaches is surely within `outer`, so that nobody gives more than they have.
 * It compares pattern by pattern: what only several patterns together would cover counts as not covered.
 */
export function covers(outer: Reach, inner: Reach): boolean {
  if (outer === 'all') return true
  if (inner === 'all') return outer.alternatives.some(({ parts }) => parts.length === 1 && parts[0] === '**')
  return inner.alternatives.every((narrow) => outer.alternatives.some((wide) => coversParts(wide, narrow)))
}

function coversParts({ parts: wide }: Alternative, { parts: narrow }: Alternative): boolean {
  const from = (w: number, n: number): boolean => {
    if (w === wide.length) return n === narrow.length
    if (wide[w] === '**') {
      // At the end it stands for at least one part, elsewhere for none too.
      if (w === wide.length - 1) return n < narrow.length
      return from(w + 1, n) || (n < narrow.length && from(w, n + 1))
    }
    return n < narrow.length && coversPart(wide[w]!, narrow[n]!) && from(w + 1, n + 1)
  }
  return from(0, 0)
}

function coversPart(wide: string, narrow: string): boolean {
  if (narrow === '**') return false
  if (wide === '*' || wide === narrow) return true
  if (/[*?]/.test(narrow)) return false
  return fits(wide, narrow)
}

/** A part with `*` and `?` against one without: from the left, always as little as possible, back to the last star only. */
function fits(pattern: string, text: string): boolean {
  let p = 0
  let star = -1
  let resume = 0
  for (let t = 0; t < text.length; ) {
    if (pattern[p] === '*') {
      star = p++
      resume = t
    } else if (pattern[p] === '?' || pattern[p] === text[t]) {
      p++
      t++
    } else if (star >= 0) {
      p = star + 1
      t = ++resume
    } else return false
  }
  while (pattern[p] === '*') p++
  return p === pattern.length
}
