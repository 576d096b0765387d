import type { Actor } from '../../authorization/index.ts'
import type { Core } from '../../context/index.ts'
import { type ArtifactRef, findAuthorized } from '../reading/get-artifact.ts'
import { changingRepository } from '../store.ts'
import { removeManifest } from './remove-manifest.ts'

/** Deletes the artifact that a tag or digest names, with all its tags; errors as `removeManifest`. */
export async function deleteArtifact(core: Core, actor: Actor, ref: ArtifactRef): Promise<void> {
  const artifact = await findAuthorized(core, actor, 'delete', 'artifact', ref)
  await changingRepository(
    core,
    artifact.repositoryName,
    () => removeManifest(core, actor, { repository: artifact.repositoryName, digest: artifact.digest }),
    { adds: false },
  )
}
