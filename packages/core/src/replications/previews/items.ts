import type { PlannedCopy } from '../planning/index.ts'
import type { Comparison } from '../work/index.ts'
import type { PreviewItem } from './model.ts'

/** What a run would do for a repository; what is moved apart from what is only added. */
export function itemsOf(
  { source, target, copies, deletions }: Comparison,
  { direction, override }: { direction: PreviewItem['direction']; override: boolean },
): PreviewItem[] {
  const item = (
    { digest, sizeBytes }: PlannedCopy,
    action: PreviewItem['action'],
    tags: PreviewItem['tags'],
    reason: string,
  ): PreviewItem => ({ action, source, destination: target, tags, digest, sizeBytes, direction, reason })
  // A mirror's deletion goes back to where the tag was looked for.
  const back = direction === 'push' ? 'pull' : 'push'
  const gone = deletions.map(
    ({ digest, tags }): PreviewItem => ({
      ...{ action: 'delete', source: target, destination: source, tags, digest, sizeBytes: undefined },
      ...{ direction: back, reason: 'it was deleted on the other side' },
    }),
  )
  const brought = copies.flatMap((copy) => {
    const held = new Set([...copy.moved, ...copy.same])
    const added = copy.tags.filter((tag) => !held.has(tag))
    const items: PreviewItem[] = []
    if (added.length > 0) items.push(item(copy, 'copy', added, 'it is not there'))
    else if (copy.moved.length === 0)
      items.push(item(copy, 'copy', copy.same, 'something that is attached to it is not there'))
    if (copy.moved.length > 0)
      items.push(
        override
          ? item(copy, 'replace', copy.moved, 'the tag is on another artifact there and is moved')
          : item(copy, 'skip', copy.moved, 'the tag is on another artifact there, and the policy moves none'),
      )
    return items
  })
  return [...brought, ...gone]
}
