import { marks } from '@berth/db'
import type { Core } from '../../context/index.ts'
import { TAG_SCHEME_PREFIX } from '../accessories/tag-scheme.ts'

/** A manifest as the index has it, with what must be there before it. */
export interface Node {
  id: number
  digest: string
  manifestMediaType: string
}

type NodeRow = { id: number; digest: string; manifest_media_type: string }
const fields = 'a.id, a.digest, a.manifest_media_type'
const toNode = (row: NodeRow): Node => ({
  id: row.id,
  digest: row.digest,
  manifestMediaType: row.manifest_media_type,
})

// Both databases limit the parameters of one statement.
const BATCH = 500
async function inBatches<I, T>(
  items: readonly I[],
  read: (some: readonly I[]) => Promise<T[]>,
): Promise<T[]> {
  const found: T[] = []
  for (let start = 0; start < items.length; start += BATCH)
    found.push(...(await read(items.slice(start, start + BATCH))))
  return found
}

/** The children of these indexes, with the parent each hangs on. */
export const readChildren = (core: Core, parentIds: readonly number[]) =>
  inBatches(parentIds, async (ids) => {
    const rows = await core.db.query<NodeRow & { parent_id: number }>(
      `SELECT ${fields}, l.parent_id FROM artifact_references l JOIN artifacts a ON a.id = l.child_id
        WHERE l.parent_id IN (${marks(ids)}) ORDER BY l.parent_id, l.position`,
      ids,
    )
    return rows.map((row) => ({ parentId: row.parent_id, node: toNode(row) }))
  })

/** What is attached to these digests of the repository, by its manifest or by its tag. */
export const readAttached = (core: Core, repositoryId: number, digests: readonly string[]) =>
  inBatches(digests, async (some) => {
    const rows = await core.db.query<NodeRow>(
      `SELECT ${fields} FROM artifacts a
        WHERE a.repository_id = ? AND a.subject_digest IN (${marks(some)}) ORDER BY a.id`,
      [repositoryId, ...some],
    )
    return rows.map(toNode)
  })

/** Tags that say what a manifest is attached to. */
export const readSchemeTags = (core: Core, artifactIds: readonly number[]) =>
  inBatches(artifactIds, (ids) =>
    core.db.query<{ artifact_id: number; name: string }>(
      `SELECT artifact_id, name FROM tags
        WHERE artifact_id IN (${marks(ids)}) AND name LIKE '${TAG_SCHEME_PREFIX}%' ORDER BY name`,
      ids,
    ),
  )

/** Digest and media type of all blobs that these manifests name. */
export const readBlobs = (core: Core, artifactIds: readonly number[]) =>
  inBatches(artifactIds, (ids) =>
    core.db.query<{ digest: string; media_type: string }>(
      `SELECT DISTINCT b.digest, ab.media_type FROM artifact_blobs ab JOIN blobs b ON b.id = ab.blob_id
        WHERE ab.artifact_id IN (${marks(ids)})`,
      ids,
    ),
  )
