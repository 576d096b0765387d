import { type Digest, RegistryError, type RepositoryName, type Tag } from '@berth/registry-client'
import type { Core } from '../../context/index.ts'
import { DomainError } from '../../errors/index.ts'
import { adapterOf, type Registry } from '../../registries/index.ts'
import { Turns } from '../../turns/index.ts'
import { subjectOf } from '../events/attaching.ts'
import type { ReplicationPolicy } from '../model.ts'
import type { Reason } from '../reasons.ts'
import type { Site } from '../sites/index.ts'
import { isNeeded } from './store.ts'

const HEADS_AT_ONCE = 16
/** That fit into a header. */
const TOGETHER = 30

export interface Removal {
  policy: ReplicationPolicy
  registry: Registry
  direction: 'push' | 'pull'
  from: Site
  to: Site
  source: RepositoryName
  target: RepositoryName
  /** Gone at the source. */
  tags: readonly Tag[]
  /** Deleted at the source as a whole. */
  digest?: Digest
  /** Digests that the tags may have at the target. */
  had: readonly Digest[]
  /** What both sides had under the tags when they last agreed. */
  states: ReadonlyMap<Tag, Digest>
  /** Instance ids of the Berths that have deleted it, or hear of it from whoever did. */
  seen: readonly string[]
  /** Somebody has begun with it before, and may have come half through. */
  again: boolean
  signal: AbortSignal
}

export interface Removed {
  tags: Tag[]
  manifests: Digest[]
  /** Tags of `faults`. */
  kept: Tag[]
  /** Sentences: what stays because it is not what was deleted. */
  notes: string[]
  /** Sentences: what should have gone, and why the target has it still. */
  faults: string[]
}

/** What a removal came to. */
export function reasonOfRemoval({ tags, manifests, notes, faults }: Removed): Reason {
  if (faults.length > 0) return 'unsupported'
  if (tags.length + manifests.length > 0) return notes.length > 0 ? 'partly' : 'deleted'
  return notes.length > 0 ? 'stays' : 'nothing_to_delete'
}

/**
 * Takes away at the target what the source has no more. Only what came from the source goes, and never a manifest that
 * something else there or here needs: a tag that is on something else by now stays where it is.
 *
 * @throws DomainError UNSUPPORTED where the target deletes nothing; what the sites throw
 */
export async function takeAway(core: Core, removal: Removal): Promise<Removed> {
  const { registry, to, target, tags, digest, had, states, again, signal } = removal
  const can = deletesOf(removal)
  if (!can.manifests && !can.tags)
    throw new DomainError(
      'UNSUPPORTED',
      `a registry of the type ${registry.type} deletes nothing that Berth asks it to`,
    )
  const removed: Removed = { tags: [], manifests: [], kept: [], notes: [], faults: [] }
  const groups = new Map<Digest, Tag[]>()
  const absent: Tag[] = []
  for (const tag of tags) {
    const held = await to.head(target, tag, { signal })
    if (!held) absent.push(tag)
    else if (had.includes(held.digest) || states.get(tag) === held.digest)
      groups.set(held.digest, [...(groups.get(held.digest) ?? []), tag])
    else
      removed.notes.push(
        `${tag} is on another artifact at the target, which did not come from here, and stays`,
      )
  }
  for (const [held, itsTags] of groups) await takeTags(core, removal, held, itsTags, removed)
  const left = absent.length > 0 ? [...had, ...absent.flatMap((tag) => states.get(tag) ?? [])] : []
  if (again && can.manifests)
    for (const one of new Set(left)) if (!groups.has(one)) await takeRest(removal, one, removed)
  if (digest && tags.length === 0) await takeUntagged(removal, digest, removed)
  return removed
}

/** What the target deletes. */
const deletesOf = ({ direction, registry }: Removal): { manifests: boolean; tags: boolean } =>
  direction === 'push' ? adapterOf(registry.type).deletes : { manifests: true, tags: true }

async function takeTags(
  core: Core,
  removal: Removal,
  held: Digest,
  tags: Tag[],
  removed: Removed,
): Promise<void> {
  const { registry, direction, from, to, source, target, states, seen, signal } = removal
  const can = deletesOf(removal)
  const isGone = (await from.head(source, held, { signal })) === undefined
  const mayGo =
    can.manifests && (isGone || (!can.tags && direction === 'push' && !(await isNeeded(core, source, held))))
  // Tags that came from here and are gone here, but could not go there alone.
  const leftOver: Tag[] = []
  for (const [tag, digest] of mayGo && !can.tags ? states : [])
    if (digest === held && !tags.includes(tag) && !(await from.head(source, tag, { signal })))
      leftOver.push(tag)
  const others = mayGo && (await hasOtherTags(to, target, held, [...tags, ...leftOver], signal))
  // Of many most go before, so that it can be said which ones the manifest may have. Who cannot be told, as Google, may
  // refuse to let go of one that has any.
  const withIt = to.tagsOn ? TOGETHER : 0
  const [before, together] = can.tags ? [tags.slice(withIt), tags.slice(0, withIt)] : [[], tags]
  if (mayGo && !others)
    for (const tag of before) await to.deleteTag(target, tag, { digest: held, seen, signal })
  if (mayGo && !others && (await takeManifest(removal, held, [...together, ...leftOver]))) {
    removed.manifests.push(held)
    removed.tags.push(...tags, ...leftOver)
  } else if (can.tags) {
    for (const tag of tags) await to.deleteTag(target, tag, { digest: held, seen, signal })
    removed.tags.push(...tags)
  } else {
    removed.kept.push(...tags)
    removed.faults.push(
      `${tags.join(', ')} stays at the target: a registry of the type ${registry.type} deletes no tag alone, and the artifact ${
        others ? 'has other tags there' : 'is needed for something else'
      }`,
    )
  }
}

/**
 * What an attempt before has left of a manifest: its tags go before it where the target cannot be told of them, and what is
 * attached to it goes after it.
 */
async function takeRest(removal: Removal, digest: Digest, removed: Removed): Promise<void> {
  const { from, to, source, target, signal } = removal
  if (to.tagsOn || (await from.head(source, digest, { signal }))) return
  const isThere = (await to.head(target, digest, { signal })) !== undefined
  if (!isThere && (await to.attached(target, digest, { signal })).length === 0) return
  if (await hasOtherTags(to, target, digest, [], signal)) return
  if (await takeManifest(removal, digest, [])) removed.manifests.push(digest)
}

/** What has no tag at the source goes only where the target itself knows whether it needs it. */
async function takeUntagged(removal: Removal, digest: Digest, removed: Removed): Promise<void> {
  const { from, to, source, target, signal } = removal
  if (!to.tagsOn || (await from.head(source, digest, { signal }))) return
  if (!(await to.head(target, digest, { signal }))) return
  if ((await to.tagsOn(target, digest, { signal })).length > 0)
    removed.notes.push('it has tags at the target, and stays')
  else if (await takeManifest(removal, digest, [])) removed.manifests.push(digest)
  else removed.notes.push('something at the target needs it, and it stays')
}

/**
 * With what is attached to it and has no tag of its own, where the target does not see to that itself. False: the target
 * needs it, or it has other tags by now.
 */
async function takeManifest(removal: Removal, digest: Digest, tags: readonly Tag[]): Promise<boolean> {
  const { to, target, seen, signal } = removal
  const attached = to.tagsOn ? [] : await to.attached(target, digest, { signal })
  const digests = attached.map((one) => one.digest)
  const kept = digests.length > 0 ? await otherwiseTagged(to, target, digests, [], signal) : new Set()
  try {
    await to.deleteManifest(target, digest, { seen, tags, signal })
  } catch (error) {
    const isHeld =
      (error instanceof RegistryError && error.status === 412) ||
      (error instanceof DomainError && error.code === 'PRECONDITION')
    if (isHeld) return false
    throw error
  }
  for (const one of attached.filter(({ digest }) => !kept.has(digest))) {
    if (deletesOf(removal).tags) for (const tag of one.tags) await to.deleteTag(target, tag, { seen, signal })
    await to.deleteManifest(target, one.digest, { seen, signal })
  }
  return true
}

async function hasOtherTags(
  to: Site,
  target: RepositoryName,
  digest: Digest,
  except: readonly Tag[],
  signal: AbortSignal,
): Promise<boolean> {
  if (to.tagsOn) return (await to.tagsOn(target, digest, { signal })).some((tag) => !except.includes(tag))
  return (await otherwiseTagged(to, target, [digest], except, signal)).size > 0
}

/** Those that have a tag other than these, and than those that attach. Ends with the last one, where tags have to be asked for one by one. */
async function otherwiseTagged(
  to: Site,
  target: RepositoryName,
  digests: readonly Digest[],
  except: readonly Tag[],
  signal: AbortSignal,
): Promise<Set<Digest>> {
  const turns = new Turns(HEADS_AT_ONCE)
  const found = new Set<Digest>()
  await Promise.all(
    (await to.tags(target, { signal })).map(async (fact) => {
      if (except.includes(fact.tag) || subjectOf(fact.tag) !== undefined) return
      const held = await turns.run(async () =>
        found.size === digests.length
          ? undefined
          : (fact.digest ?? (await to.head(target, fact.tag, { signal }))?.digest),
      )
      if (held && digests.includes(held)) found.add(held)
    }),
  )
  return found
}
