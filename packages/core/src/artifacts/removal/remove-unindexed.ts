import { ManifestError } from '@berth/registry-client'
import { type Actor, SYSTEM } from '../../authorization/index.ts'
import type { Core } from '../../context/index.ts'
import { DomainError, notFound } from '../../errors/index.ts'
import { registryClient, registryFailure } from '../../registry/index.ts'
import { guardRemoval } from '../guards/guard-removal.ts'
import { adoptManifest } from '../indexing/adopt.ts'
import { removeManifest } from './remove-manifest.ts'
import { meant, type Named, removeOnlyThere } from './unindexed.ts'

/**
 * Deletes a manifest that only the registry knows: its push was cut off before the index, or went past Berth. It is
 * brought into the index first, so that it goes with its line and event as all others do; of what can be no part of the
 * index only the line tells. Call it under `changingRepository`.
 *
 * @throws DomainError NOT_FOUND when the registry has none either; what `removeManifest` throws
 */
export async function removeUnindexed(core: Core, actor: Actor, input: Named): Promise<void> {
  const manifest = await meant(core, actor, input)
  const { repository, digest } = manifest
  try {
    if (!(await adoptManifest(core, SYSTEM, repository, digest))) throw notFound('artifact')
  } catch (error) {
    if (!isUnfit(error)) throw registryFailure(error)
    await guardRemoval(core, repository, { tags: [], digests: [digest] })
    return removeOnlyThere(core, actor, 'artifact', manifest, () =>
      registryClient(core).deleteManifest(repository, digest),
    )
  }
  await removeManifest(core, actor, { repository, digest })
}

/** It is there, and can be no part of the index: broken, over children that nobody has, or without room. */
const isUnfit = (error: unknown): boolean =>
  error instanceof ManifestError ||
  (error instanceof DomainError && !['NOT_FOUND', 'UNAVAILABLE', 'UNKNOWN'].includes(error.code))
