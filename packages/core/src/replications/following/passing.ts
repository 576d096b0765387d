import type { Digest, RepositoryName, Tag } from '@berth/registry-client'
import { subjectOf } from '../events/attaching.ts'
import { compileFilters } from '../filters.ts'
import type { ReplicationPolicy } from '../model.ts'
import type { Site } from '../sites/index.ts'
import { ofWantedKind } from '../work/kinds.ts'

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
  const passed = new Set(
    compileFilters(policy.filters)
      .select(candidates)
      .map(({ tag }) => tag),
  )
  return ofWantedKind(
    found.filter(({ tag }) => passed.has(tag)),
    { site: from, repository: source, filters: policy.filters, signal },
  )
}
