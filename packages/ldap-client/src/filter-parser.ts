import { LdapError } from './errors.ts'
import type { Filter } from './filter.ts'

const MAX_LENGTH = 4_096
const MAX_DEPTH = 20
const ITEM =
  /^([a-z][a-z0-9-]*(?:;[a-z0-9-]+)*|\d+(?:\.\d+)+(?:;[a-z0-9-]+)*)?(:dn)?(?::([a-z][a-z0-9-]*|\d+(?:\.\d+)+))?(:=|>=|<=|~=|=)/i

interface Cursor {
  text: string
  at: number
}

/**
 * Reads an administrator's filter (RFC 4515); the outermost parentheses may be missing, as in other products. ldapts
 * has a parser too, but takes each escaped byte for a character, so that `\c3\a9` never matches `é`.
 * Throws LdapError INVALID_FILTER.
 */
export function parseFilter(text: string): Filter {
  const trimmed = text.trim()
  if (trimmed.length > MAX_LENGTH) throw invalid('it is longer than 4,096 characters')
  const cursor: Cursor = { text: trimmed.startsWith('(') ? trimmed : `(${trimmed})`, at: 0 }
  const filter = read(cursor, 0)
  if (cursor.at !== cursor.text.length) throw invalid('something follows its last parenthesis')
  return filter
}

function read(cursor: Cursor, depth: number): Filter {
  if (depth > MAX_DEPTH) throw invalid('it is nested too deeply')
  expect(cursor, '(')
  const filter = readInside(cursor, depth)
  skipBlanks(cursor)
  expect(cursor, ')')
  return filter
}

function readInside(cursor: Cursor, depth: number): Filter {
  const sign = cursor.text[cursor.at]
  if (sign !== '&' && sign !== '|' && sign !== '!') return readItem(cursor)
  cursor.at++
  skipBlanks(cursor)
  if (sign === '!') return { kind: 'not', of: read(cursor, depth + 1) }
  const of: Filter[] = []
  while (cursor.text[cursor.at] === '(') {
    of.push(read(cursor, depth + 1))
    skipBlanks(cursor)
  }
  if (of.length === 0) throw invalid('a group in it is empty')
  return { kind: sign === '&' ? 'and' : 'or', of }
}

function readItem(cursor: Cursor): Filter {
  const end = cursor.text.indexOf(')', cursor.at)
  if (end < 0) throw invalid('a parenthesis is not closed')
  const text = cursor.text.slice(cursor.at, end)
  cursor.at = end
  if (text.includes('(')) throw invalid('a parenthesis inside a value must be written \\28')
  const match = ITEM.exec(text)
  if (!match) throw invalid('a condition is an attribute, a sign and a value')
  const [whole, attribute = '', dn, rule = '', sign] = match
  const value = text.slice(whole.length)
  if (sign === ':=') {
    if (attribute === '' && rule === '') throw invalid('a matching rule is missing')
    return { kind: 'rule', attribute, rule, dnAttributes: dn !== undefined, value: decode(value) }
  }
  if (attribute === '' || dn !== undefined || rule !== '') throw invalid('an attribute’s name is missing')
  if (sign === '=' && /^\*+$/.test(value)) return { kind: 'present', attribute }
  if (sign === '=' && value.includes('*')) {
    const parts = value.split('*').map(decode)
    const any = parts.slice(1, -1).filter((part) => part !== '')
    return { kind: 'substrings', attribute, initial: parts[0] ?? '', any, final: parts.at(-1) ?? '' }
  }
  const kind = (
    { '=': 'equal', '>=': 'greaterOrEqual', '<=': 'lessOrEqual', '~=': 'approximately' } as const
  )[sign as '=']
  return { kind, attribute, value: decodeBytes(value) }
}

/** Escapes stand for bytes; what they make up together is UTF-8, or binary. */
function decodeBytes(value: string): string | Buffer {
  const parts: Buffer[] = []
  for (const part of value.split(/(\\[0-9a-f]{2})/i)) {
    if (/^\\[0-9a-f]{2}$/i.test(part)) parts.push(Buffer.from(part.slice(1), 'hex'))
    else if (part.includes('\\')) throw invalid('a backslash needs two hexadecimal digits')
    else parts.push(Buffer.from(part))
  }
  const bytes = Buffer.concat(parts)
  const text = bytes.toString('utf8')
  return Buffer.from(text).equals(bytes) ? text : bytes
}

function decode(value: string): string {
  const decoded = decodeBytes(value)
  if (typeof decoded !== 'string') throw invalid('a part of a value is not UTF-8')
  return decoded
}

function expect(cursor: Cursor, char: string): void {
  if (cursor.text[cursor.at] !== char) throw invalid(`a “${char}” is missing`)
  cursor.at++
}

function skipBlanks(cursor: Cursor): void {
  while (/\s/.test(cursor.text[cursor.at] ?? '')) cursor.at++
}

const invalid = (why: string) => new LdapError('INVALID_FILTER', `The filter cannot be read: ${why}`)
