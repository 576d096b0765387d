import { LdapError } from './errors.ts'

/** One part of a relative distinguished name: `cn=Ann`. */
export interface NamePart {
  attribute: string
  value: string
}

const MAX_DN_LENGTH = 8_192
const ATTRIBUTE = /^(?:[a-z][a-z0-9-]*|\d+(?:\.\d+)*)$/i

/** Escapes a value for a place in a DN (RFC 4514, section 2.4), so that it cannot end its part or begin another. */
export function escapeDnValue(value: string): string {
  const escaped = value.replace(/[\\"+,;<>=]/g, '\\$&').replaceAll('\0', '\\00')
  // The end first: a value of one blank must not be escaped twice.
  return escaped.replace(/ $/, '\\ ').replace(/^[ #]/, '\\$&')
}

/** A DN below `parentDn`: `childDn('cn', 'Doe, John', base)`. */
export function childDn(attribute: string, value: string, parentDn: string): string {
  if (!ATTRIBUTE.test(attribute) || value === '')
    throw new LdapError('INVALID_DN', 'A DN needs the name of an attribute and a value')
  const part = `${attribute}=${escapeDnValue(value)}`
  return parentDn === '' ? part : `${part},${parentDn}`
}

/** The parts of a DN, leaf first; each is a set, nearly always of one. Throws LdapError INVALID_DN. */
export function parseDn(dn: string): NamePart[][] {
  if (dn.length > MAX_DN_LENGTH) throw invalid()
  if (dn.trim() === '') return []
  const names: NamePart[][] = [[]]
  let at = 0
  for (;;) {
    const equals = dn.indexOf('=', at)
    const attribute = dn.slice(at, equals).trim()
    if (equals < 0 || !ATTRIBUTE.test(attribute)) throw invalid()
    const { value, end } = readValue(dn, equals + 1)
    names.at(-1)?.push({ attribute, value })
    if (end === dn.length) return names
    if (dn[end] !== '+') names.push([])
    at = end + 1
  }
}

/** Reads up to the separator that ends a value. Escaped bytes are UTF-8 (RFC 4514, section 3). */
function readValue(dn: string, start: number): { value: string; end: number } {
  const bytes: Buffer[] = []
  // Blanks around a value do not count, unless they are escaped.
  let kept = 0
  let at = start
  while (dn[at] === ' ') at++
  const quoted = dn[at] === '"'
  if (quoted) at++
  for (; at < dn.length; at++) {
    const char = dn[at]!
    if (quoted ? char === '"' : ',;+'.includes(char)) break
    if (char !== '\\') {
      const point = String.fromCodePoint(dn.codePointAt(at)!)
      bytes.push(Buffer.from(point))
      at += point.length - 1
      if (char !== ' ' || quoted) kept = bytes.length
      continue
    }
    const hex = /^[0-9a-f]{2}/i.exec(dn.slice(at + 1, at + 3))?.[0]
    if (hex !== undefined) bytes.push(Buffer.from(hex, 'hex'))
    else if (at + 1 < dn.length) bytes.push(Buffer.from(dn[at + 1]!))
    else throw invalid()
    at += hex === undefined ? 1 : 2
    kept = bytes.length
  }
  if (quoted) {
    if (dn[at] !== '"') throw invalid()
    at++
    while (dn[at] === ' ') at++
    if (at < dn.length && !',;+'.includes(dn[at]!)) throw invalid()
  }
  return { value: Buffer.concat(bytes.slice(0, kept)).toString('utf8'), end: at }
}

/**
 * One spelling for all spellings of a DN, to compare with: directories differ in case, blanks, escapes and the order
 * inside a part. Values are compared as most naming attributes are, without regard to case. A DN that cannot be read
 * stands for itself.
 */
export function normalDn(dn: string): string {
  try {
    return parseDn(dn)
      .map((parts) => parts.map(normalPart).sort().join('+'))
      .join(',')
  } catch {
    return dn
  }
}

const normalPart = ({ attribute, value }: NamePart) =>
  `${attribute.toLowerCase()}=${escapeDnValue(value.normalize('NFC').toLowerCase().replace(/\s+/g, ' ').trim())}`

export const sameDn = (one: string, other: string): boolean => normalDn(one) === normalDn(other)

/** Whether `dn` is `baseDn` or lies below it. Everything lies below the empty DN. */
export function isWithin(dn: string, baseDn: string): boolean {
  const base = normalDn(baseDn)
  const own = normalDn(dn)
  return base === '' || own === base || own.endsWith(`,${base}`)
}

const invalid = () => new LdapError('INVALID_DN', 'This is not a distinguished name')
