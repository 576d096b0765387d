import {
  type Digest,
  isDigest,
  parseRepositoryName,
  type RepositoryName,
  type Tag,
} from '@berth/registry-client'
import { MAX_SEEN } from '../../audit/index.ts'
import type { OutboxEvent } from '../../events/index.ts'
import { adapterOf, type Registry } from '../../registries/index.ts'
import { type CompiledFilters, compileFilters } from '../filters.ts'
import { mapRepository } from '../mapping.ts'
import type { ReplicationPolicy } from '../model.ts'
import { subjectOf } from './attaching.ts'

/** What an event says of a repository; what is there now is looked at when it is followed. */
export interface Happening {
  kind: 'push' | 'delete'
  repository: RepositoryName
  tags: Tag[]
  /** What something was attached to, or what was deleted. */
  digest: Digest | undefined
  /** What its tags were put on, or taken from. */
  held: Digest
  /** It went together with something else. */
  along: boolean
  seen: string[]
}

/** What a policy has to do because of an event. */
export interface Wanted {
  policyId: number
  registryId: number
  kind: Happening['kind']
  source: RepositoryName
  target: RepositoryName
  tags: Tag[]
  digest: Digest | undefined
  /** Digests that the source got under the tags, or had. */
  had: Digest[]
  /** Instance ids of the Berths that have it, or get it from where it comes from or from here; the target only if it is among the former. */
  seen: string[]
  /** The target is among them. */
  isLook: boolean
}

/** Undefined: nothing that a replication follows. */
export function happeningOf({ type, payload }: OutboxEvent): Happening | undefined {
  const { repository, digest, tag, tags, subject, unchanged, seen, along, isFound } = payload
  if (typeof repository !== 'string' || typeof digest !== 'string' || !isDigest(digest)) return undefined
  // What the registry behind Berth has lost nobody has deleted: elsewhere it may be all that is left.
  if (isFound === true) return undefined
  const base = { repository: parseRepositoryName(repository), held: digest, along: along !== undefined }
  const seenIds = textsOf(seen)
  if (type === 'artifact.deleted')
    return { ...base, kind: 'delete', tags: textsOf(tags) as Tag[], digest, seen: seenIds }
  if (typeof tag === 'string' && type === 'tag.deleted')
    return { ...base, kind: 'delete', tags: [tag as Tag], digest, seen: seenIds }
  // A replication that found nothing to change is the end of a ring. People may push again what went astray.
  if (unchanged === true && seenIds.length > 0) return undefined
  const attachedTo = typeof tag === 'string' ? subjectOf(tag) : undefined
  const named = typeof subject === 'string' && isDigest(subject) ? subject : undefined
  const own = typeof tag === 'string' && attachedTo === undefined ? [tag as Tag] : []
  // Without a tag and without a subject it is a part of what comes next.
  if (own.length === 0 && attachedTo === undefined && named === undefined) return undefined
  return { ...base, kind: 'push', tags: own, digest: attachedTo ?? named, seen: seenIds }
}

const textsOf = (value: unknown): string[] =>
  Array.isArray(value) ? value.filter((each): each is string => typeof each === 'string') : []

interface Follower {
  policy: ReplicationPolicy
  registry: Registry
  /** By what stands in an event: names of repositories and tags. */
  filters: CompiledFilters
}

/** Policies with what is needed to tell which events are theirs. */
export function followersOf(
  policies: readonly ReplicationPolicy[],
  registries: ReadonlyMap<number, Registry>,
): Follower[] {
  return policies.flatMap((policy) => {
    const registry = registries.get(policy.destRegistryId ?? 0)
    return registry ? [{ policy, registry, filters: filtersOfEvents(policy) }] : []
  })
}

const BY_NAME = ['name', 'tag', 'semver']

/** Of a policy's filters those that can tell without a look at anything. */
export const filtersOfEvents = ({ filters }: ReplicationPolicy): CompiledFilters =>
  compileFilters(filters.filter(({ type }) => BY_NAME.includes(type)))

/** What the policies have to do because of an event. */
export function wantedBy(happening: Happening, followers: readonly Follower[], instanceId: string): Wanted[] {
  const { kind, repository: source, digest, seen } = happening
  const wanting = followers.flatMap((follower) => {
    const { policy, registry, filters } = follower
    if (!filters.matchesRepository(source)) return []
    // It was here before, was sent on, and has come back: under another name it would go round for ever.
    if (policy.destNamespace !== '' && seen.includes(instanceId)) return []
    if (kind === 'delete' && !policy.deletion) return []
    // Who deleted it first, or is told by whoever did, may have it again by now.
    if (kind === 'delete' && registry.instanceId !== null && seen.includes(registry.instanceId)) return []
    const tags = happening.tags.filter(
      (tag) => subjectOf(tag) !== undefined || filters.select([{ tag }]).length > 0,
    )
    return isWorthIt(happening, tags, registry) ? [{ ...follower, tags }] : []
  })
  // Two registries may be one Berth; and who is sent something is told of nobody but others.
  const othersOf = (target: Registry) =>
    wanting
      .flatMap(({ registry }) => registry.instanceId ?? [])
      .filter((id) => id !== target.instanceId && id !== instanceId)
  return wanting.map(({ policy, registry, tags }) => ({
    policyId: policy.id,
    registryId: registry.id,
    kind,
    source,
    target: targetOf(source, policy, registry),
    tags,
    digest,
    had: [happening.held],
    seen: [...new Set([...othersOf(registry), ...seen])].slice(0, MAX_SEEN),
    isLook: registry.instanceId !== null && seen.includes(registry.instanceId),
  }))
}

function isWorthIt({ kind, tags: all, along, digest }: Happening, tags: Tag[], registry: Registry): boolean {
  if (kind === 'push') return tags.length > 0 || digest !== undefined
  // Signatures go with what they belong to, there as here.
  if (along && tags.every((tag) => subjectOf(tag) !== undefined)) return false
  if (tags.length > 0) return true
  // Whether others need an artifact without tags only another Berth or a Harbor can tell.
  return all.length === 0 && adapterOf(registry.type).listing === 'api'
}

/** A name that cannot be there is a matter of the task, which says so. */
function targetOf(source: RepositoryName, policy: ReplicationPolicy, registry: Registry): RepositoryName {
  try {
    return parseRepositoryName(mapRepository(source, policy, adapterOf(registry.type).nameParts))
  } catch {
    return source
  }
}
