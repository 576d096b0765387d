import { type Digest, type RepositoryName, referrersTag } from '@berth/registry-client'
import { subjectOf } from '../events/attaching.ts'
import type { Attachment, Site, TagFact } from '../sites/index.ts'
import type { PatientTurns } from './patient-turns.ts'
import { inSlices } from './slices.ts'

/** What is attached to anything at the target; undefined where its lists do not tell. */
export function heldAttachments(here: readonly TagFact[]): ReadonlySet<Digest> | undefined {
  if (!here.some(({ attached }) => attached !== undefined)) return undefined
  return new Set(here.flatMap(({ attached = [] }) => attached.map(({ digest }) => digest)))
}

interface Looking {
  from: Site
  to: Site
  source: RepositoryName
  target: RepositoryName
  /** The source's tags. */
  there: readonly TagFact[]
  known: ReadonlySet<Digest> | undefined
  /** Requests to the source that may be made: one for each tag that none was made for. */
  spare: number
  /** Who may be asked beside these. */
  mayAsk: (root: Digest) => boolean
  turns: PatientTurns
  signal: AbortSignal | undefined
}

/**
 * Of artifacts in step, those manifests to which something is attached that the target lacks: the artifact itself, or a part
 * of it. Lists of this Berth, others and Harbors tell what is attached. Of other registries an artifact with a list of its own
 * (`sha256-<hex>`) is asked for, others as far as that costs no more than a request for each tag, and those that may be asked besides.
 */
export async function subjectsLacking(roots: readonly Digest[], looking: Looking): Promise<Set<Digest>> {
  const { from, to, source, target, there, known, turns, signal } = looking
  const asked = new Set(roots)
  const told = there.flatMap(({ digest, attached = [] }) => (digest && asked.has(digest) ? attached : []))
  const isTold = there.some(({ attached }) => attached !== undefined)
  const all = isTold ? told : await askReferrers(roots, looking)
  // What a tag attaches was compared by its tag.
  const byTag = new Set(there.flatMap(({ tag, digest }) => (digest && subjectOf(tag) ? [digest] : [])))
  const candidates = new Map(all.map((one) => [one.digest, one]))
  const lacking = new Map<Digest, Digest>()
  await inSlices([...candidates.values()], async ({ subject, digest }) => {
    if (byTag.has(digest) || known?.has(digest)) return
    if (await turns.run(() => to.head(target, digest, { signal }), signal)) return
    // Lists that clients keep go on naming what was deleted.
    if (isTold || (await turns.run(() => from.head(source, digest, { signal }), signal)))
      lacking.set(digest, subject)
  })
  // What is attached to something that comes, comes with it.
  return new Set([...lacking.values()].filter((subject) => !lacking.has(subject)))
}

async function askReferrers(
  roots: readonly Digest[],
  { from, source, there, spare, mayAsk, turns, signal }: Looking,
): Promise<Attachment[]> {
  const { referrers } = from
  if (!referrers) return []
  const tags = new Set<string>(there.map(({ tag }) => tag))
  const isListed = (digest: Digest) => tags.has(referrersTag(digest))
  const ordered = [...roots.filter(isListed), ...roots.filter((digest) => !isListed(digest))]
  const chosen = ordered.filter((digest, position) => position < spare || mayAsk(digest))
  const found: Attachment[] = []
  const ask = async (subject: Digest) => {
    // A turn is for requests: there would be none.
    if (from.lacksReferrersApi?.() && !isListed(subject)) return
    const digests = await turns.run(() => referrers(source, subject, { tags, signal }), signal)
    for (const digest of digests) found.push({ subject, digest })
  }
  // A registry that does not know the API says so to the first question.
  await inSlices(chosen.slice(0, 1), ask)
  await inSlices(chosen.slice(1), ask)
  return found
}
