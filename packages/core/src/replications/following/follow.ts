import { type Digest, parseRepositoryName, type RepositoryName, type Tag } from '@berth/registry-client'
import type { Core } from '../../context/index.ts'
import { adapterOf, type Registry } from '../../registries/index.ts'
import type { ArtifactCopy, CopyResult } from '../copying/index.ts'
import { subjectOf } from '../events/attaching.ts'
import { mapRepository } from '../mapping.ts'
import type { ReplicationPolicy } from '../model.ts'
import { openTurns } from '../planning/index.ts'
import { type Reason, reasonOfCopy, together } from '../reasons.ts'
import type { Site } from '../sites/index.ts'
import { Kinds } from '../work/kinds.ts'
import type { Transfer } from '../work/model.ts'
import { type Found, passing } from './passing.ts'
import { reasonOfRemoval, takeAway } from './removal.ts'
import { forgetTagStates, isUnderWay, readRoots, readTagStates, remembers, writeTagStates } from './store.ts'

/** So long a target is left to get from elsewhere what it lacks. */
const LOOKS_MS = 30 * 60_000

const NOTHING_THERE = 'nothing to delete there'

export interface Following {
  core: Core
  policy: ReplicationPolicy
  registry: Registry
  transfer: Transfer
  from: Site
  to: Site
  /** Copies as the policy says. */
  bring: (artifact: ArtifactCopy) => Promise<CopyResult & { placed: ReadonlyMap<Tag, Digest> }>
  /** Instance ids to tell the target. */
  seen: readonly string[]
  /** Somebody has begun with it before. */
  again: boolean
  signal: AbortSignal
}

export interface Followed {
  /** Something else is under way with the same tags: to be looked at again in a moment. */
  isBusy: boolean
  /** It was only looked at, and nothing was to be done. */
  isQuiet: boolean
  /** The target lacks it, and may still get it from elsewhere. */
  isEarly: boolean
  /** What was done, as sentences. */
  notes: string[]
  /** What should have been done and could not. */
  faults: string[]
  /** What it came to; undefined where nothing is to be said of it. */
  reason?: Reason
}

/**
 * Follows what events told of some tags of a repository, as far as it is still so: what was put there and is there is copied,
 * what was deleted and is gone is taken away at the target. What has changed since has events of its own.
 */
export async function follow(following: Following): Promise<Followed> {
  const { core, policy, registry, transfer, from, signal } = following
  const followed: Followed = { isBusy: false, isQuiet: false, isEarly: false, notes: [], faults: [] }
  if (await isUnderWay(core, transfer)) return { ...followed, isBusy: true }
  const { kind, source, tags, had = [], isLook } = transfer
  const digest = transfer.digest === ('' as Digest) ? undefined : transfer.digest
  // The policy may have changed since.
  const target = parseRepositoryName(mapRepository(source, policy, adapterOf(registry.type).nameParts))
  const looked = await Promise.all(
    tags.map(async (tag) => ({ tag, digest: (await from.head(source, tag, { signal }))?.digest })),
  )
  const isHeld = digest !== undefined && (await from.head(source, digest, { signal })) !== undefined
  if (kind === 'withdraw') {
    const gone = looked.filter((one) => one.digest === undefined).map(({ tag }) => tag)
    if (!policy.deletion) leave(followed, 'not_meant', 'the policy deletes nothing any more')
    else if (gone.length > 0 || (tags.length === 0 && digest && !isHeld))
      await remove(following, target, gone, isHeld ? undefined : digest, followed)
    else leave(followed, 'stays', 'it is there again, and stays')
    return followed
  }
  const still = looked.filter((one): one is Found => one.digest !== undefined && had.includes(one.digest))
  if (still.length < tags.length)
    leave(followed, 'superseded', 'it has changed since, which is followed by itself')
  const chosen = await passing({ ...following, source }, still)
  if (still.length > 0 && chosen.length === 0)
    leave(followed, 'not_meant', "no tag passes the policy's filters")
  const wanted = isLook
    ? await behind(following, target, chosen)
    : policy.mirror
      ? await ofMirror(following, target, chosen, followed)
      : chosen
  // What is big, or waits there, arrives late: who sends it as well sends it all twice.
  if (isLook && wanted.length > 0 && core.now() - transfer.createdAt.getTime() < LOOKS_MS)
    return { ...followed, isEarly: true }
  for (const [held, found] of Map.groupBy(wanted, (one) => one.digest))
    await copy(following, target, { digest: held, tags: found.map(({ tag }) => tag) }, followed)
  if (isHeld && !isLook) await copyAttached(following, target, digest, followed)
  return { ...followed, isQuiet: isLook && wanted.length === 0 }
}

/** Says why something is left as it is. */
function leave(followed: Followed, reason: Reason, words: string): void {
  followed.notes.push(words)
  followed.reason = together(followed.reason, reason)
}

/**
 * Of what the target gets from elsewhere, what it did not get. What it has had and has not now, it has moved on from; and
 * what this Berth has never seen may be newer.
 */
async function behind(
  { transfer, from, to, signal }: Following,
  target: RepositoryName,
  found: Found[],
): Promise<Found[]> {
  const isBehind = async ({ tag, digest }: Found): Promise<boolean> => {
    const held = await to.head(target, tag, { signal })
    if (held?.digest === digest || (await to.head(target, digest, { signal }))) return false
    return held === undefined || (await from.head(transfer.source, held.digest, { signal })) !== undefined
  }
  const answers = await Promise.all(found.map(isBehind))
  return found.filter((_, position) => answers[position])
}

/** Of a mirror's tags those that are not left to the next run, because only the other side has changed them. */
async function ofMirror(
  { core, policy, transfer, to, signal }: Following,
  target: RepositoryName,
  found: Found[],
  followed: Followed,
): Promise<Found[]> {
  const states = await readTagStates(core, policy.id, transfer.source)
  const wanted: Found[] = []
  for (const one of found) {
    const [before, held] = [states.get(one.tag), (await to.head(target, one.tag, { signal }))?.digest]
    if (held !== undefined && held !== one.digest && before === one.digest) {
      leave(followed, 'superseded', `${one.tag} was changed on the other side, and is left for the next run`)
      continue
    }
    if (held !== undefined && held !== one.digest && before !== undefined && before !== held)
      followed.notes.push(`${one.tag} had changed on both sides: this Berth's stands`)
    wanted.push(one)
  }
  return wanted
}

async function copy(
  { core, policy, registry, transfer, bring }: Following,
  target: RepositoryName,
  { digest, tags }: { digest: Digest; tags: Tag[] },
  followed: Followed,
): Promise<void> {
  const { source } = transfer
  const result = await bring({ source, target, digest, tags })
  followed.notes.push(...result.warnings, textOf(result), ...(result.notes ?? []))
  followed.reason = together(followed.reason, reasonOfCopy(result))
  if (remembers(policy)) await writeTagStates(core, { policyId: policy.id, registry }, source, result.placed)
}

const notesOf = ({ warnings, notes = [] }: CopyResult): string[] => [...warnings, ...notes]

const textOf = ({ outcome, blobsSent, bytesSent, blobsMounted }: CopyResult): string =>
  ({
    copied: `copied: ${blobsSent} blobs sent (${bytesSent} bytes), ${blobsMounted} mounted`,
    inStep: 'it was there already',
    skipped: 'left as it is: the policy does not move tags at the target',
  })[outcome]

/** Something was attached: it goes with the artifacts by which people reach it. */
async function copyAttached(
  following: Following,
  target: RepositoryName,
  subject: Digest,
  followed: Followed,
): Promise<void> {
  const { core, transfer, bring } = following
  let reached = false
  for (const root of await readRoots(core, transfer.source, subject)) {
    const found = root.tags.map((tag) => ({ tag, digest: root.digest }))
    const tags = (await passing({ ...following, source: transfer.source }, found)).map(({ tag }) => tag)
    if (tags.length === 0) continue
    await copy(following, target, { digest: root.digest, tags }, followed)
    reached = true
    // Of what is in step already only what is attached to the root itself is looked at.
    if (root.digest !== subject)
      followed.notes.push(
        ...notesOf(await bring({ source: transfer.source, target, digest: subject, tags: [] })),
      )
  }
  if (!reached) leave(followed, 'not_meant', 'no tag that goes there leads to it')
}

async function remove(
  following: Following,
  target: RepositoryName,
  tags: Tag[],
  digest: Digest | undefined,
  followed: Followed,
): Promise<void> {
  const { core, policy, registry, transfer, from, to, seen, again, signal } = following
  const { source, direction, had = [] } = transfer
  const states = await readTagStates(core, policy.id, source)
  // What other filters would have said of it nobody knows any more; what was brought is remembered.
  const mayHaveStayed = policy.filters.some(({ type }) => ['label', 'newest', 'resource'].includes(type))
  const ours = mayHaveStayed ? await knownThere(following, target, tags, states) : tags
  const others = tags.filter((tag) => !ours.includes(tag))
  const held = await Promise.all(others.map((tag) => to.head(target, tag, { signal })))
  const staying = others.filter((_, position) => held[position] !== undefined)
  if (staying.length > 0)
    leave(
      followed,
      'stays',
      `not known to have gone there by this policy, and left there: ${staying.join(', ')}`,
    )
  if (tags.length > 0 && ours.length === 0) {
    if (staying.length === 0) leave(followed, 'nothing_to_delete', NOTHING_THERE)
    return
  }
  const sides = { from, to, source, target }
  const what = { tags: ours, ...(digest && { digest }), had, states, seen, again }
  const removed = await takeAway(core, { policy, registry, direction, ...sides, ...what, signal })
  const left = [...ours.filter((tag) => !removed.kept.includes(tag)), ...removed.tags]
  await forgetTagStates(core, policy.id, source, left)
  const went = [...removed.tags, ...(removed.tags.length === 0 ? removed.manifests : [])]
  followed.notes.push(
    ...removed.notes,
    went.length > 0 ? `deleted at the target: ${went.join(', ')}` : NOTHING_THERE,
  )
  followed.faults.push(...removed.faults)
  followed.reason = together(followed.reason, reasonOfRemoval(removed))
}

/** Of tags those that are remembered to have gone there, or are attached to what is, and are of the kind that goes there. */
async function knownThere(
  { policy, to, signal }: Following,
  target: RepositoryName,
  tags: Tag[],
  states: ReadonlyMap<Tag, Digest>,
): Promise<Tag[]> {
  const went = new Set(states.values())
  const known = tags.filter((tag) => states.has(tag))
  const attached = tags.filter((tag) => !states.has(tag) && went.has(subjectOf(tag)!))
  if (!policy.filters.some(({ type }) => type === 'resource')) return [...known, ...attached]
  const found = await Promise.all(
    known.map(async (tag) => ({ tag, digest: (await to.head(target, tag, { signal }))?.digest })),
  )
  const held = found.filter((one): one is Found => one.digest !== undefined)
  const site = { site: to, repository: target, filters: policy.filters, turns: openTurns(), signal }
  const wanted = new Set((await new Kinds(site).surelyWanted(held)).map(({ tag }) => tag))
  // What is not there any more is forgotten as any other.
  const gone = found.filter(({ digest }) => digest === undefined).map(({ tag }) => tag)
  return [...known.filter((tag) => wanted.has(tag)), ...gone, ...attached]
}
