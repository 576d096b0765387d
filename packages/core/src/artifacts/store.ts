import { LockTimeoutError } from '@berth/db'
import type { Core } from '../context/index.ts'
import { DomainError } from '../errors/index.ts'
import { limitedProjectId } from '../quotas/index.ts'
import { projectOf } from './name.ts'

export interface ResolvedManifest {
  digest: string
  mediaType: string
  sizeBytes: number
}

// One prepared query each, both by unique keys only: this runs for every manifest that is pulled.
const byTag = `SELECT a.digest, a.manifest_media_type, a.manifest_size_bytes FROM repositories r
  JOIN tags t ON t.repository_id = r.id JOIN artifacts a ON a.id = t.artifact_id WHERE r.name = ? AND t.name = ?`
const byDigest = `SELECT a.digest, a.manifest_media_type, a.manifest_size_bytes FROM repositories r
  JOIN artifacts a ON a.repository_id = r.id WHERE r.name = ? AND a.digest = ?`

/** What a tag or a digest of a repository stands for; undefined when there is no such thing. Asks for no right. */
export async function resolveReference(
  core: Core,
  repository: string,
  reference: string,
): Promise<ResolvedManifest | undefined> {
  const [row] = await core.db.query<{
    digest: string
    manifest_media_type: string
    manifest_size_bytes: number
  }>(reference.includes(':') ? byDigest : byTag, [repository, reference])
  return row && { digest: row.digest, mediaType: row.manifest_media_type, sizeBytes: row.manifest_size_bytes }
}

/**
 * Runs a change to a repository that touches registry and index, while no push and no other such change runs on any
 * node. Not to be taken twice by one request. In a project with a storage limit changes follow one another, whatever
 * the repository, so that what a guard found room for still fits when it is counted; `adds: false` is for changes that
 * bring no content.
 *
 * @throws DomainError UNAVAILABLE when others hold it for half a minute
 */
export async function changingRepository<T>(
  core: Core,
  repository: string,
  change: () => Promise<T>,
  { adds = true }: { adds?: boolean } = {},
): Promise<T> {
  const lock = `manifests:${repository}`
  const limitedId = adds ? await limitedProjectId(core, projectOf(repository)) : undefined
  try {
    return await core.db.lock(limitedId === undefined ? lock : [lock, `quota:${limitedId}`], change)
  } catch (error) {
    if (!(error instanceof LockTimeoutError)) throw error
    throw new DomainError('UNAVAILABLE', 'the repository is being changed by others; try again', {
      cause: error,
    })
  }
}
