import type { Tx } from '@berth/db'
import type { Descriptor, Digest } from '@berth/registry-client'
import type { Core } from '../../context/index.ts'
import { insertSuffixes, insertTerms, searchForm } from '../../search-terms/index.ts'
import { takeSubjectsFromTags } from '../accessories/store.ts'
import { TAG_SCHEME_PREFIX } from '../accessories/tag-scheme.ts'
import type { ArtifactKind } from '../kind.ts'
import type { PlainObject } from '../plain-json.ts'

// Rows per statement: both databases limit the parameters of one.
const BATCH = 500
const batches = <T>(items: readonly T[]): T[][] =>
  Array.from({ length: Math.ceil(items.length / BATCH) }, (_, n) => items.slice(n * BATCH, (n + 1) * BATCH))

export async function readRepositoryId(core: Core, name: string): Promise<number | undefined> {
  const [row] = await core.db.query<{ id: number }>('SELECT id FROM repositories WHERE name = ?', [name])
  return row?.id
}

/** True when the artifact stands in the index with the facts of its config. */
export async function hasConfigFacts(core: Core, repository: string, digest: string): Promise<boolean> {
  const rows = await core.db.query<{ extra_attrs: object }>(
    `SELECT a.extra_attrs FROM repositories r JOIN artifacts a ON a.repository_id = r.id
      WHERE r.name = ? AND a.digest = ?`,
    [repository, digest],
  )
  return rows.some((row) => Object.keys(row.extra_attrs).length > 0)
}

/**
 * Takes the repository's row for this transaction, which must not have read anything before: MySQL would go on
 * reading what it saw then. Every change inside a repository begins here, so changes to one repository queue.
 */
export async function lockRepository(tx: Tx, id: number): Promise<boolean> {
  const rows = await tx.$queryRaw<{ id: number }[]>`SELECT id FROM repositories WHERE id = ${id} FOR UPDATE`
  return rows.length > 0
}

/** Before the repository's row, when the change is to both. */
export async function lockProject(tx: Tx, id: number): Promise<boolean> {
  const rows = await tx.$queryRaw<{ id: number }[]>`SELECT id FROM projects WHERE id = ${id} FOR UPDATE`
  return rows.length > 0
}

/** Locks the repository, made when it is missing. Order of locks: project, repository. Undefined: no such project. */
export async function lockOrCreateRepository(
  tx: Tx,
  projectId: number,
  name: string,
  now: Date,
): Promise<number | undefined> {
  if (!(await lockProject(tx, projectId))) return undefined
  const { count } = await tx.repository.createMany({
    data: [{ projectId, name, createdAt: now, updatedAt: now }],
    skipDuplicates: true,
  })
  if (count > 0)
    await tx.project.updateMany({ where: { id: projectId }, data: { repositoryCount: { increment: 1 } } })
  const [row] = await tx.$queryRaw<{ id: number }[]>`
    SELECT id FROM repositories WHERE name = ${name} FOR UPDATE`
  if (row && count > 0) await insertSuffixes(tx, { id: row.id, projectId, name })
  return row?.id
}

export const findArtifact = (tx: Tx, repositoryId: number, digest: string) =>
  tx.artifact.findUnique({
    where: { repositoryId_digest: { repositoryId, digest } },
    select: { id: true, extraAttrs: true, sizeBytes: true },
  })

export interface Child {
  id: number
  sizeBytes: number
}

/** The artifacts of the repository with these digests. */
export async function findChildren(
  tx: Tx,
  repositoryId: number,
  digests: readonly string[],
): Promise<Map<string, Child>> {
  const found = new Map<string, Child>()
  for (const part of batches([...new Set(digests)]))
    for (const row of await tx.artifact.findMany({
      where: { repositoryId, digest: { in: part } },
      select: { id: true, digest: true, sizeBytes: true },
    }))
      found.set(row.digest, { id: row.id, sizeBytes: Number(row.sizeBytes) })
  return found
}

export interface NewArtifact extends ArtifactKind {
  projectId: number
  repositoryId: number
  digest: Digest
  manifestMediaType: string
  subjectDigest: string | null
  accessoryType: string | null
  manifestSizeBytes: number
  sizeBytes: number
  annotations: PlainObject
  extraAttrs: PlainObject
  pushedAt: Date
}

/** `listed`: it gets a tag of its own at once. Of others `relist` decides once their tags and references stand. */
export async function insertArtifact(
  tx: Tx,
  artifact: NewArtifact,
  { listed }: { listed: boolean },
): Promise<number> {
  const row = await tx.artifact.create({ data: { ...artifact, listed }, select: { id: true } })
  await insertTerms(tx, { ...artifact, id: row.id })
  return row.id
}

export async function updateExtraAttrs(tx: Tx, id: number, extraAttrs: PlainObject): Promise<void> {
  await tx.artifact.updateMany({ where: { id }, data: { extraAttrs } })
}

export async function insertArtifactBlobs(
  tx: Tx,
  artifactId: number,
  blobs: readonly Descriptor[],
  blobIds: ReadonlyMap<string, number>,
): Promise<void> {
  const rows = blobs.map(({ digest, mediaType }, position) => ({
    artifactId,
    position,
    blobId: blobIds.get(digest)!,
    mediaType,
  }))
  for (const data of batches(rows)) await tx.artifactBlob.createMany({ data })
}

export interface NewReference {
  parentId: number
  childId: number
  position: number
  childDigest: string
  os: string
  architecture: string
  variant: string
  osVersion: string
  annotations: PlainObject
}

export async function insertReferences(tx: Tx, rows: readonly NewReference[]): Promise<void> {
  for (const data of batches(rows)) await tx.artifactReference.createMany({ data })
}

/** Puts the tag on the artifact; gives the artifacts that gained or lost it: none when it was there already. */
export async function moveTag(
  tx: Tx,
  tag: { projectId: number; repositoryId: number; artifactId: number; name: string; pushedAt: Date },
): Promise<number[]> {
  const { repositoryId, artifactId, name, pushedAt } = tag
  const held = await tx.tag.findUnique({
    where: { repositoryId_name: { repositoryId, name } },
    select: { id: true, artifactId: true },
  })
  if (held?.artifactId === artifactId) return []
  if (held) await tx.tag.updateMany({ where: { id: held.id }, data: { artifactId, pushedAt } })
  else await tx.tag.createMany({ data: [{ ...tag, nameKey: searchForm(name) }] })
  const changed = held ? [artifactId, held.artifactId] : [artifactId]
  if (name.startsWith(TAG_SCHEME_PREFIX)) await takeSubjectsFromTags(tx, changed)
  return changed
}

/** Tags by which people know an artifact, not those that say what it is attached to. */
export const ownTag = { NOT: { name: { startsWith: TAG_SCHEME_PREFIX } } }
export const isOwnTag = (name: string): boolean => !name.startsWith(TAG_SCHEME_PREFIX)

/**
 * Decides again for these artifacts whether lists show them: tagged ones, and those that neither an index holds nor
 * a subject does; with a subject, only a tag of its own counts. Gives how many more the repository now lists.
 */
export async function relist(tx: Tx, artifactIds: readonly number[]): Promise<number> {
  let change = 0
  for (const ids of batches([...new Set(artifactIds)])) {
    const shown = await tx.artifact.updateMany({
      where: {
        id: { in: ids },
        listed: false,
        OR: [
          { tags: { some: ownTag } },
          { subjectDigest: null, OR: [{ tags: { some: {} } }, { parents: { none: {} } }] },
        ],
      },
      data: { listed: true },
    })
    const hidden = await tx.artifact.updateMany({
      where: {
        id: { in: ids },
        listed: true,
        tags: { none: ownTag },
        OR: [{ subjectDigest: { not: null } }, { tags: { none: {} }, parents: { some: {} } }],
      },
      data: { listed: false },
    })
    change += shown.count - hidden.count
  }
  return change
}

/** `newContent`: an artifact came or went, and not only a tag. */
export async function touchRepository(
  tx: Tx,
  id: number,
  { listedChange, now, newContent }: { listedChange: number; now: Date; newContent: boolean },
): Promise<void> {
  // updateMany is one statement on both databases; update reads the row before and after.
  await tx.repository.updateMany({
    where: { id },
    data: {
      updatedAt: now,
      ...(listedChange === 0 ? {} : { artifactCount: { increment: listedChange } }),
      ...(newContent ? { contentVersion: { increment: 1 } } : {}),
    },
  })
}
