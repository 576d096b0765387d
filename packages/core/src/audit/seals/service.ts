import { type Actor, authorizeSystem } from '../../authorization/index.ts'
import type { Core } from '../../context/index.ts'
import { badRequest } from '../../errors/index.ts'
import { type Head, sealingKey } from './statements.ts'
import { readHead, readWaiting } from './store.ts'
import { type Verification, verifyChain } from './verify.ts'

const MAX_COUNTED = 10_000

/**
 * Whether the log is as it was sealed, from a place on. Some seconds at most: `next` tells where to go on.
 *
 * @throws DomainError UNAUTHORIZED, FORBIDDEN, BAD_REQUEST
 */
export async function verifyAuditLog(core: Core, actor: Actor, from = 1): Promise<Verification> {
  authorizeSystem(actor, 'read', 'audit-log')
  if (!(Number.isSafeInteger(from) && from >= 1)) throw badRequest('from must be a position, from 1 on')
  return verifyChain(core, from)
}

export interface AuditHead {
  /** Null before the first line was sealed. */
  head: Head | null
  /** PEM. */
  publicKey: string
  /** Lines that wait for their seal, counted up to 10,000, and the time of the first. */
  waiting: { count: number; since: Date | null }
}

/** The signed end of the log, to be kept elsewhere: what was cut off later shows beside it. @throws as verifyAuditLog */
export async function getAuditHead(core: Core, actor: Actor): Promise<AuditHead> {
  authorizeSystem(actor, 'read', 'audit-log')
  const [head, waiting] = await Promise.all([readHead(core), readWaiting(core, MAX_COUNTED)])
  return { head: head ?? null, publicKey: sealingKey(core), waiting }
}
