import { ManifestError, parseDigest } from '@berth/registry-client'
import { type Actor, authorizeRepository, SYSTEM } from '../../authorization/index.ts'
import type { Core } from '../../context/index.ts'
import { DomainError, notFound } from '../../errors/index.ts'
import { askRegistry, registryClient, registryFailure } from '../../registry/index.ts'
import { guardRemoval } from '../guards/guard-removal.ts'
import { adoptManifest } from '../indexing/adopt.ts'
import { repositoryNamed } from '../name.ts'
import { removing } from './begun/begin.ts'
import { writeRemoval } from './begun/line.ts'
import { endRemoval } from './begun/store.ts'
import { removeManifest } from './remove-manifest.ts'

/**
 * Deletes a manifest that only the registry knows: its push was cut off before the index, or went past Berth. It is
 * brought into the index first, so that it goes with its line and event as all others do; of what can be no part of the
 * index only the line tells. Call it under `changingRepository`.
 *
 * @throws DomainError NOT_FOUND when the registry has none either; what `removeManifest` throws
 */
export async function removeUnindexed(
  core: Core,
  actor: Actor,
  input: { repository: string; digest: string },
): Promise<void> {
  const repository = repositoryNamed(input.repository)
  const digest = parseDigest(input.digest)
  const project = await authorizeRepository(core, actor, 'delete', 'artifact', repository)
  try {
    if (!(await adoptManifest(core, SYSTEM, repository, digest))) throw notFound('artifact')
  } catch (error) {
    if (!isUnfit(error)) throw registryFailure(error)
    await guardRemoval(core, repository, { tags: [], digests: [digest] })
    const what = { kind: 'artifact', repository, digest, projectId: project.id } as const
    return removing(core, actor, what, async (begun) => {
      begun.asking()
      await askRegistry(() => registryClient(core).deleteManifest(repository, digest))
      await core.db.transaction(async (tx) => {
        if (await endRemoval(tx, begun.id)) await writeRemoval(core, tx, begun)
      })
    })
  }
  await removeManifest(core, actor, { repository, digest })
}

/** It is there, and can be no part of the index: broken, over children that nobody has, or without room. */
const isUnfit = (error: unknown): boolean =>
  error instanceof ManifestError ||
  (error instanceof DomainError && !['NOT_FOUND', 'UNAVAILABLE', 'UNKNOWN'].includes(error.code))
