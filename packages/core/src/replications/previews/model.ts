import type { Digest, RepositoryName, Tag } from '@berth/registry-client'
import type { Reason } from '../reasons.ts'
import type { Direction } from '../work/index.ts'

/** What a run would do with some tags of an artifact. */
export interface PreviewItem {
  /** `replace` moves tags; `skip` leaves them, because the policy does. */
  action: 'copy' | 'replace' | 'skip' | 'delete'
  source: RepositoryName
  destination: RepositoryName
  tags: Tag[]
  digest: Digest
  /** Undefined: not known. */
  sizeBytes: number | undefined
  direction: Direction
  /** A sentence. */
  reason: string
}

/** What could not be compared or stays out by its nature, and why. */
export interface PreviewProblem {
  /** At the source; undefined: it is about all of them. */
  repository: RepositoryName | undefined
  sentence: string
  reason: Reason
}

export interface Preview {
  /** At most MAX_ITEMS. */
  items: PreviewItem[]
  /** Also of those that are not listed. */
  total: number
  /** Of those that would be copied. */
  bytes: number
  /** Whether that is all. */
  bytesKnown: boolean
  /** Tags for which there is nothing to do. */
  inStep: number
  repositories: number
  /** False: the time ran out. */
  complete: boolean
  /** At most MAX_PROBLEMS. */
  problems: PreviewProblem[]
}

export const MAX_ITEMS = 1_000
export const MAX_PROBLEMS = 100
/** In one process. */
export const MAX_PREVIEWS = 2
export const BUDGET_MS = 30_000
