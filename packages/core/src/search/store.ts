import type { SqlValue } from '@berth/db'
import { type Actor, visibleProjects } from '../authorization/index.ts'
import type { Core } from '../context/index.ts'
import { type Columns, where } from '../list-query/index.ts'
import type { Span } from './model.ts'

export interface FoundRepository {
  name: string
  projectId: number
  projectName: string
  projectPublic: boolean
  pullCount: number
  artifactCount: number
}

/** `IN (…)` for ids, filled up to a power of two so that few different statements have to be prepared. */
function among(ids: readonly number[]): { sql: string; params: SqlValue[] } {
  const params = [...ids]
  while (params.length & (params.length - 1)) params.push(params[0]!)
  return { sql: `IN (${params.map(() => '?').join(', ')})`, params }
}

const byId = <R extends { id: number }>(rows: readonly R[]): Map<number, R> =>
  new Map(rows.map((row) => [row.id, row]))

export async function readRepositories(
  core: Core,
  ids: readonly number[],
): Promise<Map<number, FoundRepository & { id: number }>> {
  if (ids.length === 0) return new Map()
  const wanted = among(ids)
  const rows = await core.db.query<{
    id: number
    name: string
    project_id: number
    project_name: string
    project_public: boolean
    pull_count: number
    artifact_count: number
  }>(
    `SELECT r.id, r.name, r.project_id, p.name AS project_name, p.public AS project_public, r.pull_count,
        r.artifact_count FROM repositories r JOIN projects p ON p.id = r.project_id WHERE r.id ${wanted.sql}`,
    wanted.params,
  )
  return byId(
    rows.map((row) => ({
      id: row.id,
      name: row.name,
      projectId: row.project_id,
      projectName: row.project_name,
      projectPublic: row.project_public,
      pullCount: row.pull_count,
      artifactCount: row.artifact_count,
    })),
  )
}

export interface FoundArtifact {
  id: number
  projectId: number
  repositoryName: string
  digest: string
  type: string
  /** Empty unless asked for. */
  annotations: Record<string, unknown>
}

export async function readArtifacts(
  core: Core,
  ids: readonly number[],
  withAnnotations: boolean,
): Promise<Map<number, FoundArtifact>> {
  if (ids.length === 0) return new Map()
  const wanted = among(ids)
  const rows = await core.db.query<{
    id: number
    project_id: number
    repository_name: string
    digest: string
    type: string
    annotations?: Record<string, unknown>
  }>(
    `SELECT a.id, r.project_id, r.name AS repository_name, a.digest, a.type${withAnnotations ? ', a.annotations' : ''}
       FROM artifacts a JOIN repositories r ON r.id = a.repository_id WHERE a.id ${wanted.sql}`,
    wanted.params,
  )
  return byId(
    rows.map((row) => ({
      id: row.id,
      projectId: row.project_id,
      repositoryName: row.repository_name,
      digest: row.digest,
      type: row.type,
      annotations: row.annotations ?? {},
    })),
  )
}

/** Of each artifact's terms within the span the one that a walk meets first: an artifact is one hit, not several. */
export async function readFirstTerms(
  core: Core,
  ids: readonly number[],
  span: Span,
): Promise<Map<number, string>> {
  if (ids.length === 0) return new Map()
  const wanted = among(ids)
  // MariaDB would rather read everybody's rows with these terms.
  const hint = core.db.provider === 'mysql' ? ' FORCE INDEX (PRIMARY)' : ''
  const rows = await core.db.query<{ artifact_id: number; term: string }>(
    `SELECT artifact_id, MIN(term) AS term FROM artifact_terms${hint}
      WHERE artifact_id ${wanted.sql} AND term >= ? AND term < ? GROUP BY artifact_id`,
    [...wanted.params, span.exact, span.end],
  )
  return new Map(rows.map((row) => [row.artifact_id, row.term]))
}

export async function readLabelNames(core: Core, ids: readonly number[]): Promise<Map<number, string[]>> {
  const names = new Map<number, string[]>()
  if (ids.length === 0) return names
  const wanted = among(ids)
  const rows = await core.db.query<{ artifact_id: number; name: string }>(
    `SELECT al.artifact_id, l.name FROM artifact_labels al JOIN labels l ON l.id = al.label_id
      WHERE al.artifact_id ${wanted.sql} ORDER BY l.id`,
    wanted.params,
  )
  for (const row of rows) names.set(row.artifact_id, [...(names.get(row.artifact_id) ?? []), row.name])
  return names
}

export interface FoundTag {
  id: number
  projectId: number
  repositoryName: string
  name: string
  digest: string
  type: string
}

export async function readTags(core: Core, ids: readonly number[]): Promise<Map<number, FoundTag>> {
  if (ids.length === 0) return new Map()
  const wanted = among(ids)
  const rows = await core.db.query<{
    id: number
    project_id: number
    repository_name: string
    name: string
    digest: string
    type: string
  }>(
    `SELECT t.id, r.project_id, r.name AS repository_name, t.name, a.digest, a.type FROM tags t
       JOIN repositories r ON r.id = t.repository_id JOIN artifacts a ON a.id = t.artifact_id
      WHERE t.id ${wanted.sql}`,
    wanted.params,
  )
  return byId(
    rows.map((row) => ({
      id: row.id,
      projectId: row.project_id,
      repositoryName: row.repository_name,
      name: row.name,
      digest: row.digest,
      type: row.type,
    })),
  )
}

const projectColumns: Columns = { name: { sql: 'p.name', type: 'text', lowerCase: true } }

/** Names of visible projects that contain the text, shorter ones first, behind `after`. One look at each project. */
export async function readProjectNames(
  core: Core,
  actor: Actor,
  text: string,
  count: number,
  after?: { name: string },
): Promise<string[]> {
  const visible = visibleProjects(actor, 'p')
  const contains = where(projectColumns, [{ field: 'name', match: 'fuzzy', value: text }], core.db.provider)
  const behind = after ? 'AND (CHAR_LENGTH(p.name) > ? OR (CHAR_LENGTH(p.name) = ? AND p.name > ?))' : ''
  const length = after ? [...after.name].length : 0
  const rows = await core.db.query<{ name: string }>(
    `SELECT p.name FROM projects p WHERE ${contains.sql} AND ${visible.sql} ${behind}
      ORDER BY CHAR_LENGTH(p.name), p.name LIMIT ?`,
    [...contains.params, ...visible.params, ...(after ? [length, length, after.name] : []), count],
  )
  return rows.map((row) => row.name)
}
