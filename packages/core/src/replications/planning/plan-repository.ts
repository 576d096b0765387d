import { type Digest, type RepositoryName, referrersTag, type Tag } from '@berth/registry-client'
import { subjectOf } from '../events/attaching.ts'
import type { Site, TagFact } from '../sites/index.ts'
import type { Asking } from './asking.ts'
import { heldAttachments, subjectsLacking } from './attachments.ts'
import { type LongWait, PatientTurns } from './patient-turns.ts'
import { inSlices } from './slices.ts'

const HEADS_AT_ONCE = 32

/** Who asks the two sides how often at once: one for all repositories that are compared together. */
export const openTurns = (onLongWait?: LongWait): PatientTurns =>
  new PatientTurns(HEADS_AT_ONCE, { onLongWait })

export interface Planning {
  from: Site
  to: Site
  source: RepositoryName
  target: RepositoryName
  /** Which of the source's tags are to be brought, given the target's; without it all. */
  select?: (tags: TagFact[], held: ReadonlyMap<Tag, TagFact>) => TagFact[] | Promise<TagFact[]>
  turns?: PatientTurns
  signal?: AbortSignal
  /** Which images in step are asked for what is attached to them, beside what a comparison may cost; without it none. */
  asking?: Pick<Asking, 'mayAsk'> | undefined
  /** Given each tag that both sides have on the same artifact. */
  onInStep?: ((tag: Tag, digest: Digest) => void) | undefined
  /** Given what the source lists and can be no tag. */
  onInvalid?: ((tag: string) => void) | undefined
}

/**
 * An artifact that is to be brought, with all its tags that were asked for; without tags a part of another one, to which
 * something is attached that is not there.
 */
export interface PlannedCopy {
  digest: Digest
  tags: Tag[]
  /** Those of them that are on another artifact at the target. */
  moved: Tag[]
  /** What those are on there. */
  held: Digest[]
  /** Those that are on this one there: something attached to it is missing. */
  same: Tag[]
  /** Undefined where the source's lists do not tell. */
  sizeBytes: number | undefined
}

/** What is to be done for one repository. */
export interface RepositoryPlan {
  copies: PlannedCopy[]
  /** Tags that both sides have on the same artifact. */
  inStep: number
}

/**
 * Compares the tags of a repository on both sides. Costs one list of tags on each side, and for each tag that both have
 * one HEAD on the side whose lists tell no digests; this Berth and others need none. What is attached to a manifest, by a tag or by
 * naming its subject, is no artifact of its own: where the target lacks it, its subject is to be copied, which brings it.
 */
export async function planRepository({
  from,
  to,
  source,
  target,
  select = (tags) => tags,
  turns = openTurns(),
  signal,
  asking,
  onInStep,
  onInvalid,
}: Planning): Promise<RepositoryPlan> {
  const [there, here] = await Promise.all([
    turns.run(() => from.tags(source, { signal, onInvalid }), signal),
    turns.run(() => to.tags(target, { signal }), signal),
  ])
  const held = new Map(here.map((fact) => [fact.tag, fact]))
  let heads = 0
  const digestAt = async (
    site: Site,
    repository: RepositoryName,
    fact: TagFact,
  ): Promise<Digest | undefined> => {
    if (fact.digest !== undefined) return fact.digest
    if (site === from) heads++
    return (await turns.run(() => site.head(repository, fact.tag, { signal }), signal))?.digest
  }

  const tagged = new Map<Digest, Omit<PlannedCopy, 'digest'>>()
  const behind = new Set<Digest>()
  let inStep = 0
  const look = async (
    fact: TagFact,
    unlisted?: TagFact,
  ): Promise<{ digest: Digest; other: Digest | undefined; same: boolean } | undefined> => {
    const other = held.get(fact.tag) ?? unlisted
    const [digest, there] = await Promise.all([
      digestAt(from, source, fact),
      other && digestAt(to, target, other),
    ])
    // Deleted since the list was read.
    return digest && { digest, other: there, same: digest === there }
  }
  await inSlices(
    await select(
      there.filter(({ tag }) => subjectOf(tag) === undefined),
      held,
    ),
    async (fact) => {
      const found = await look(fact)
      if (!found) return
      const of = tagged.get(found.digest) ?? {
        ...{ tags: [], moved: [], held: [], same: [] },
        sizeBytes: fact.sizeBytes,
      }
      tagged.set(found.digest, of)
      of.tags.push(fact.tag)
      if (found.same) of.same.push(fact.tag)
      else if (held.has(fact.tag)) of.moved.push(fact.tag)
      if (found.other && !found.same) of.held.push(found.other)
      if (found.same) {
        inStep++
        onInStep?.(fact.tag, found.digest)
      } else behind.add(found.digest)
    },
  )
  const known = heldAttachments(here)
  await inSlices(there, async (fact) => {
    const subject = subjectOf(fact.tag)
    if (subject === undefined || !tagged.has(subject) || behind.has(subject)) return
    // The list that clients keep where there is no referrers API: it differs from registry to registry.
    if (fact.tag === referrersTag(subject)) return
    if (fact.digest !== undefined && known?.has(fact.digest)) return
    // Lists that tell what is attached may leave out the tags by which it is.
    if ((await look(fact, known && { tag: fact.tag }))?.same === false) behind.add(subject)
  })
  const roots = [...tagged.keys()].filter((digest) => !behind.has(digest))
  const spare = there.filter(({ digest }) => digest === undefined).length - heads
  const cameAt = (root: Digest) => held.get(tagged.get(root)!.tags[0]!)?.pushedAt
  const mayAsk = (root: Digest) => asking?.mayAsk(root, cameAt(root)) === true
  const looking = { from, to, source, target, there, known, spare, mayAsk, turns, signal }
  const lacking = await subjectsLacking(roots, looking)
  for (const subject of lacking) if (tagged.has(subject)) behind.add(subject)
  const parts = [...lacking].filter((digest) => !tagged.has(digest))
  return {
    copies: [
      ...[...behind].map((digest) => {
        const of = tagged.get(digest)!
        return { ...of, digest, tags: of.tags.sort() }
      }),
      ...parts.map((digest) => ({ digest, tags: [], moved: [], held: [], same: [], sizeBytes: undefined })),
    ],
    inStep,
  }
}
