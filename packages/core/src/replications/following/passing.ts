import type { Digest, RepositoryName, Tag } from '@berth/registry-client'
import { subjectOf } from '../events/attaching.ts'
import { compileFilters } from '../filters.ts'
import type { ReplicationPolicy } from '../model.ts'
import { openTurns } from '../planning/index.ts'
import type { Site } from '../sites/index.ts'
import { Kinds } from '../work/kinds.ts'

export interface Found {
  tag: Tag
  digest: Digest
}

/** Of tags of a repository of the source those that all filters of a policy let pass. */
export async function passing<T extends Found>(
  {
    policy,
    from,
    source,
    signal,
  }: { policy: ReplicationPolicy; from: Site; source: RepositoryName; signal: AbortSignal },
  found: T[],
): Promise<T[]> {
  if (found.length === 0) return []
  // Labels and ages are told of a whole repository only.
  const needsAll = policy.filters.some(({ type }) => type === 'label' || type === 'newest')
  const all = needsAll ? await from.tags(source, { signal }) : found
  const candidates = all.filter(({ tag }) => subjectOf(tag) === undefined)
  const kinds = new Kinds({
    ...{ site: from, repository: source, filters: policy.filters },
    ...{ turns: openTurns(), signal },
  })
  const selected = await kinds.select(compileFilters(policy.filters), candidates)
  const passed = new Set(selected.map(({ tag }) => tag))
  return kinds.wanted(found.filter(({ tag }) => passed.has(tag)))
}
