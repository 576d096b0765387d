import { marks, type Tx } from '@berth/db'
import { blobsOf, type Digest, type Manifest } from '@berth/registry-client'
import type { Core } from '../../context/index.ts'
import { insertSuffixes, insertTerms, searchForm } from '../../search-terms/index.ts'
import { takeSubjectsFromTags } from '../accessories/store.ts'
import { TAG_SCHEME_PREFIX } from '../accessories/tag-scheme.ts'
import type { ArtifactKind } from '../kind.ts'
import type { PlainObject } from '../plain-json.ts'

/** Of what changes in the index. */
export type IndexTransaction = Tx

// Rows per statement: both databases limit the parameters of one.
const BATCH = 500
const batches = <T>(items: readonly T[]): T[][] =>
  Array.from({ length: Math.ceil(items.length / BATCH) }, (_, n) => items.slice(n * BATCH, (n + 1) * BATCH))

export async function readRepositoryId(core: Core, name: string): Promise<number | undefined> {
  const [row] = await core.db.query<{ id: number }>('SELECT id FROM repositories WHERE name = ?', [name])
  return row?.id
}

/** Of the artifacts with these digests those that stand in the index with the facts of their configs. */
export async function readWithConfigFacts(
  core: Core,
  repository: string,
  digests: readonly string[],
): Promise<Set<string>> {
  if (digests.length === 0) return new Set()
  const rows = await core.db.query<{ digest: string; extra_attrs: object }>(
    `SELECT a.digest, a.extra_attrs FROM repositories r JOIN artifacts a ON a.repository_id = r.id
      WHERE r.name = ? AND a.digest IN (${marks(digests)})`,
    [repository, ...digests],
  )
  return new Set(rows.filter((row) => Object.keys(row.extra_attrs).length > 0).map(({ digest }) => digest))
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

export interface KnownArtifact {
  id: number
  extraAttrs: object
  sizeBytes: number
}

/** By digest, those that the repository has. */
export async function findArtifacts(
  tx: Tx,
  repositoryId: number,
  digests: readonly string[],
): Promise<Map<string, KnownArtifact>> {
  const found = new Map<string, KnownArtifact>()
  for (const part of batches(digests))
    for (const { id, digest, extraAttrs, sizeBytes } of await tx.artifact.findMany({
      where: { repositoryId, digest: { in: part } },
      select: { id: true, digest: true, extraAttrs: true, sizeBytes: true },
    }))
      found.set(digest, { id, extraAttrs: extraAttrs as object, sizeBytes: Number(sizeBytes) })
  return found
}

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
  /** It gets a tag of its own at once. Of others `relist` decides once their tags and references stand. */
  listed: boolean
}

/** Gives their ids by digest. */
export async function insertArtifacts(
  tx: Tx,
  repositoryId: number,
  artifacts: readonly NewArtifact[],
): Promise<Map<string, number>> {
  const ids = new Map<string, number>()
  for (const data of batches(artifacts)) {
    await tx.artifact.createMany({ data })
    const rows = await tx.artifact.findMany({
      where: { repositoryId, digest: { in: data.map(({ digest }) => digest) } },
      select: { id: true, digest: true },
    })
    for (const { id, digest } of rows) ids.set(digest, id)
  }
  await insertTerms(
    tx,
    artifacts.map((artifact) => ({ ...artifact, id: ids.get(artifact.digest)! })),
  )
  return ids
}

export async function updateExtraAttrs(tx: Tx, id: number, extraAttrs: PlainObject): Promise<void> {
  await tx.artifact.updateMany({ where: { id }, data: { extraAttrs } })
}

/** Position 0 is the config's; an index has none. */
export async function insertArtifactBlobs(
  tx: Tx,
  artifacts: readonly { artifactId: number; manifest: Manifest }[],
  blobIds: ReadonlyMap<string, number>,
): Promise<void> {
  const rows = artifacts.flatMap(({ artifactId, manifest }) =>
    blobsOf(manifest).map(({ digest, mediaType }, position) => ({
      artifactId,
      position: manifest.kind === 'image' ? position : position + 1,
      blobId: blobIds.get(digest)!,
      mediaType,
    })),
  )
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

export interface PlacedTag {
  projectId: number
  repositoryId: number
  artifactId: number
  name: string
  pushedAt: Date
}

/** Puts the tag on the artifact; gives the artifacts that gained or lost it: none when it was there already. */
export const moveTag = async (tx: Tx, tag: PlacedTag): Promise<number[]> =>
  (await moveTags(tx, [tag])).get(tag.name)!

/** As `moveTag`, for tags of one repository, each another one; by their names. */
export async function moveTags(tx: Tx, tags: readonly PlacedTag[]): Promise<Map<string, number[]>> {
  if (tags.length === 0) return new Map()
  const rows = await tx.tag.findMany({
    where: { repositoryId: tags[0]!.repositoryId, name: { in: tags.map(({ name }) => name) } },
    select: { id: true, name: true, artifactId: true },
  })
  const held = new Map(rows.map((row) => [row.name, row]))
  const fresh = tags.filter(({ name }) => !held.has(name))
  if (fresh.length > 0)
    await tx.tag.createMany({ data: fresh.map((tag) => ({ ...tag, nameKey: searchForm(tag.name) })) })
  const changed = new Map<string, number[]>()
  for (const { name, artifactId, pushedAt } of tags) {
    const before = held.get(name)
    if (before && before.artifactId !== artifactId)
      await tx.tag.updateMany({ where: { id: before.id }, data: { artifactId, pushedAt } })
    if (before?.artifactId === artifactId) changed.set(name, [])
    else changed.set(name, before ? [artifactId, before.artifactId] : [artifactId])
  }
  const attaching = [...changed].flatMap(([name, ids]) => (name.startsWith(TAG_SCHEME_PREFIX) ? ids : []))
  if (attaching.length > 0) await takeSubjectsFromTags(tx, attaching)
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
