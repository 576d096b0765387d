import { DomainError, SYSTEM } from '@berth/core'
import { adoptManifest, removeManifest, removeUnindexed, resolveReference } from '@berth/core/artifacts'
import { deleteTag } from '@berth/core/tags'
import { type Digest, isDigest, type Tag } from '@berth/registry-client'
import { toOciError } from '../oci-error.ts'
import { manifestUnknown } from './read-manifest.ts'
import { changing, type ManifestRequest } from './write-manifest.ts'

// A tag that moves while it is being deleted is looked up again; somebody who pushes without end wins.
const MAX_LOOKUPS = 3

/** Deletes a manifest with its tags, or a tag alone (sections "Deleting tags" and "Deleting Manifests"). */
export async function deleteManifest(request: ManifestRequest): Promise<void> {
  const { reference } = request.path
  const work = isDigest(reference) ? removeDigest(request, reference) : removeTag(request, reference)
  await work.catch((error) => {
    if (error instanceof DomainError && error.code === 'NOT_FOUND') throw manifestUnknown()
    throw toOciError(error) ?? error
  })
  request.exchange.res.writeHead(202, { 'content-length': 0 }).end()
}

async function removeDigest(request: ManifestRequest, digest: Digest): Promise<void> {
  const { gateway, path, identity } = request
  const tags = tagsIn(request.exchange.req.headers['berth-tags'])
  const remove = async () => {
    const isIndexed = await resolveReference(gateway.core, path.name, digest)
    const removal = isIndexed ? removeManifest : removeUnindexed
    await removal(gateway.core, identity.actor, { repository: path.name, digest, tags })
    gateway.manifests.delete(digest)
  }
  await changing(request, remove, { adds: false })
}

/** `Berth-Tags` names all tags that the manifest may have, or is a dash where it may have none: with another one it stays. */
const tagsIn = (header: string | readonly string[] | undefined): string[] | undefined =>
  header === undefined ? undefined : [header].flat().flatMap((text) => text.split(/\s*,\s*/))

async function removeTag(request: ManifestRequest, tag: Tag): Promise<void> {
  const { gateway, path, identity } = request
  const { core } = gateway
  for (let lookups = 1; ; lookups++) {
    // What was pushed past Berth is brought into the index first: one way to delete a tag is enough.
    if (!(await resolveReference(core, path.name, tag)))
      if (!(await changing(request, () => adoptManifest(core, SYSTEM, path.name, tag))))
        throw manifestUnknown()
    try {
      const named = { repository: path.name, reference: tag, name: tag }
      return await deleteTag(core, identity.actor, named)
    } catch (error) {
      const moved = error instanceof DomainError && error.code === 'NOT_FOUND'
      if (!moved || lookups === MAX_LOOKUPS) throw error
    }
  }
}
