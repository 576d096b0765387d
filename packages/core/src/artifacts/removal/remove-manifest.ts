import { NotFoundError, parseDigest } from '@berth/registry-client'
import { type AuditTransaction, withOrigin } from '../../audit/index.ts'
import type { Actor } from '../../authorization/index.ts'
import type { Core } from '../../context/index.ts'
import { DomainError, notFound } from '../../errors/index.ts'
import { registryClient, registryFailure } from '../../registry/index.ts'
import { guardRemoval } from '../guards/guard-removal.ts'
import { keptInRegistry } from '../guards/refuse-immutable.ts'
import { findArtifact, lockRepository, readRepositoryId } from '../indexing/store.ts'
import { repositoryNamed } from '../name.ts'
import { type Place, RECORDED } from '../news.ts'
import { placeNamed } from '../place.ts'
import { announceDeletion } from './announce-deletion.ts'
import { removing } from './begun/begin.ts'
import { type BegunRemoval, endRemoval } from './begun/store.ts'
import { deleteArtifacts, isChild, tagsOf, withDependants } from './store.ts'
import { meant, type Named } from './unindexed.ts'

// Below the transaction's own limit, so that a registry that hangs is named as such.
const REGISTRY_TIMEOUT_MS = 10_000
const AT_ONCE = 4

/**
 * Deletes a manifest with its tags, in the registry and in the index. With an index go its children, with a subject
 * what is attached to it, unless tagged or held by another index. The registry comes first, under the repository's
 * lock: when it fails nothing is forgotten, and what it has already lost does not stop the next attempt.
 *
 * @param input.tags all that it may have: whoever put another one on it meanwhile did not mean it to go
 * @throws DomainError UNAUTHORIZED, FORBIDDEN, NOT_FOUND; PRECONDITION while an index holds the manifest or it has another tag;
 * what `guardRemoval` refuses; UNAVAILABLE, UNSUPPORTED, UNKNOWN from the registry
 */
export async function removeManifest(
  core: Core,
  actor: Actor,
  input: Named & { tags?: readonly string[] | undefined },
): Promise<void> {
  const { repository, digest, project } = await meant(core, actor, input)
  const repositoryId = await readRepositoryId(core, repository)
  if (repositoryId === undefined) throw notFound('artifact')
  // Before the transaction, which may not wait for many answers of the registry.
  const kept = await keptInRegistry(core, repository)
  const place = { project, repository, repositoryId }
  const what = { kind: 'artifact', repository, digest, projectId: project.id } as const
  await removing(core, actor, what, ({ id, asking }) =>
    takeOut(core, place, { id, actor, digest, tags: input.tags }, async (tx, leaving) => {
      // What is attached by a tag goes with its subject, unless a rule keeps that very tag.
      const digests = [...leaving.values()]
      await guardRemoval(core, repository, { tags: await tagsOf(tx, [...leaving.keys()]), digests, kept })
      asking()
      await deleteFromRegistry(core, repository, digests, REGISTRY_TIMEOUT_MS)
    }),
  )
}

type Root = Pick<BegunRemoval, 'id' | 'actor'> & { digest: string; tags?: readonly string[] | undefined }

/**
 * The transaction of a deletion: `clear` takes from the registry what leaves, then the rows go and the removal ends.
 *
 * @throws DomainError NOT_FOUND, PRECONDITION; what `clear` throws
 */
const takeOut = (
  core: Core,
  place: Place,
  { id, actor, digest, tags }: Root,
  clear: (tx: AuditTransaction, leaving: Map<number, string>) => Promise<void>,
): Promise<void> =>
  core.db.transaction(async (tx) => {
    const { repositoryId } = place
    if (!(await lockRepository(tx, repositoryId))) throw notFound('artifact')
    const artifact = await findArtifact(tx, repositoryId, digest)
    if (!artifact) throw notFound('artifact')
    if (await isChild(tx, artifact.id))
      throw new DomainError('PRECONDITION', 'an index refers to this artifact; delete the index first')
    const others = tags && (await tagsOf(tx, [artifact.id])).filter((name) => !tags.includes(name))
    if (others && others.length > 0)
      throw new DomainError('PRECONDITION', `this artifact has the tag ${others[0]} by now`)
    const leaving = await withDependants(tx, repositoryId, { id: artifact.id, digest })
    await clear(tx, leaving)
    const { deleted } = await deleteArtifacts(tx, repositoryId, [...leaving.keys()], new Date(core.now()))
    await announceDeletion(core, tx, actor, RECORDED, place, deleted, digest)
    await endRemoval(tx, id)
  })

/**
 * Goes on with a removal whose process ended when the registry had let go of the manifest: what was to go along goes now,
 * unless a rule keeps some of it since. Call it under `changingRepository`.
 */
export async function finishArtifact(
  core: Core,
  removal: BegunRemoval & { kind: 'artifact' },
): Promise<boolean> {
  const { repository, digest, origin } = removal
  const place = await placeNamed(core, repository)
  if (!place) return false
  const kept = await keptInRegistry(core, repository)
  await withOrigin(origin, () =>
    takeOut(core, place, removal, async (tx, leaving) => {
      const others = [...leaving.values()].filter((left) => left !== digest)
      if (others.length === 0) return
      const going = { tags: await tagsOf(tx, [...leaving.keys()]), digests: others, kept }
      try {
        await guardRemoval(core, repository, going)
      } catch (error) {
        if (!(error instanceof DomainError) || error.code === 'UNAVAILABLE') throw error
        for (const [id, left] of leaving) if (left !== digest) leaving.delete(id)
        return
      }
      await deleteFromRegistry(core, repository, others, REGISTRY_TIMEOUT_MS)
    }),
  )
  return true
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
