import type { Schemas } from '@berth/contract'
import { parseFilter } from '@berth/ui'
import { filterKeys } from './artifact-query.ts'

/** The names behind `label:` in what was typed into the filter. */
export function labelNames(input: string): string[] {
  return [...new Set(parseFilter(input, filterKeys).terms.label ?? [])]
}

/** Ids as text, ready for `q`: of a single name those in the project and everywhere, of several names all of them. */
export function labelCondition(
  names: readonly string[],
  found: readonly Pick<Schemas['Label'], 'id' | 'name'>[],
): string {
  const idsOf = (name: string) => found.filter((label) => label.name === name).map(({ id }) => id ?? 0)
  const [only] = names
  if (names.length === 1 && only !== undefined) return `labels={${idsOf(only).join(' ') || 0}}`
  // 0 is nobody's id: a name that does not exist leaves nothing over.
  return `labels=(${names.map((name) => idsOf(name)[0] ?? 0).join(' ')})`
}
