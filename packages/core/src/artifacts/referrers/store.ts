import type { SqlValue } from '@berth/db'
import type { Core } from '../../context/index.ts'

export type ReferrerRow = {
  id: number
  digest: string
  manifest_media_type: string
  manifest_size_bytes: number
  artifact_type: string
  annotations: Record<string, string>
}

/** Those that name the subject themselves, not by a tag like `sha256-….sig`. Rows after the id `after`, in the order of their ids. */
export async function readReferrers(
  core: Core,
  {
    repository,
    subject,
    artifactType,
  }: { repository: string; subject: string; artifactType?: string | undefined },
  after: number,
  limit: number,
): Promise<ReferrerRow[]> {
  const params: SqlValue[] = [repository, subject, after]
  if (artifactType !== undefined) params.push(artifactType)
  return core.db.query<ReferrerRow>(
    `SELECT a.id, a.digest, a.manifest_media_type, a.manifest_size_bytes, a.artifact_type, a.annotations
       FROM repositories r JOIN artifacts a ON a.repository_id = r.id
      WHERE r.name = ? AND a.subject_digest = ? AND a.subject_by_tag = FALSE AND a.id > ?
        ${artifactType === undefined ? '' : 'AND a.artifact_type = ? AND a.artifact_type <> a.manifest_media_type'}
      ORDER BY a.id LIMIT ?`,
    [...params, limit],
  )
}
