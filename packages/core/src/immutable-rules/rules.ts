import { compileGlob } from '../globs/index.ts'
import type { RulePreview, RuleSelectors, Selector } from './model.ts'

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

/** How many of the tags a rule covers, in how many repositories, and the first of them by name. */
export function previewRule(
  rule: RuleSelectors,
  tags: readonly { repository: string; tag: string }[],
  maxExamples: number,
): Pick<RulePreview, 'coveredTags' | 'coveredRepositories' | 'examples'> {
  const inRepository = selects(rule.repository)
  const inTag = selects(rule.tag)
  const covered = tags.filter(({ repository, tag }) => inRepository(repository) && inTag(tag))
  const key = ({ repository, tag }: { repository: string; tag: string }) => `${repository}:${tag}`
  return {
    coveredTags: covered.length,
    coveredRepositories: new Set(covered.map(({ repository }) => repository)).size,
    examples: covered.sort((a, b) => (key(a) < key(b) ? -1 : 1)).slice(0, maxExamples),
  }
}

function selects({ decoration, pattern }: Selector): (text: string) => boolean {
  const glob = compileGlob(pattern)
  return decoration === 'matches' ? (text) => glob.matches(text) : (text) => !glob.matches(text)
}
