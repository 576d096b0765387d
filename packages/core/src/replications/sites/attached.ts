import { type Digest, type ManifestInfo, parseTag, type Tag } from '@berth/registry-client'
import type { Attached, Attachment } from './model.ts'

const ENDINGS = ['.sig', '.att', '.sbom']

/** As cosign's tags, and the one of the list of referrers, begin for every algorithm. */
export const mayAttach = (tag: Tag): boolean => /^[a-z0-9]+-[0-9a-f]{64}/.test(tag)

/** The tags by which cosign attaches to a digest; none for digests other than SHA-256, for which it has no scheme. */
export const schemeTags = (digest: Digest): Tag[] =>
  digest.startsWith('sha256:')
    ? ENDINGS.map((ending) => parseTag(`${digest.replace(':', '-')}${ending}`))
    : []

/**
 * What is attached by those of the tags that exist. Without the repository's tags each one is asked for.
 */
export async function taggedTo(
  digest: Digest,
  known: ReadonlySet<string> | undefined,
  head: (tag: Tag) => Promise<ManifestInfo | undefined>,
): Promise<Attached[]> {
  const wanted = schemeTags(digest).filter((tag) => known === undefined || known.has(tag))
  const found = await Promise.all(wanted.map(async (tag) => ({ tag, info: await head(tag) })))
  const byDigest = Map.groupBy(
    found.filter(({ info }) => info !== undefined),
    ({ info }) => info!.digest,
  )
  return [...byDigest].map(([attached, tags]) => ({ digest: attached, tags: tags.map(({ tag }) => tag) }))
}

/** What is attached to an artifact, to its parts, and to anything attached to one of them. */
export function attachedBeneath(
  root: Digest,
  attachedTo: ReadonlyMap<Digest, readonly Attachment[]>,
  partsOf: ReadonlyMap<Digest, readonly Digest[]>,
): Attachment[] {
  const found: Attachment[] = []
  const seen = new Set([root])
  // It grows while it is gone through.
  for (const digest of seen) {
    for (const one of attachedTo.get(digest) ?? []) {
      found.push(one)
      seen.add(one.digest)
    }
    for (const part of partsOf.get(digest) ?? []) seen.add(part)
  }
  return found
}
