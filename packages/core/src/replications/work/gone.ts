import { type Digest, NotFoundError, type RepositoryName, type Tag } from '@berth/registry-client'
import { originOf } from '../sites/index.ts'
import type { Ends } from './sites.ts'

/**
 * Whether an artifact that could not be read was deleted at the source since it was compared, and no tag of it is on it
 * there any more: then there is nothing to copy. What a tag is still on is missing.
 *
 * @throws what the source throws
 */
export async function isGoneAtSource(
  { from }: Ends,
  { source, digest, tags }: { source: RepositoryName; digest: Digest; tags: readonly Tag[] },
  error: unknown,
  signal: AbortSignal,
): Promise<boolean> {
  if (!(error instanceof NotFoundError) || originOf(error) !== from.key) return false
  if (await from.head(source, digest, { signal })) return false
  for (const tag of tags) if ((await from.head(source, tag, { signal }))?.digest === digest) return false
  return true
}
