import type { Core } from '../../context/index.ts'
import { type ReferrerRow, readReferrers } from './store.ts'

/** A manifest that names another as its subject (OCI distribution-spec 1.1, "Listing Referrers"). */
export interface Referrer {
  digest: string
  mediaType: string
  sizeBytes: number
  /** As the manifest declares it, else its config's media type; undefined for an index that declares none. */
  artifactType: string | undefined
  annotations: Record<string, string>
}

export interface ReferrerPage {
  referrers: Referrer[]
  /** What to give as `after` for the next page; undefined when this was the last. */
  next: number | undefined
}

const ROWS_AT_ONCE = 100
// What a descriptor takes besides its annotations.
const DESCRIPTOR_BYTES = 700

/**
 * What refers to a digest, oldest first, whether the repository has that digest or not. A page ends at `n` entries or
 * near `maxBytes` of JSON, whichever comes first, and holds at least one. Asks for no right.
 */
export async function listReferrers(
  core: Core,
  asked: {
    repository: string
    subject: string
    artifactType?: string | undefined
    n: number
    after?: number | undefined
    maxBytes: number
  },
): Promise<ReferrerPage> {
  const referrers: Referrer[] = []
  let leftBytes = asked.maxBytes
  let after = asked.after ?? 0
  if (asked.n < 1) return { referrers, next: undefined }
  for (;;) {
    const rows = await readReferrers(core, asked, after, Math.min(ROWS_AT_ONCE, asked.n + 1))
    for (const row of rows) {
      leftBytes -= DESCRIPTOR_BYTES + Buffer.byteLength(JSON.stringify(row.annotations))
      if (referrers.length === asked.n || (leftBytes < 0 && referrers.length > 0))
        return { referrers, next: after }
      referrers.push(toReferrer(row))
      after = row.id
    }
    if (rows.length < Math.min(ROWS_AT_ONCE, asked.n + 1)) return { referrers, next: undefined }
  }
}

const toReferrer = (row: ReferrerRow): Referrer => ({
  digest: row.digest,
  mediaType: row.manifest_media_type,
  sizeBytes: row.manifest_size_bytes,
  // An index without a type of its own stands in the index under its media type.
  artifactType: row.artifact_type === row.manifest_media_type ? undefined : row.artifact_type,
  annotations: row.annotations,
})
