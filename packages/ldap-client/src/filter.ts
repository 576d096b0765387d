import { LdapError } from './errors.ts'

/**
 * A search filter as data: values are values and never syntax, so nothing in them can widen a search.
 * `parseFilter` reads the text of an administrator, `filterText` writes it.
 */
export type Filter =
  | { kind: 'and' | 'or'; of: readonly Filter[] }
  | { kind: 'not'; of: Filter }
  | { kind: 'present'; attribute: string }
  | {
      kind: 'equal' | 'greaterOrEqual' | 'lessOrEqual' | 'approximately'
      attribute: string
      value: string | Buffer
    }
  | { kind: 'substrings'; attribute: string; initial: string; any: readonly string[]; final: string }
  | { kind: 'rule'; attribute: string; rule: string; dnAttributes: boolean; value: string }

/** LDAP_MATCHING_RULE_IN_CHAIN of Active Directory: follows a DN attribute through all levels. */
export const IN_CHAIN = '1.2.840.113556.1.4.1941'

const ATTRIBUTE = /^(?:[a-z][a-z0-9-]*|\d+(?:\.\d+)+)(?:;[a-z0-9-]+)*$/i
const RULE = /^(?:[a-z][a-z0-9-]*|\d+(?:\.\d+)+)$/i

/** Names of attributes come from settings; a wrong one must not become syntax either. */
export function attributeName(name: string): string {
  if (!ATTRIBUTE.test(name))
    throw new LdapError('INVALID_FILTER', 'An attribute’s name is letters, digits and dashes')
  return name
}

export const all = (...of: Filter[]): Filter => (of.length === 1 ? of[0]! : { kind: 'and', of })
export const any = (...of: Filter[]): Filter => (of.length === 1 ? of[0]! : { kind: 'or', of })
export const not = (of: Filter): Filter => ({ kind: 'not', of })
export const present = (attribute: string): Filter => ({
  kind: 'present',
  attribute: attributeName(attribute),
})
export const equal = (attribute: string, value: string | Buffer): Filter => ({
  kind: 'equal',
  attribute: attributeName(attribute),
  value,
})

/** Entries whose attribute holds `part` somewhere; those that have the attribute at all when it is empty. */
export const contains = (attribute: string, part: string): Filter =>
  part === ''
    ? present(attribute)
    : { kind: 'substrings', attribute: attributeName(attribute), initial: '', any: [part], final: '' }

export function matchesRule(attribute: string, rule: string, value: string): Filter {
  if (!RULE.test(rule)) throw new LdapError('INVALID_FILTER', 'A matching rule is an object identifier')
  return { kind: 'rule', attribute: attributeName(attribute), rule, dnAttributes: false, value }
}

const signs = { equal: '=', greaterOrEqual: '>=', lessOrEqual: '<=', approximately: '~=' } as const

/** The filter in RFC 4515's form. */
export function filterText(filter: Filter): string {
  switch (filter.kind) {
    case 'and':
    case 'or':
      return `(${filter.kind === 'and' ? '&' : '|'}${filter.of.map(filterText).join('')})`
    case 'not':
      return `(!${filterText(filter.of)})`
    case 'present':
      return `(${filter.attribute}=*)`
    case 'substrings': {
      const parts = [filter.initial, ...filter.any, filter.final].map(escapeFilterValue)
      return `(${filter.attribute}=${parts.join('*')})`
    }
    case 'rule': {
      const dn = filter.dnAttributes ? ':dn' : ''
      const rule = filter.rule === '' ? '' : `:${filter.rule}`
      return `(${filter.attribute}${dn}${rule}:=${escapeFilterValue(filter.value)})`
    }
    default:
      return `(${filter.attribute}${signs[filter.kind]}${escapeFilterValue(filter.value)})`
  }
}

/** Escapes a value for a place in a filter's text (RFC 4515, section 3); bytes are escaped one by one. */
export function escapeFilterValue(value: string | Buffer): string {
  if (typeof value !== 'string') return value.toString('hex').replace(/../g, '\\$&')
  return value.replace(/[\\*()\0]/g, (char) => `\\${char.charCodeAt(0).toString(16).padStart(2, '0')}`)
}
