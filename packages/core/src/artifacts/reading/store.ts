import { marks } from '@berth/db'
import type { Core } from '../../context/index.ts'
import { type Condition, type ListQuery, limit, orderBy } from '../../list-query/index.ts'
import type { Artifact, ArtifactTag, Reference } from '../model.ts'
import { artifactColumns } from './filters.ts'

// A list with an index of thousands of lines must stay a list; the single artifact carries all of them.
const REFERENCES_IN_LISTS = 100

type ArtifactRow = {
  id: number
  project_id: number
  repository_id: number
  repository_name: string
  digest: string
  type: string
  media_type: string
  manifest_media_type: string
  artifact_type: string
  subject_digest: string | null
  size_bytes: number
  annotations: Record<string, string>
  extra_attrs: Record<string, unknown>
  pull_count: number
  pushed_at: Date
  pulled_at: Date | null
}

const artifactFields = `a.id, a.project_id, a.repository_id, a.digest, a.type, a.media_type, a.manifest_media_type,
  a.artifact_type, a.subject_digest, a.size_bytes, a.annotations, a.extra_attrs, a.pull_count, a.pushed_at, a.pulled_at,
  r.name AS repository_name`

const toArtifact = (row: ArtifactRow): Artifact => ({
  id: row.id,
  projectId: row.project_id,
  repositoryId: row.repository_id,
  repositoryName: row.repository_name,
  digest: row.digest,
  type: row.type,
  mediaType: row.media_type,
  manifestMediaType: row.manifest_media_type,
  artifactType: row.artifact_type,
  subjectDigest: row.subject_digest,
  sizeBytes: row.size_bytes,
  annotations: row.annotations,
  extraAttrs: row.extra_attrs,
  pullCount: row.pull_count,
  pushedAt: row.pushed_at,
  pulledAt: row.pulled_at,
  references: [],
})

/** One page; `scope` names the repository or the project. */
export async function readArtifacts(
  core: Core,
  scope: Condition,
  conditions: Condition,
  query: ListQuery,
): Promise<Artifact[]> {
  const order = orderBy(artifactColumns, query.sort, 'a.pushed_at DESC', 'a.id')
  const page = limit(query)
  // The page is cut before the repository's name is joined: the index gives its rows in order.
  const rows = await core.db.query<ArtifactRow>(
    `SELECT ${artifactFields} FROM artifacts a JOIN repositories r ON r.id = a.repository_id
      WHERE ${scope.sql} AND ${conditions.sql}${order}${page.sql}`,
    [...scope.params, ...conditions.params, ...page.params],
  )
  return rows.map(toArtifact)
}

export async function countArtifacts(core: Core, scope: Condition, conditions: Condition): Promise<number> {
  const [row] = await core.db.query<{ total: number }>(
    `SELECT COUNT(*) AS total FROM artifacts a WHERE ${scope.sql} AND ${conditions.sql}`,
    [...scope.params, ...conditions.params],
  )
  return row?.total ?? 0
}

/** How many artifacts the repository lists; undefined when there is no such repository. */
export async function readArtifactCount(core: Core, repository: string): Promise<number | undefined> {
  const [row] = await core.db.query<{ artifact_count: number }>(
    'SELECT artifact_count FROM repositories WHERE name = ?',
    [repository],
  )
  return row?.artifact_count
}

export async function readArtifactCountOfProject(core: Core, projectId: number): Promise<number> {
  const [row] = await core.db.query<{ total: number | null }>(
    'SELECT SUM(artifact_count) AS total FROM repositories WHERE project_id = ?',
    [projectId],
  )
  return Number(row?.total ?? 0)
}

export const inRepository = (repository: string): Condition => ({
  sql: 'a.repository_id = (SELECT id FROM repositories WHERE name = ?)',
  params: [repository],
})
/** `within`: of the project's repositories, over the alias `r`. */
export const inProject = (projectId: number, within: Condition | undefined): Condition =>
  within
    ? {
        sql: `(a.project_id = ? AND a.repository_id IN (SELECT r.id FROM repositories r WHERE ${within.sql}))`,
        params: [projectId, ...within.params],
      }
    : { sql: 'a.project_id = ?', params: [projectId] }

/** The newest listed one of each repository: one look into an index per repository of the project. */
export const newestOfEach = (projectId: number): Condition => ({
  sql: `a.id IN (SELECT (SELECT n.id FROM artifacts n WHERE n.repository_id = nr.id AND n.listed = TRUE
          ORDER BY n.pushed_at DESC, n.id DESC LIMIT 1) FROM repositories nr WHERE nr.project_id = ?)`,
  params: [projectId],
})

/** By tag or by digest; one round trip, both by unique keys. */
export async function readArtifact(
  core: Core,
  repository: string,
  reference: string,
): Promise<Artifact | undefined> {
  const [row] = await core.db.query<ArtifactRow>(
    reference.includes(':')
      ? `SELECT ${artifactFields} FROM repositories r JOIN artifacts a ON a.repository_id = r.id
          WHERE r.name = ? AND a.digest = ?`
      : `SELECT ${artifactFields} FROM repositories r JOIN tags t ON t.repository_id = r.id
          JOIN artifacts a ON a.id = t.artifact_id WHERE r.name = ? AND t.name = ?`,
    [repository, reference],
  )
  return row && toArtifact(row)
}

export async function readTags(core: Core, artifactIds: readonly number[]): Promise<ArtifactTag[]> {
  const rows = await core.db.query<{
    id: number
    repository_id: number
    artifact_id: number
    name: string
    pushed_at: Date
    pulled_at: Date | null
  }>(
    `SELECT id, repository_id, artifact_id, name, pushed_at, pulled_at FROM tags
      WHERE artifact_id IN (${marks(artifactIds)}) ORDER BY pushed_at DESC, id DESC`,
    artifactIds,
  )
  return rows.map((row) => ({
    id: row.id,
    repositoryId: row.repository_id,
    artifactId: row.artifact_id,
    name: row.name,
    pushedAt: row.pushed_at,
    pulledAt: row.pulled_at,
  }))
}

export async function readReferences(
  core: Core,
  artifactIds: readonly number[],
  all: boolean,
): Promise<Reference[]> {
  const rows = await core.db.query<{
    parent_id: number
    child_id: number
    child_digest: string
    os: string
    architecture: string
    variant: string
    os_version: string
    annotations: Record<string, string>
  }>(
    `SELECT parent_id, child_id, child_digest, os, architecture, variant, os_version, annotations
       FROM artifact_references WHERE parent_id IN (${marks(artifactIds)})
       ${all ? '' : `AND position < ${REFERENCES_IN_LISTS}`} ORDER BY parent_id, position`,
    artifactIds,
  )
  return rows.map((row) => ({
    parentId: row.parent_id,
    childId: row.child_id,
    childDigest: row.child_digest,
    os: row.os,
    architecture: row.architecture,
    variant: row.variant,
    osVersion: row.os_version,
    annotations: row.annotations,
  }))
}

export interface BlobRef {
  digest: string
  media_type: string
  size_bytes: number
}

/** The config of an image manifest; undefined for an index. */
export async function readConfigBlob(core: Core, artifactId: number): Promise<BlobRef | undefined> {
  const [row] = await core.db.query<BlobRef & Record<string, unknown>>(
    `SELECT b.digest, ab.media_type, b.size_bytes FROM artifact_blobs ab JOIN blobs b ON b.id = ab.blob_id
      WHERE ab.artifact_id = ? AND ab.position = 0`,
    [artifactId],
  )
  return row
}

/** The first layer of one of these media types. */
export async function readLayer(
  core: Core,
  artifactId: number,
  mediaTypes: readonly string[],
): Promise<BlobRef | undefined> {
  const [row] = await core.db.query<BlobRef & Record<string, unknown>>(
    `SELECT b.digest, ab.media_type, b.size_bytes FROM artifact_blobs ab JOIN blobs b ON b.id = ab.blob_id
      WHERE ab.artifact_id = ? AND ab.position > 0 AND ab.media_type IN (${marks(mediaTypes)})
      ORDER BY ab.position LIMIT 1`,
    [artifactId, ...mediaTypes],
  )
  return row
}
