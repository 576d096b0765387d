import type { Digest, RepositoryName, Tag } from '@berth/registry-client'
import type { Claim } from '../../executions/index.ts'

/** As seen from this Berth. */
export type Direction = 'push' | 'pull'

/** What a task of a replication has to do: compare both sides, or bring one artifact over. */
export interface Transfer {
  taskId: number
  executionId: number
  policyId: number
  kind: 'plan' | 'copy'
  /** The registry at the other end, whose limits hold. */
  registryId: number
  direction: Direction
  /** Empty for a plan, as are `target` and `digest`. */
  source: RepositoryName
  target: RepositoryName
  digest: Digest
  tags: Tag[]
  isBig: boolean
  /** Attempts that failed. */
  attempts: number
}

export type NewTransfer = Pick<Transfer, 'kind' | 'direction' | 'registryId'> &
  Partial<Pick<Transfer, 'source' | 'target' | 'digest' | 'tags'>> & { sizeBytes?: number }

/** A transfer that a worker has. */
export interface Claimed {
  transfer: Transfer
  claim: Claim
  /** Somebody asked for its end while its last worker was gone. */
  stopAsked: boolean
}

/** A worker that does not renew it for so long is gone. */
export const LEASE_MS = 15_000
/** From this size on transfers have only half of the places of a registry. */
export const BIG_BYTES = 64 * 1024 * 1024
