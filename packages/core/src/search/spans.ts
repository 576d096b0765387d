import { cut, labelTerm, MAX_SUFFIX_LENGTH, MAX_TERM_LENGTH } from '../search-terms/index.ts'
import type { Span } from './model.ts'

// Above every character of a name on both databases, whose order is that of code points.
const LAST_CHARACTER = '\u{10FFFF}'

const prefixSpan = (text: string, length: number): Span => {
  const exact = cut(text, length).trimEnd()
  return { exact, end: exact + LAST_CHARACTER }
}
export const nameSpan = (text: string): Span => prefixSpan(text, MAX_SUFFIX_LENGTH)
export const termSpan = (text: string): Span => prefixSpan(text, MAX_TERM_LENGTH)

/** Labels whose name begins with the text. */
export const labelSpan = (text: string): Span => prefixSpan(labelTerm(text), MAX_TERM_LENGTH)

const hexDigits = { sha256: 64, sha512: 128 } as const
// Shorter ones are words or numbers: every artifact would be found by `a`.
const MIN_BARE_DIGITS = 6

/**
 * Digests that begin with the text, with or without their algorithm; undefined for what no digest begins with. Both
 * ends are as long as a digest, so that the order of letters and signs in the database's collation does not matter.
 */
export function digestSpan(text: string): Span | undefined {
  const [, algorithm, digits = ''] = /^(?:(sha256|sha512):)?([0-9a-f]+)$/.exec(text) ?? []
  if (digits.length < (algorithm ? 1 : MIN_BARE_DIGITS)) return undefined
  const name = (algorithm ??
    (digits.length > hexDigits.sha256 ? 'sha512' : 'sha256')) as keyof typeof hexDigits
  const length = hexDigits[name]
  if (digits.length > length) return undefined
  return {
    exact: `${name}:${digits.padEnd(length, '0')}`,
    end: `${name}:${`${digits.padEnd(length, 'f').slice(0, -1)}g`}`,
  }
}
