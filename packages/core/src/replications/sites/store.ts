import { marks } from '@berth/db'
import type { Digest, RepositoryName, Tag } from '@berth/registry-client'
import type { Core } from '../../context/index.ts'
import { attachedBeneath } from './attached.ts'
import type { Attachment, SiteLabel } from './model.ts'

/** Full names after another one, in order. */
export async function readRepositoryNames(
  core: Core,
  after: string,
  limit: number,
): Promise<RepositoryName[]> {
  const rows = await core.db.query<{ name: RepositoryName }>(
    `SELECT name FROM repositories WHERE name > ? ORDER BY name LIMIT ${limit}`,
    [after],
  )
  return rows.map(({ name }) => name)
}

export async function readTags(core: Core, repository: string) {
  const rows = await core.db.query<{
    id: number
    name: Tag
    digest: Digest
    pushed_at: Date
    artifact_id: number
    size_bytes: number
  }>(
    `SELECT t.name, a.digest, t.pushed_at, a.id AS artifact_id, a.size_bytes FROM repositories r
      JOIN tags t ON t.repository_id = r.id JOIN artifacts a ON a.id = t.artifact_id
      WHERE r.name = ? ORDER BY t.name`,
    [repository],
  )
  const labels = await core.db.query<{ artifact_id: number; name: string }>(
    `SELECT al.artifact_id, l.name FROM repositories r JOIN artifacts a ON a.repository_id = r.id
      JOIN artifact_labels al ON al.artifact_id = a.id JOIN labels l ON l.id = al.label_id WHERE r.name = ?`,
    [repository],
  )
  const byArtifact = Map.groupBy(labels, (row) => row.artifact_id)
  const attachedOf = await readAttachments(core, repository)
  return rows.map((row) => ({
    tag: row.name,
    digest: row.digest,
    pushedAt: row.pushed_at,
    sizeBytes: row.size_bytes,
    labels: (byArtifact.get(row.artifact_id) ?? []).map(({ name }) => name),
    attached: attachedOf(row.digest),
  }))
}

/** What is attached in a repository, by the artifact beneath which it is found. */
async function readAttachments(
  core: Core,
  repository: string,
): Promise<(root: Digest) => readonly Attachment[]> {
  const attached = await core.db.query<{ subject: Digest; digest: Digest }>(
    `SELECT a.subject_digest AS subject, a.digest FROM repositories r JOIN artifacts a ON a.repository_id = r.id
      WHERE r.name = ? AND a.subject_digest IS NOT NULL`,
    [repository],
  )
  if (attached.length === 0) return () => attached
  const parts = await core.db.query<{ parent: Digest; child: Digest }>(
    `SELECT DISTINCT p.digest AS parent, c.digest AS child FROM repositories r
      JOIN artifacts a ON a.repository_id = r.id
      JOIN artifacts c ON c.repository_id = a.repository_id AND c.digest = a.subject_digest
      JOIN artifact_references x ON x.child_id = c.id JOIN artifacts p ON p.id = x.parent_id WHERE r.name = ?`,
    [repository],
  )
  const attachedTo = Map.groupBy(attached, ({ subject }) => subject)
  const partsOf = new Map(
    [...Map.groupBy(parts, ({ parent }) => parent)].map(([parent, rows]) => [
      parent,
      rows.map(({ child }) => child),
    ]),
  )
  return (root) => attachedBeneath(root, attachedTo, partsOf)
}

export async function readTagsOn(core: Core, repository: string, digest: string): Promise<Tag[]> {
  const rows = await core.db.query<{ name: Tag }>(
    `SELECT t.name FROM repositories r JOIN artifacts a ON a.repository_id = r.id JOIN tags t ON t.artifact_id = a.id
      WHERE r.name = ? AND a.digest = ? ORDER BY t.name`,
    [repository, digest],
  )
  return rows.map(({ name }) => name)
}

export async function readLabelsOn(core: Core, repository: string, digest: string): Promise<SiteLabel[]> {
  type Row = { name: string; description: string; color: string; project_id: number | null }
  const rows = await core.db.query<Row>(
    `SELECT l.name, l.description, l.color, l.project_id FROM repositories r
      JOIN artifacts a ON a.repository_id = r.id JOIN artifact_labels al ON al.artifact_id = a.id
      JOIN labels l ON l.id = al.label_id WHERE r.name = ? AND a.digest = ? ORDER BY l.name`,
    [repository, digest],
  )
  return rows.map(({ project_id: projectId, ...label }) => ({ ...label, isGlobal: projectId === null }))
}

/** Manifests of a repository that name this one as their subject, or that a tag attaches to it, with all their tags. */
export const readAttachedTo = (core: Core, repository: string, digest: string) =>
  core.db.query<{ digest: Digest; tag: Tag | null; manifest_media_type: string }>(
    `SELECT a.digest, t.name AS tag, a.manifest_media_type FROM repositories r
      JOIN artifacts a ON a.repository_id = r.id LEFT JOIN tags t ON t.artifact_id = a.id
      WHERE r.name = ? AND a.subject_digest = ? ORDER BY a.id`,
    [repository, digest],
  )

/** A repository of this Berth, other than this one, whose artifacts need a blob. */
export async function readPlaceOfBlob(
  core: Core,
  digest: string,
  except: string,
): Promise<RepositoryName | undefined> {
  const [row] = await core.db.query<{ name: RepositoryName }>(
    `SELECT r.name FROM blobs b JOIN artifact_blobs ab ON ab.blob_id = b.id JOIN artifacts a ON a.id = ab.artifact_id
      JOIN repositories r ON r.id = a.repository_id WHERE b.digest = ? AND r.name <> ? LIMIT 1`,
    [digest, except],
  )
  return row?.name
}

/** Of these blobs those that artifacts need or have needed. */
export async function readIndexedBlobs(core: Core, digests: readonly string[]): Promise<Set<string>> {
  const rows = await core.db.query<{ digest: string }>(
    `SELECT digest FROM blobs WHERE digest IN (${marks(digests)})`,
    [...digests],
  )
  return new Set(rows.map(({ digest }) => digest))
}

/** By the database: the clocks of the processes differ. */
const NOW = { mysql: 'UTC_TIMESTAMP(3)', postgresql: "(clock_timestamp() AT TIME ZONE 'utc')::timestamp(3)" }

/** Speaks for so much of a registry's time; gives in how many ms it begins. */
export async function reserveBandwidth(core: Core, registryId: number, shareMs: number): Promise<number> {
  const { prisma, provider } = core.db
  const beginning = [{ registryId, freeAt: new Date(0) }]
  await prisma.replicationBandwidth.createMany({ data: beginning, skipDuplicates: true })
  for (;;) {
    const [row] = await core.db.query<{ free_at: Date; now_at: Date }>(
      `SELECT free_at, ${NOW[provider]} AS now_at FROM replication_bandwidths WHERE registry_id = ?`,
      [registryId],
    )
    // Deleted a moment ago: whoever works with it hears so.
    if (!row) return 0
    const nowMs = row.now_at.getTime()
    const startsAtMs = Math.max(nowMs, row.free_at.getTime())
    const { count } = await prisma.replicationBandwidth.updateMany({
      where: { registryId, freeAt: row.free_at },
      data: { freeAt: new Date(startsAtMs + shareMs) },
    })
    if (count > 0) return startsAtMs - nowMs
  }
}
