import type { Digest, RepositoryName, Tag } from '@berth/registry-client'
import type { Claim } from '../../executions/index.ts'
import type { Reason } from '../reasons.ts'

/** As seen from this Berth. */
export type Direction = 'push' | 'pull'

/**
 * What a task of a replication has to do: compare both sides (`plan`), bring one artifact over (`copy`), follow a push
 * (`follow`) or a deletion (`withdraw`) that an event told of, or take away what the other side of a mirror has deleted (`delete`).
 */
export interface Transfer {
  taskId: number
  executionId: number
  policyId: number
  kind: 'plan' | 'copy' | 'follow' | 'withdraw' | 'delete'
  /** The registry at the other end, whose limits hold. */
  registryId: number
  direction: Direction
  /**
   * Empty for a plan of all repositories. `target` and `digest` are empty for any plan, unless it names one; something to
   * follow may have tags, a digest, or both.
   */
  source: RepositoryName
  target: RepositoryName
  digest: Digest
  tags: Tag[]
  /** Instance ids of the Berths that have it, or get it from where it comes from. */
  seen: string[]
  /** Digests that its tags may have at the target, of a push here; undefined: any. */
  had: Digest[] | undefined
  /** The target gets it from elsewhere: looked at only, unless it did not. */
  isLook: boolean
  isBig: boolean
  /** Attempts that failed. */
  attempts: number
  /** Of them, those at which something may have been spoilt on the way. */
  spoilt: number
  createdAt: Date
}

export type NewTransfer = Pick<Transfer, 'kind' | 'direction' | 'registryId'> &
  Partial<Pick<Transfer, 'source' | 'target' | 'digest' | 'tags' | 'seen' | 'had' | 'isLook'>> & {
    sizeBytes?: number
    /** It has ended already, and why: a repository that could not be compared. */
    failed?: string
    reason?: Reason
    /** Not before then; now where absent. */
    dueAt?: Date
  }

/** A transfer that a worker has. */
export interface Claimed {
  transfer: Transfer
  claim: Claim
  /** Somebody asked for its end while its last worker was gone. */
  stopAsked: boolean
  /** Workers that were gone before they said what came of it. */
  lost: number
}

/** A worker that does not renew it for so long is gone. */
export const LEASE_MS = 15_000
/** After so many lost workers a transfer ends. */
export const MAX_LOST = 5
/** From this size on transfers have only half of the places of a registry. */
export const BIG_BYTES = 64 * 1024 * 1024
