import { normalDn } from '../dn.ts'
import { type Filter, IN_CHAIN } from '../filter.ts'
import type { FakeTree } from './tree.ts'

/** Whether an entry matches, comparing text without regard to case and DNs by their meaning, as directories do. */
export function matches(
  filter: Filter,
  attributes: Map<string, (string | Buffer)[]>,
  tree: FakeTree,
): boolean {
  const values = (name: string) => attributes.get(name.toLowerCase()) ?? []
  switch (filter.kind) {
    case 'and':
      return filter.of.every((part) => matches(part, attributes, tree))
    case 'or':
      return filter.of.some((part) => matches(part, attributes, tree))
    case 'not':
      return !matches(filter.of, attributes, tree)
    case 'present':
      return values(filter.attribute).length > 0
    case 'equal':
    case 'approximately':
      return values(filter.attribute).some((value) => sameValue(value, filter.value))
    case 'greaterOrEqual':
      return values(filter.attribute).some((value) => String(value) >= String(filter.value))
    case 'lessOrEqual':
      return values(filter.attribute).some((value) => String(value) <= String(filter.value))
    case 'substrings':
      return values(filter.attribute).some((value) => hasParts(folded(value), filter))
    case 'rule':
      return filter.rule === IN_CHAIN && tree.inChain(values(filter.attribute), filter.value)
  }
}

function sameValue(value: string | Buffer, wanted: string | Buffer): boolean {
  if (Buffer.isBuffer(value) || Buffer.isBuffer(wanted)) return Buffer.from(value).equals(Buffer.from(wanted))
  return folded(value) === folded(wanted) || (value.includes('=') && normalDn(value) === normalDn(wanted))
}

const folded = (value: string | Buffer) => value.toString().toLowerCase()

function hasParts(value: string, filter: Filter & { kind: 'substrings' }): boolean {
  const initial = folded(filter.initial)
  const final = folded(filter.final)
  if (!value.startsWith(initial)) return false
  let at = initial.length
  for (const part of filter.any.map(folded)) {
    const found = value.indexOf(part, at)
    if (found < 0) return false
    at = found + part.length
  }
  return value.length - at >= final.length && value.endsWith(final)
}
