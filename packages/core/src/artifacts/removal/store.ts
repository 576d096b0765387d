import type { Tx } from '@berth/db'
import type { Core } from '../../context/index.ts'
import { countOut, readHoldings } from '../../quotas/index.ts'
import { subjectOfTag } from '../accessories/tag-scheme.ts'
import { ownTag, relist, touchRepository } from '../indexing/store.ts'
import { type Told, toldFields } from '../news.ts'

/** True while a manifest of the repository refers to the blob. */
export async function isBlobUsed(core: Core, repository: string, digest: string): Promise<boolean> {
  const rows = await core.db.query<{ id: number }>(
    `SELECT a.id FROM blobs b JOIN artifact_blobs ab ON ab.blob_id = b.id JOIN artifacts a ON a.id = ab.artifact_id
       JOIN repositories r ON r.id = a.repository_id WHERE b.digest = ? AND r.name = ? LIMIT 1`,
    [digest, repository],
  )
  return rows.length > 0
}

/** True while an index holds the artifact. */
export async function isChild(tx: Tx, artifactId: number): Promise<boolean> {
  return (
    (await tx.artifactReference.findFirst({ where: { childId: artifactId }, select: { id: true } })) !== null
  )
}

/** Those of them that no index holds which is not among them too. */
export async function readFreeOf(tx: Tx, artifactIds: readonly number[]): Promise<number[]> {
  const free = new Set(artifactIds)
  const lines = await tx.artifactReference.findMany({
    where: { childId: { in: [...artifactIds] } },
    select: { childId: true, parentId: true },
  })
  for (let before = -1; before !== free.size; ) {
    before = free.size
    for (const { childId, parentId } of lines) if (!free.has(parentId)) free.delete(childId)
  }
  return [...free]
}

export async function readPushedBefore(
  core: Core,
  repositoryId: number,
  before: Date,
): Promise<{ id: number; digest: string }[]> {
  return core.db.query(
    'SELECT id, digest FROM artifacts WHERE repository_id = ? AND pushed_at < ? ORDER BY id DESC',
    [repositoryId, before],
  )
}

/** Names of the artifacts' tags. */
export async function tagsOf(tx: Tx, artifactIds: readonly number[]): Promise<string[]> {
  const where = { artifactId: { in: [...artifactIds] } }
  return (await tx.tag.findMany({ where, select: { name: true } })).map(({ name }) => name)
}

/**
 * The artifact and what goes with it: children of an index and what is attached to a subject, over all levels,
 * as long as no tag of their own, no index and no other subject holds them. Id → digest, the artifact first.
 */
export async function withDependants(
  tx: Tx,
  repositoryId: number,
  root: { id: number; digest: string },
): Promise<Map<number, string>> {
  const leaving = new Map([[root.id, root.digest]])
  const digests = new Set([root.digest])
  let frontier = [root]
  while (frontier.length > 0) {
    const candidates = await readDependants(tx, repositoryId, frontier)
    const pointsInside = (name: string, mediaType: string) =>
      digests.has(subjectOfTag(name, mediaType)?.digest ?? '')
    frontier = candidates.filter(
      ({ id, manifestMediaType, parents, tags }) =>
        !leaving.has(id) &&
        parents.every(({ parentId }) => leaving.has(parentId)) &&
        tags.every(({ name }) => pointsInside(name, manifestMediaType)),
    )
    for (const { id, digest } of frontier) {
      leaving.set(id, digest)
      digests.add(digest)
    }
  }
  return leaving
}

/** Untagged children, and what is attached and has no tag of its own; each found by an index, in a repository of any size. */
async function readDependants(tx: Tx, repositoryId: number, held: readonly { id: number; digest: string }[]) {
  const lines = await tx.artifactReference.findMany({
    where: { parentId: { in: held.map(({ id }) => id) } },
    select: { childId: true },
  })
  const select = {
    id: true,
    digest: true,
    manifestMediaType: true,
    parents: { select: { parentId: true } },
    tags: { select: { name: true } },
  }
  const childIds = [...new Set(lines.map(({ childId }) => childId))]
  const children =
    childIds.length === 0
      ? []
      : await tx.artifact.findMany({ where: { id: { in: childIds }, tags: { none: {} } }, select })
  const attached = await tx.artifact.findMany({
    where: {
      repositoryId,
      subjectDigest: { in: held.map(({ digest }) => digest) },
      tags: { none: ownTag },
    },
    select,
  })
  return [...children, ...attached]
}

/** What an event of a deletion tells. */
export interface Deleted extends Told {
  id: number
  tags: string[]
}

/**
 * Removes the rows, decides again for what these held and what stays whether lists show it, and gives those ids. The
 * repository's row, locked by the caller, is written once: a second time Postgres would check its project and lock that
 * row too, and wait for whoever holds it and waits for this repository.
 */
export async function deleteArtifacts(
  tx: Tx,
  repositoryId: number,
  artifactIds: readonly number[],
  now: Date,
): Promise<{ orphans: number[]; deleted: Deleted[] }> {
  const ids = [...artifactIds]
  const leaving = new Set(ids)
  const children = await tx.artifactReference.findMany({
    where: { parentId: { in: ids } },
    select: { childId: true },
  })
  const artifacts = await tx.artifact.findMany({
    where: { id: { in: ids } },
    select: { ...toldFields, id: true, projectId: true, listed: true, tags: { select: { name: true } } },
    // An index came after its children, and goes before them.
    orderBy: { id: 'desc' },
  })
  const holdings = await readHoldings(tx, ids)
  // References first: a child's row may not go while a line of an index points at it.
  await tx.artifactReference.deleteMany({ where: { parentId: { in: ids } } })
  await tx.artifact.deleteMany({ where: { id: { in: ids } } })
  const orphans = children.map(({ childId }) => childId).filter((id) => !leaving.has(id))
  const unlisted = artifacts.filter(({ listed }) => listed).length
  const listedChange = (await relist(tx, orphans)) - unlisted
  await touchRepository(tx, repositoryId, { listedChange, now, newContent: true })
  if (artifacts[0]) await countOut(tx, artifacts[0].projectId, holdings)
  const deleted = artifacts.map(({ tags, ...row }) => ({ ...row, tags: tags.map(({ name }) => name) }))
  return { orphans, deleted }
}

/** Removes the row of a repository that holds nothing. Its project is locked by the caller, before the repository. */
export async function deleteEmptyRepository(
  tx: Tx,
  { id, projectId }: { id: number; projectId: number },
): Promise<void> {
  await tx.repository.delete({ where: { id }, select: { id: true } })
  await tx.project.updateMany({
    where: { id: projectId },
    data: { repositoryCount: { decrement: 1 } },
  })
}

export async function digestsOf(tx: Tx, artifactIds: readonly number[]): Promise<string[]> {
  const rows = await tx.artifact.findMany({
    where: { id: { in: [...artifactIds] } },
    select: { digest: true },
  })
  return rows.map((row) => row.digest)
}

/** Removes the tag's row; gives the artifact that it was on, if there was one. */
export async function takeTag(
  tx: Tx,
  repositoryId: number,
  name: string,
): Promise<(Told & { id: number }) | undefined> {
  const held = await tx.tag.findUnique({
    where: { repositoryId_name: { repositoryId, name } },
    select: { id: true, artifact: { select: { ...toldFields, id: true } } },
  })
  if (!held) return undefined
  await tx.tag.deleteMany({ where: { id: held.id } })
  return held.artifact
}
