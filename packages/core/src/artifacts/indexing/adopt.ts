import {
  childrenOf,
  type Digest,
  type ImageIndex,
  isDigest,
  NotFoundError,
  parseManifest,
  type RepositoryName,
  type Tag,
} from '@berth/registry-client'
import type { Actor } from '../../authorization/index.ts'
import type { Core } from '../../context/index.ts'
import { registryClient } from '../../registry/index.ts'
import { type News, RECORDED, TOLD } from '../news.ts'
import { settleRepository } from '../removal/begun/settle.ts'
import { PLACEHOLDER } from '../removal/untag.ts'
import { resolveReference } from '../store.ts'
import { indexManifest } from './index-manifest.ts'
import { missingChild } from './pushed.ts'

// An index of indexes is rare, and deeper ones are nobody's need.
const MAX_DEPTH = 4

const fetchManifest = (core: Core, repository: RepositoryName, reference: Tag | Digest) =>
  registryClient(core)
    .getManifest(repository, reference)
    .catch((error) => {
      if (error instanceof NotFoundError) return undefined
      throw error
    })

/**
 * Indexes what the registry has now under a tag or digest, with the children of an index. Call it under
 * `changingRepository`.
 *
 * @returns false when the registry has no such thing, or only what stands in for a tag that goes
 * @throws what `indexManifest` and the registry client throw; ManifestError for what is no manifest
 */
export async function adoptManifest(
  core: Core,
  actor: Actor,
  repository: RepositoryName,
  reference: Tag | Digest,
  news: News = TOLD,
): Promise<boolean> {
  const fetched = await fetchManifest(core, repository, reference)
  if (!fetched) return false
  const manifest = parseManifest(fetched.bytes, fetched.mediaType)
  // It only stands in for a tag that goes (see `untag`): whoever wanted that ended in between.
  if (!isDigest(reference) && manifest.annotations[PLACEHOLDER] === reference) {
    await settleRepository(core, repository)
    return false
  }
  if (manifest.kind === 'index') await adoptChildren(core, actor, repository, manifest, news)
  await indexManifest(core, actor, {
    repository,
    reference: isDigest(reference) ? { digest: reference } : { tag: reference },
    ...fetched,
    manifest,
    adopted: true,
    news,
  })
  return true
}

/**
 * Indexes children that the registry has and the index lacks: an earlier push was cut off between the two, or they
 * came before Berth did. Clients that see such a child in the registry do not send it again.
 *
 * @throws DomainError MANIFEST_BLOB_UNKNOWN for a child that is in neither; what `indexManifest` throws
 */
export async function adoptChildren(
  core: Core,
  actor: Actor,
  repository: RepositoryName,
  index: ImageIndex,
  news: News = RECORDED,
  depth = 1,
): Promise<void> {
  // An index may name one child ten thousand times.
  const children = new Set(childrenOf(index).map(({ digest }) => digest))
  for (const digest of children) {
    if (await resolveReference(core, repository, digest)) continue
    const fetched = await fetchManifest(core, repository, digest)
    // The first one that nobody has ends it: an index of thousands that do not exist costs one question.
    if (!fetched) throw missingChild(digest)
    const manifest = parseManifest(fetched.bytes, fetched.mediaType)
    if (manifest.kind === 'index' && depth < MAX_DEPTH)
      await adoptChildren(core, actor, repository, manifest, news, depth + 1)
    await indexManifest(core, actor, {
      repository,
      reference: { digest },
      ...fetched,
      manifest,
      adopted: true,
      news,
    })
  }
}
