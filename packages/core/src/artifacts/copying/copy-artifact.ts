import {
  type Digest,
  isForeignLayerType,
  NotFoundError,
  parseDigest,
  parseManifest,
  parseReference,
  type RepositoryName,
  UnavailableError,
} from '@berth/registry-client'
import { type Actor, authorizeRepository } from '../../authorization/index.ts'
import type { Core } from '../../context/index.ts'
import { DomainError, notFound } from '../../errors/index.ts'
import { askRegistry, registryClient, registryFailure } from '../../registry/index.ts'
import { guardPush } from '../guards/guard-push.ts'
import { indexManifest } from '../indexing/index-manifest.ts'
import { repositoryNamed } from '../name.ts'
import { readArtifact } from '../reading/store.ts'
import { changingRepository, resolveReference } from '../store.ts'
import { branchOf, type CopyNode } from './branch.ts'
import { parseSource } from './source.ts'
import { readBlobs } from './store.ts'

const MOUNTS_AT_ONCE = 8
const READ_ATTEMPTS = 3
const READ_PAUSE_MS = 100

/**
 * Copies an artifact into another repository, with its children and what is attached to any of them. The registry
 * links the blobs: no layer is moved. Asked for by tag, the copy gets that tag; by digest, none. What is there already
 * stays, a tag of the same name moves here, and a signature that the target has for the same subject keeps its tag.
 *
 * @param from `project/repository:tag` or `project/repository@digest`
 * @returns the digest
 * @throws DomainError UNAUTHORIZED, FORBIDDEN, NOT_FOUND (also when the source is deleted meanwhile); BAD_REQUEST for a
 * malformed `from`; what `guardPush` throws; UNSUPPORTED by a registry that links no blobs; UNAVAILABLE
 */
export async function copyArtifact(
  core: Core,
  actor: Actor,
  input: { repository: string; from: string },
): Promise<{ digest: string }> {
  const target = repositoryNamed(input.repository)
  await authorizeRepository(core, actor, 'create', 'artifact', target)
  await authorizeRepository(core, actor, 'push', 'repository', target)
  const { repository: source, reference } = parseSource(input.from)
  await authorizeRepository(core, actor, 'pull', 'repository', source)
  const tag = 'tag' in reference ? reference.tag : undefined
  const root = await readArtifact(core, source, 'tag' in reference ? reference.tag : reference.digest)
  if (!root) throw notFound('artifact')
  const branch = await branchOf(core, root)
  const missing: CopyNode[] = []
  for (const node of branch) if (!(await resolveReference(core, target, node.digest))) missing.push(node)
  // Asked again under the lock; here it spares what would be refused at the end.
  await guardPush(core, { repository: target, digest: root.digest, ...(tag === undefined ? {} : { tag }) })
  if (source !== target) await mountBlobs(core, { source, target, artifactIds: missing.map(({ id }) => id) })
  await changingRepository(core, target, async () => {
    for (const node of branch) {
      const copy = { source, target, digest: parseDigest(node.digest) }
      // A tag of this form names its subject: what the target has attached to it itself is not taken away.
      for (const name of node.tags)
        if (!(await resolveReference(core, target, name)))
          await putManifest(core, actor, { ...copy, tag: name })
      if (node.id === root.id && tag !== undefined) await putManifest(core, actor, { ...copy, tag })
      else if (!(await resolveReference(core, target, node.digest))) await putManifest(core, actor, copy)
    }
  })
  return { digest: root.digest }
}

/** Before the lock is taken: blobs without a manifest do no harm, and a large index has thousands. */
async function mountBlobs(
  core: Core,
  { source, target, artifactIds }: { source: RepositoryName; target: RepositoryName; artifactIds: number[] },
): Promise<void> {
  const blobs = await readBlobs(core, artifactIds)
  const digests = new Set(
    // Layers that live elsewhere are in no registry.
    blobs.filter((blob) => !isForeignLayerType(blob.media_type)).map((blob) => parseDigest(blob.digest)),
  )
  const queue = [...digests]
  const workers = Array.from({ length: Math.min(MOUNTS_AT_ONCE, queue.length) }, async () => {
    for (let digest = queue.shift(); digest !== undefined; digest = queue.shift())
      await mountBlob(core, source, target, digest)
  })
  await Promise.all(workers)
}

async function mountBlob(
  core: Core,
  source: RepositoryName,
  target: RepositoryName,
  digest: Digest,
): Promise<void> {
  const client = registryClient(core)
  await askRegistry(async () => {
    if ((await client.mountBlob(target, digest, source)).mounted) return
    if (await client.headBlob(target, digest)) return
    if (await client.headBlob(source, digest))
      throw new DomainError('UNSUPPORTED', 'the registry does not link blobs between repositories')
    throw new DomainError('NOT_FOUND', 'the source is no longer complete: a blob is missing')
  })
}

interface ManifestCopy {
  source: RepositoryName
  target: RepositoryName
  digest: Digest
  tag?: string
}

/** Under the target's lock; in the order of a push: guards, registry, index. */
async function putManifest(
  core: Core,
  actor: Actor,
  { source, target, digest, tag }: ManifestCopy,
): Promise<void> {
  const client = registryClient(core)
  const fetched = await readManifest(core, source, digest)
  const manifest = parseManifest(fetched.bytes, fetched.mediaType)
  const known = await resolveReference(core, target, digest)
  const content = { manifest, sizeBytes: fetched.sizeBytes }
  await guardPush(core, {
    repository: target,
    digest,
    ...(tag === undefined ? {} : { tag }),
    ...(known ? {} : { content }),
  })
  await askRegistry(() =>
    client.putManifest(target, tag === undefined ? digest : parseReference(tag), fetched),
  )
  await indexManifest(core, actor, {
    repository: target,
    reference: tag === undefined ? { digest } : { tag },
    digest,
    mediaType: fetched.mediaType,
    bytes: fetched.bytes,
    manifest,
    copiedFrom: `${source}@${digest}`,
  })
}

/** Distribution answers 500 when a manifest is deleted while it is read; asked again, it knows. */
async function readManifest(core: Core, source: RepositoryName, digest: Digest) {
  for (let attempt = 1; ; attempt++)
    try {
      return await registryClient(core).getManifest(source, digest)
    } catch (error) {
      if (error instanceof NotFoundError)
        throw new DomainError('NOT_FOUND', 'the source was deleted meanwhile', { cause: error })
      if (!(error instanceof UnavailableError) || attempt === READ_ATTEMPTS) throw registryFailure(error)
      await core.wait(READ_PAUSE_MS * attempt)
    }
}
