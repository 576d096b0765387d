import { compileGlob, type Glob } from '../globs/index.ts'
import type { RulePreview, RuleSelectors, Selector } from './model.ts'
import { inSlices } from './turns.ts'

/**
 * The tags among `tags` that a rule makes immutable in this repository. Many tags are matched in slices, so that other
 * requests go on.
 *
 * @param path the repository's name without its project
 * @throws GlobError for a pattern that cannot be read: whoever asks must then refuse
 */
export async function immutableAmong(
  rules: readonly RuleSelectors[],
  path: string,
  tags: Iterable<string>,
): Promise<Set<string>> {
  const slices = inSlices()
  const selectors: ((text: string) => boolean)[] = []
  for (const rule of rules) {
    if (selects(rule.repository)(path)) selectors.push(selects(rule.tag))
    await slices.pause()
  }
  const found = new Set<string>()
  if (selectors.length === 0) return found
  for (const tag of new Set(tags)) {
    if (selectors.some((selected) => selected(tag))) found.add(tag)
    const pause = slices.pause()
    if (pause) await pause
  }
  return found
}

/**
 * How many of the tags a rule covers, in how many repositories, and the first of them by name.
 *
 * @param tags those of one repository behind each other
 * @param budgetMs once so much time was spent, the rest is not looked at
 */
export async function previewRule(
  rule: RuleSelectors,
  tags: readonly { repository: string; tag: string }[],
  { maxExamples, budgetMs }: { maxExamples: number; budgetMs: number },
): Promise<Pick<RulePreview, 'examinedTags' | 'coveredTags' | 'coveredRepositories' | 'examples'>> {
  const slices = inSlices()
  const untilMs = performance.now() + budgetMs
  const inRepository = selects(rule.repository)
  const inTag = selects(rule.tag)
  const covered: { repository: string; tag: string }[] = []
  let examinedTags = 0
  let last: { repository: string; selected: boolean } | undefined
  for (const { repository, tag } of tags) {
    if (examinedTags > 0 && performance.now() > untilMs) break
    if (last?.repository !== repository) last = { repository, selected: inRepository(repository) }
    if (last.selected && inTag(tag)) covered.push({ repository, tag })
    examinedTags++
    const pause = slices.pause()
    if (pause) await pause
  }
  const key = ({ repository, tag }: { repository: string; tag: string }) => `${repository}:${tag}`
  return {
    examinedTags,
    coveredTags: covered.length,
    coveredRepositories: new Set(covered.map(({ repository }) => repository)).size,
    examples: covered.sort((a, b) => (key(a) < key(b) ? -1 : 1)).slice(0, maxExamples),
  }
}

function selects({ decoration, pattern }: Selector): (text: string) => boolean {
  const glob = globOf(pattern)
  return decoration === 'matches' ? (text) => glob.matches(text) : (text) => !glob.matches(text)
}

// Compiling costs more than one match: pushes of the same projects meet their patterns again.
const globs = new Map<string, Glob>()
const MAX_GLOBS_KEPT = 256

function globOf(pattern: string): Glob {
  let glob = globs.get(pattern)
  if (!glob) {
    glob = compileGlob(pattern)
    if (globs.size >= MAX_GLOBS_KEPT) globs.delete(globs.keys().next().value!)
    globs.set(pattern, glob)
  }
  return glob
}
