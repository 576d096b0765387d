import type { Digest, RepositoryName, Tag } from '@berth/registry-client'
import type { Site } from '../sites/index.ts'

/** One artifact, by the names it has on both sides. */
export interface ArtifactCopy {
  source: RepositoryName
  target: RepositoryName
  digest: Digest
  /** Tags that it has at the source and is to have at the target; none: it is only brought there. */
  tags: readonly Tag[]
}

export interface CopyProgress {
  /** Bytes of blobs that the target has by now, sent, mounted or found there. */
  doneBytes: number
  /** Bytes of blobs that are known to be needed so far. */
  sizeBytes: number
  /** Bytes of blobs that this copy has sent, what was sent in vain included. */
  sentBytes: number
}

export interface CopyOptions {
  /** Moves tags that are on something else at the target. */
  override: boolean
  /** Parts to send larger blobs in, so that they are gone on with after a kill; undefined: blobs go in one request. */
  chunkBytes?: number
  /** How long a blob is left to somebody who gets it from another registry; by its size if undefined. */
  patienceMs?: number
  /** Kilobits per second of each blob; not above 0: no limit. */
  speedKbps?: number
  /** A worker before this one may have been ended after it put a tag: what is there is looked at as if put now. */
  again?: boolean
  /** Instance ids to tell the target, where it is a Berth. */
  seen?: readonly string[]
  signal?: AbortSignal
  onProgress?: (progress: CopyProgress) => void
}

export interface Copying {
  from: Site
  to: Site
  artifact: ArtifactCopy
  options: CopyOptions
}

export interface CopyResult {
  /** `inStep`: all was there. `skipped`: every tag is on something else there, and may not be moved. */
  outcome: 'copied' | 'inStep' | 'skipped'
  /** What this copy sent, resumed uploads from where they went on. */
  bytesSent: number
  blobsSent: number
  blobsMounted: number
  manifestsPut: number
  /** Tags that the target has on it now, put or found there. */
  tagged: Tag[]
  /** Tags that the source had on something else by the time they were put: who put that may have come first. */
  overtaken?: { tag: Tag; digest: Digest }[]
  /** Sentences. */
  warnings: string[]
  /** Sentences about what is no part of the copy itself, as labels. */
  notes?: string[]
}
