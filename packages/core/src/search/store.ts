import { type Actor, visibleProjects } from '../authorization/index.ts'
import type { Core } from '../context/index.ts'
import { type Columns, where } from '../list-query/index.ts'

export interface FoundRepository {
  name: string
  projectId: number
  projectName: string
  projectPublic: boolean
  pullCount: number
  artifactCount: number
}

// Shorter names first: what was typed in full stands above what merely contains it.
const ORDER = ' ORDER BY CHAR_LENGTH(r.name), r.name LIMIT ?'

const columns: Columns = { name: { sql: 'r.name', type: 'text', lowerCase: true } }

export async function findRepositories(
  core: Core,
  actor: Actor,
  text: string,
  max: number,
): Promise<FoundRepository[]> {
  const visible = visibleProjects(actor, 'p')
  const name = where(columns, [{ field: 'name', match: 'fuzzy', value: text }], core.db.provider)
  const rows = await core.db.query<{
    name: string
    project_id: number
    project_name: string
    project_public: boolean
    pull_count: number
    artifact_count: number
  }>(
    `SELECT r.name, r.project_id, p.name AS project_name, p.public AS project_public, r.pull_count, r.artifact_count
       FROM repositories r JOIN projects p ON p.id = r.project_id
      WHERE ${name.sql} AND ${visible.sql}${ORDER}`,
    [...name.params, ...visible.params, max],
  )
  return rows.map((row) => ({
    name: row.name,
    projectId: row.project_id,
    projectName: row.project_name,
    projectPublic: row.project_public,
    pullCount: row.pull_count,
    artifactCount: row.artifact_count,
  }))
}
