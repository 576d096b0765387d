import { compileGlob } from '../globs/index.ts'
import type { RuleSelectors, Selector } from './model.ts'

/**
 * The tags among `tags` that a rule makes immutable in this repository.
 *
 * @param path the repository's name without its project
 * @throws GlobError for a pattern that cannot be read: whoever asks must then refuse
 */
export function immutableAmong(
  rules: readonly RuleSelectors[],
  path: string,
  tags: Iterable<string>,
): Set<string> {
  const selectors = rules.filter((rule) => selects(rule.repository)(path)).map((rule) => selects(rule.tag))
  const found = new Set<string>()
  if (selectors.length === 0) return found
  for (const tag of new Set(tags)) if (selectors.some((selected) => selected(tag))) found.add(tag)
  return found
}

function selects({ decoration, pattern }: Selector): (text: string) => boolean {
  const glob = compileGlob(pattern)
  return decoration === 'matches' ? (text) => glob.matches(text) : (text) => !glob.matches(text)
}
