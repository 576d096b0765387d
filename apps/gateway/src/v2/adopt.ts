import type { Actor } from '@berth/core'
import { indexManifest, resolveReference } from '@berth/core/artifacts'
import { registryClient } from '@berth/core/registry'
import {
  type ImageIndex,
  isManifestType,
  NotFoundError,
  parseManifest,
  type RepositoryName,
} from '@berth/registry-client'
import type { Gateway } from '../gateway.ts'

// An index of indexes is rare, and deeper ones are nobody's need.
const MAX_DEPTH = 4

/**
 * Indexes children that the registry has and the index lacks: an earlier push was cut off between the two, or they
 * came before Berth did. Clients that see such a child in the registry do not send it again.
 */
export async function adoptChildren(
  gateway: Gateway,
  actor: Actor,
  repository: RepositoryName,
  index: ImageIndex,
  depth = 1,
): Promise<void> {
  for (const { digest, mediaType } of index.manifests) {
    if (!isManifestType(mediaType) || (await resolveReference(gateway.core, repository, digest))) continue
    const fetched = await registryClient(gateway.core)
      .getManifest(repository, digest)
      .catch((error) => {
        if (error instanceof NotFoundError) return undefined
        throw error
      })
    // What is missing altogether is for the registry to refuse.
    if (!fetched) continue
    const manifest = parseManifest(fetched.bytes, fetched.mediaType)
    if (manifest.kind === 'index' && depth < MAX_DEPTH)
      await adoptChildren(gateway, actor, repository, manifest, depth + 1)
    await indexManifest(gateway.core, actor, { repository, reference: { digest }, ...fetched, manifest })
  }
}
