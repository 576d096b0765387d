import { type Digest, isDigest, type RepositoryName, type Tag } from '@berth/registry-client'
import { Turns } from '../../turns/index.ts'
import type { Site, TagFact } from '../sites/index.ts'

const HEADS_AT_ONCE = 16

export interface Planning {
  from: Site
  to: Site
  source: RepositoryName
  target: RepositoryName
  /** Which of the source's tags are to be brought; without it all. */
  select?: (tags: TagFact[]) => TagFact[]
  signal?: AbortSignal
}

/** What is to be done for one repository. */
export interface RepositoryPlan {
  copies: { digest: Digest; tags: Tag[] }[]
  /** Tags that both sides have on the same artifact. */
  inStep: number
  /** Tags that the target has and the source has not. */
  extra: Tag[]
}

/**
 * Compares the tags of a repository on both sides. Costs one list of tags on each side, and for each tag that both have
 * one HEAD on the side whose lists tell no digests; this Berth and others need none. Tags that attach something to a
 * manifest are no artifacts of their own: where the target lacks one, its subject is to be copied, which brings it.
 */
export async function planRepository({
  from,
  to,
  source,
  target,
  select = (tags) => tags,
  signal,
}: Planning): Promise<RepositoryPlan> {
  const [there, here] = await Promise.all([from.tags(source, { signal }), to.tags(target, { signal })])
  const held = new Map(here.map((fact) => [fact.tag, fact]))
  const turns = new Turns(HEADS_AT_ONCE)
  const digestAt = async (
    site: Site,
    repository: RepositoryName,
    fact: TagFact,
  ): Promise<Digest | undefined> =>
    fact.digest ?? (await turns.run(() => site.head(repository, fact.tag, { signal })))?.digest

  const tagged = new Map<Digest, Tag[]>()
  const behind = new Set<Digest>()
  let inStep = 0
  const look = async (fact: TagFact): Promise<{ digest: Digest; same: boolean } | undefined> => {
    const other = held.get(fact.tag)
    const [digest, there] = await Promise.all([
      digestAt(from, source, fact),
      other && digestAt(to, target, other),
    ])
    // Deleted since the list was read.
    return digest && { digest, same: digest === there }
  }
  await Promise.all(
    select(there.filter(({ tag }) => subjectOf(tag) === undefined)).map(async (fact) => {
      const found = await look(fact)
      if (!found) return
      tagged.set(found.digest, [...(tagged.get(found.digest) ?? []), fact.tag])
      if (found.same) inStep++
      else behind.add(found.digest)
    }),
  )
  await Promise.all(
    there.map(async (fact) => {
      const subject = subjectOf(fact.tag)
      if (subject === undefined || !tagged.has(subject) || behind.has(subject)) return
      if (isList(fact.tag) || (await look(fact))?.same !== false) return
      behind.add(subject)
    }),
  )
  const named = new Set(there.map(({ tag }) => tag))
  return {
    copies: [...behind].map((digest) => ({ digest, tags: tagged.get(digest)!.sort() })),
    inStep,
    extra: here.map(({ tag }) => tag).filter((tag) => !named.has(tag) && subjectOf(tag) === undefined),
  }
}

const SCHEME = /^(sha256)-([0-9a-f]{64})(\.sig|\.att|\.sbom)?$/

/** The list that clients keep where there is no referrers API: it differs from registry to registry. */
const isList = (tag: Tag): boolean => SCHEME.exec(tag)?.[3] === undefined

/** The manifest that a tag of the form `sha256-<hex>.sig` is attached to. */
function subjectOf(tag: Tag): Digest | undefined {
  const [, algorithm, hex] = SCHEME.exec(tag) ?? []
  const digest = `${algorithm}:${hex}`
  return isDigest(digest) ? digest : undefined
}
