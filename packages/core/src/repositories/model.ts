import type { Columns } from '../list-query/index.ts'

export interface Repository {
  id: number
  projectId: number
  /** Full name, project first. */
  name: string
  description: string
  /** Artifacts that a list shows by default. */
  artifactCount: number
  pullCount: number
  createdAt: Date
  updatedAt: Date
  /** Bytes of everything in it, each blob once; only of a single repository. */
  storageBytes?: number
}

/** What `q` and `sort` may name, over the alias `r`. */
export const repositoryColumns: Columns = {
  id: { sql: 'r.id', type: 'integer' },
  name: { sql: 'r.name', type: 'text', lowerCase: true },
  project_id: { sql: 'r.project_id', type: 'integer' },
  description: { sql: 'r.description', type: 'text', sortable: false },
  pull_count: { sql: 'r.pull_count', type: 'integer' },
  artifact_count: { sql: 'r.artifact_count', type: 'integer' },
  creation_time: { sql: 'r.created_at', type: 'time' },
  update_time: { sql: 'r.updated_at', type: 'time' },
}

/** Bytes of a description in UTF-8; the columns hold as much on both databases. */
export const MAX_DESCRIPTION_BYTES = 64 * 1024 - 1
