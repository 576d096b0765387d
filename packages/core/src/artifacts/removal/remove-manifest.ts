import { type Digest, NotFoundError, parseDigest } from '@berth/registry-client'
import { type Actor, authorizeRepository } from '../../authorization/index.ts'
import type { Core } from '../../context/index.ts'
import { DomainError, notFound } from '../../errors/index.ts'
import { registryClient, registryFailure } from '../../registry/index.ts'
import { guardRemoval } from '../guards/guard-removal.ts'
import { keptInRegistry } from '../guards/refuse-immutable.ts'
import { findArtifact, lockRepository, readRepositoryId } from '../indexing/store.ts'
import { repositoryNamed } from '../name.ts'
import { RECORDED } from '../news.ts'
import { announceDeletion } from './announce-deletion.ts'
import { deleteArtifacts, isChild, tagsOf, withDependants } from './store.ts'

// Below the transaction's own limit, so that a registry that hangs is named as such.
const REGISTRY_TIMEOUT_MS = 10_000
const AT_ONCE = 4

/**
 * Deletes a manifest with its tags, in the registry and in the index. With an index go its children, with a subject
 * what is attached to it, unless tagged or held by another index. The registry comes first, under the repository's
 * lock: when it fails nothing is forgotten, and what it has already lost does not stop the next attempt.
 *
 * @throws DomainError UNAUTHORIZED, FORBIDDEN, NOT_FOUND; PRECONDITION while an index holds the manifest;
 * what `guardRemoval` refuses; UNAVAILABLE, UNSUPPORTED, UNKNOWN from the registry
 */
export async function removeManifest(
  core: Core,
  actor: Actor,
  input: { repository: string; digest: Digest | string },
): Promise<void> {
  const repository = repositoryNamed(input.repository)
  const digest = parseDigest(input.digest)
  const project = await authorizeRepository(core, actor, 'delete', 'artifact', repository)
  const repositoryId = await readRepositoryId(core, repository)
  if (repositoryId === undefined) throw notFound('artifact')
  // Before the transaction, which may not wait for many answers of the registry.
  const kept = await keptInRegistry(core, repository)
  await core.db.transaction(async (tx) => {
    if (!(await lockRepository(tx, repositoryId))) throw notFound('artifact')
    const artifact = await findArtifact(tx, repositoryId, digest)
    if (!artifact) throw notFound('artifact')
    if (await isChild(tx, artifact.id))
      throw new DomainError('PRECONDITION', 'an index refers to this artifact; delete the index first')
    const leaving = await withDependants(tx, repositoryId, { id: artifact.id, digest })
    const digests = [...leaving.values()]
    // What is attached by a tag goes with its subject, unless a rule keeps that very tag.
    await guardRemoval(core, repository, { tags: await tagsOf(tx, [...leaving.keys()]), digests, kept })
    await deleteFromRegistry(core, repository, digests, REGISTRY_TIMEOUT_MS)
    const ids = [...leaving.keys()]
    const { deleted } = await deleteArtifacts(tx, repositoryId, ids, new Date(core.now()))
    await announceDeletion(core, tx, actor, RECORDED, { project, repository, repositoryId }, deleted, digest)
  })
}

/** The first before the others: an index must not outlive its children. What is gone already counts as deleted. */
export async function deleteFromRegistry(
  core: Core,
  repository: string,
  digests: readonly string[],
  timeoutMs: number,
): Promise<void> {
  const signal = AbortSignal.timeout(timeoutMs)
  const remove = async (digest: string) => {
    try {
      await registryClient(core).deleteManifest(repositoryNamed(repository), parseDigest(digest), {
        signal,
      })
    } catch (error) {
      if (error instanceof NotFoundError) return
      if (signal.aborted)
        throw new DomainError('UNAVAILABLE', 'the registry does not answer; try again', { cause: error })
      throw registryFailure(error)
    }
  }
  const [first, ...others] = digests
  if (first !== undefined) await remove(first)
  const workers = Array.from({ length: AT_ONCE }, async () => {
    for (let digest = others.shift(); digest !== undefined; digest = others.shift()) await remove(digest)
  })
  await Promise.all(workers)
}
