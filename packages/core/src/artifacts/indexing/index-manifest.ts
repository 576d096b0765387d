import { blobsOf, childrenOf, parseRepositoryName } from '@berth/registry-client'
import { type Actor, authorizeRepository, type ProjectFacts } from '../../authorization/index.ts'
import type { Core } from '../../context/index.ts'
import { DomainError } from '../../errors/index.ts'
import { countIn, ensureBlobs } from '../../quotas/index.ts'
import { fetchConfig } from '../config-blob.ts'
import { extraAttrs, readConfig } from '../image-config.ts'
import { kindOf } from '../kind.ts'
import { announceAll, type Change, type News, type Place, RECORDED } from '../news.ts'
import type { PlainObject } from '../plain-json.ts'
import { describe, foundChildren, type PushedManifest, referencesOf, sumBytes } from './pushed.ts'
import {
  findArtifacts,
  findChildren,
  type IndexTransaction,
  insertArtifactBlobs,
  insertArtifacts,
  insertReferences,
  isOwnTag,
  lockOrCreateRepository,
  lockRepository,
  moveTags,
  readRepositoryId,
  readWithConfigFacts,
  relist,
  touchRepository,
  updateExtraAttrs,
} from './store.ts'

export type { PushedManifest } from './pushed.ts'

/**
 * Writes down a manifest that the registry has accepted: repository, artifact, blobs, children and tag in one
 * transaction. Doing it twice changes nothing more; a push that failed half-way is mended by the next.
 *
 * @returns `created`: false when the artifact was known before
 * @throws DomainError UNAUTHORIZED, FORBIDDEN; MANIFEST_BLOB_UNKNOWN when an index names a child that this repository
 * lacks; errors of the database (`isUnavailable`, `isRetryable`) as they come
 */
export async function indexManifest(
  core: Core,
  actor: Actor,
  { repository, ...pushed }: PushedManifest & { repository: string },
): Promise<{ created: boolean }> {
  const [indexed] = await indexManifests(core, actor, repository, [pushed])
  return indexed!
}

/**
 * As `indexManifest`, for several of one repository in one transaction: all of them or none. No two may have the same
 * digest or tag, and none may be the child of another.
 *
 * @param repository full name, project first
 */
export async function indexManifests(
  core: Core,
  actor: Actor,
  repository: string,
  pushed: readonly PushedManifest[],
): Promise<{ created: boolean }[]> {
  const name = parseRepositoryName(repository)
  const project = await authorizeRepository(core, actor, 'push', 'repository', name)
  const [knownId, blobIds, attrs] = await Promise.all([
    readRepositoryId(core, name),
    ensureBlobs(
      core,
      name,
      pushed.map((one) => ({ ...one, blobs: blobsOf(one.manifest) })),
    ),
    configFacts(core, name, pushed),
  ])
  return core.db.transaction(async (tx) => {
    const now = new Date(core.now())
    let repositoryId = knownId
    if (repositoryId === undefined || !(await lockRepository(tx, repositoryId)))
      repositoryId = await lockOrCreateRepository(tx, project.id, name, now)
    if (repositoryId === undefined) throw new DomainError('NOT_FOUND', 'project not found')
    const place = { project, repository: name, repositoryId }
    const artifacts = await writeArtifacts(tx, place, pushed, { attrs, blobIds, now })
    const tags = artifacts.flatMap(({ id, tag }) =>
      tag === undefined
        ? []
        : { projectId: project.id, repositoryId, artifactId: id, name: tag, pushedAt: now },
    )
    const moved = await moveTags(tx, tags)

    const listed = artifacts.filter(({ isListed }) => isListed).length
    // What was made with a tag of its own is shown; of all else that gained or lost something is decided now.
    const shown = new Set(artifacts.flatMap(({ id, isListed }) => (isListed ? id : [])))
    const touched = [
      ...artifacts.flatMap(({ id, created, childIds }) => (created ? [id, ...childIds] : [])),
      ...[...moved.values()].flat(),
    ]
    const undecided = touched.filter((id) => !shown.has(id))
    const listedChange = listed + (await relist(tx, undecided))
    const newContent = artifacts.some(({ created }) => created)
    await touchRepository(tx, repositoryId, { listedChange, now, newContent })
    await announcePushes(core, tx, actor, place, artifacts, moved)
    // Last: in a project one transaction at a time gets past this.
    await countIn(tx, core.db.provider, project.id, holdingsOf(artifacts, blobIds))
    return artifacts.map(({ created }) => ({ created }))
  })
}

interface Written {
  pushed: PushedManifest
  id: number
  tag: string | undefined
  created: boolean
  sizeBytes: number
  childIds: number[]
  /** It was made with a tag of its own, and so lists show it. */
  isListed: boolean
}

/** The artifacts of manifests, those that are new with what they consist of. */
async function writeArtifacts(
  tx: IndexTransaction,
  { project, repositoryId }: { project: ProjectFacts; repositoryId: number },
  pushed: readonly PushedManifest[],
  {
    attrs,
    blobIds,
    now,
  }: { attrs: ReadonlyMap<string, PlainObject>; blobIds: ReadonlyMap<string, number>; now: Date },
): Promise<Written[]> {
  const known = await findArtifacts(
    tx,
    repositoryId,
    pushed.map(({ digest }) => digest),
  )
  const fresh = pushed.filter(({ digest }) => !known.has(digest))
  const named = fresh.flatMap(({ manifest }) => childrenOf(manifest).map(({ digest }) => digest))
  const children = await findChildren(tx, repositoryId, named)
  const rows = fresh.map((one) => {
    const { manifest, bytes, reference, digest } = one
    const parts = [...foundChildren(manifest, children), ...blobsOf(manifest)]
    return {
      ...describe(project, one, attrs.get(digest) ?? {}),
      repositoryId,
      sizeBytes: sumBytes([bytes.byteLength, ...parts.map((part) => part.sizeBytes)]),
      pushedAt: now,
      listed: 'tag' in reference && isOwnTag(reference.tag),
    }
  })
  const ids = await insertArtifacts(tx, repositoryId, rows)
  const holding = fresh.map(({ digest, manifest }) => ({ artifactId: ids.get(digest)!, manifest }))
  await insertArtifactBlobs(tx, holding, blobIds)
  const references = fresh.flatMap(({ manifest, digest }) =>
    referencesOf(ids.get(digest)!, manifest, children),
  )
  await insertReferences(tx, references)
  for (const [digest, { id, extraAttrs: before }] of known) {
    const facts = attrs.get(digest) ?? {}
    if (Object.keys(facts).length > 0 && Object.keys(before).length === 0)
      await updateExtraAttrs(tx, id, facts)
  }
  const sizes = new Map(rows.map(({ digest, sizeBytes }) => [digest, sizeBytes]))
  const isListed = new Set(rows.flatMap(({ digest, listed }) => (listed ? digest : [])))
  return pushed.map((one) => {
    const { digest, reference, manifest } = one
    const before = known.get(digest)
    return {
      pushed: one,
      id: before?.id ?? ids.get(digest)!,
      tag: 'tag' in reference ? reference.tag : undefined,
      created: before === undefined,
      sizeBytes: before?.sizeBytes ?? sizes.get(digest)!,
      childIds: before === undefined ? foundChildren(manifest, children).map(({ id }) => id) : [],
      isListed: isListed.has(digest),
    }
  })
}

/** How many of the new artifacts need each blob, themselves among them. */
function holdingsOf(
  artifacts: readonly Written[],
  blobIds: ReadonlyMap<string, number>,
): Map<number, number> {
  const holdings = new Map<number, number>()
  for (const { pushed, created } of artifacts)
    if (created)
      for (const digest of new Set([pushed.digest, ...blobsOf(pushed.manifest).map((blob) => blob.digest)])) {
        const id = blobIds.get(digest)!
        holdings.set(id, (holdings.get(id) ?? 0) + 1)
      }
  return holdings
}

function announcePushes(
  core: Core,
  tx: IndexTransaction,
  actor: Actor,
  place: Place,
  artifacts: readonly Written[],
  moved: ReadonlyMap<string, readonly number[]>,
): Promise<void> {
  const changes = artifacts.flatMap((written): { news: News; change: Change }[] => {
    const { created, tag, pushed } = written
    const { news = RECORDED } = pushed
    const unchanged = !created && (tag === undefined || moved.get(tag)!.length === 0)
    // A push that changes nothing is a push; what was found to be so is news only when something changed.
    return news.as === 'recorded' || !unchanged ? [{ news, change: pushOf(actor, written, unchanged) }] : []
  })
  return announceAll(core, tx, place, changes)
}

function pushOf(actor: Actor, { pushed, tag, sizeBytes }: Written, unchanged: boolean): Change {
  const { manifest, digest, copiedFrom, seen } = pushed
  return {
    resourceType: 'artifact',
    action: 'create',
    actor,
    artifact: { ...kindOf(manifest), manifestMediaType: manifest.mediaType, digest, sizeBytes },
    tag: tag ?? null,
    detail: { digest, ...(copiedFrom !== undefined && { copied_from: copiedFrom }) },
    more: {
      ...(manifest.subject && { subject: manifest.subject.digest }),
      ...(unchanged && { unchanged }),
      ...(seen !== undefined && seen.length > 0 && { seen }),
    },
  }
}

/** By digest. Nothing of those in the index already, or whose config cannot be had: it is no condition of a push. */
async function configFacts(
  core: Core,
  repository: string,
  pushed: readonly PushedManifest[],
): Promise<Map<string, PlainObject>> {
  const images = pushed.filter(({ manifest }) => manifest.kind === 'image')
  const known = await readWithConfigFacts(
    core,
    repository,
    images.map(({ digest }) => digest),
  )
  const facts = images
    .filter(({ digest }) => !known.has(digest))
    .map(async ({ digest, manifest, config: bytes }) => {
      if (manifest.kind !== 'image') return []
      const config = await (bytes ? readConfig(bytes) : fetchConfig(core, repository, manifest.config))
      return config === undefined ? [] : [[digest, extraAttrs(config, manifest.config.mediaType)] as const]
    })
  return new Map((await Promise.all(facts)).flat())
}
