import { marks, numbered, type Tx } from '@berth/db'
import type { Core } from '../../context/index.ts'

export type PullTransaction = Tx

export interface PulledArtifact {
  id: number
  digest: string
  repository_id: number
  repository: string
  project_id: number
  media_type: string
  manifest_media_type: string
  artifact_type: string
  size_bytes: number
}

/** Artifacts of any of the repositories with any of the digests. */
export function findPulled(core: Core, repositories: string[], digests: string[]): Promise<PulledArtifact[]> {
  return core.db.query<PulledArtifact & Record<string, unknown>>(
    `SELECT a.id, a.digest, r.id AS repository_id, r.name AS repository, r.project_id, a.media_type,
            a.manifest_media_type, a.artifact_type, a.size_bytes
       FROM repositories r JOIN artifacts a ON a.repository_id = r.id
      WHERE r.name IN (${marks(repositories)}) AND a.digest IN (${marks(digests)})`,
    [...repositories, ...digests],
  )
}

export interface Increase {
  id: number
  count: number
  at: Date
}

/** Locks in ascending order, repositories first, as pushes do. */
export async function addPulls(
  core: Core,
  tx: Tx,
  repositories: readonly Increase[],
  artifacts: readonly Increase[],
  tags: readonly { repositoryId: number; name: string; at: Date }[],
): Promise<void> {
  await increase(core, tx, 'repositories', repositories)
  await increase(core, tx, 'artifacts', artifacts)
  if (tags.length === 0) return
  // Events may be late: a time never goes back.
  const cases = tags.map(() => `WHEN repository_id = ? AND name = ? AND ${LATER} THEN ?`).join(' ')
  const which = tags.map(() => '(repository_id = ? AND name = ?)').join(' OR ')
  await tx.$executeRawUnsafe(
    numbered(core.db.provider, `UPDATE tags SET pulled_at = CASE ${cases} ELSE pulled_at END WHERE ${which}`),
    ...tags.flatMap((tag) => [tag.repositoryId, tag.name, tag.at, tag.at]),
    ...tags.flatMap((tag) => [tag.repositoryId, tag.name]),
  )
}

const LATER = '(pulled_at IS NULL OR pulled_at < ?)'
const LARGEST_INT = 2_147_483_647

async function increase(
  core: Core,
  tx: Tx,
  table: 'repositories' | 'artifacts',
  increases: readonly Increase[],
): Promise<void> {
  if (increases.length === 0) return
  const sorted = [...increases].sort((a, b) => a.id - b.id)
  const ids = sorted.map((row) => row.id)
  await tx.$queryRawUnsafe(
    numbered(core.db.provider, `SELECT id FROM ${table} WHERE id IN (${marks(ids)}) ORDER BY id FOR UPDATE`),
    ...ids,
  )
  const cases = sorted.map(() => 'WHEN ? THEN ?').join(' ')
  const counts = sorted.flatMap((row) => [row.id, Math.min(row.count, LARGEST_INT)])
  const times = sorted.map(() => `WHEN id = ? AND ${LATER} THEN ?`).join(' ')
  const time = table === 'artifacts' ? `, pulled_at = CASE ${times} ELSE pulled_at END` : ''
  await tx.$executeRawUnsafe(
    numbered(
      core.db.provider,
      `UPDATE ${table}
          SET pull_count = pull_count + LEAST(CASE id ${cases} ELSE 0 END, ${LARGEST_INT} - pull_count)${time}
        WHERE id IN (${marks(ids)})`,
    ),
    ...counts,
    ...(time ? sorted.flatMap((row) => [row.id, row.at, row.at]) : []),
    ...ids,
  )
}
