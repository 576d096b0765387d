import { type Digest, type ManifestInfo, parseTag, type Tag } from '@berth/registry-client'
import type { Attached } from './model.ts'

const ENDINGS = ['.sig', '.att', '.sbom']

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
