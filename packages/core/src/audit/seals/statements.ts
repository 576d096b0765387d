import { createPublicKey, sign, verify } from 'node:crypto'
import type { Core } from '../../context/index.ts'
import { canonicalJson } from './canonical.ts'

/** The end of the log: everything up to here stands as it was sealed. */
export interface Head {
  /** Of the last line; 0 when there was none yet. */
  position: number
  /** Of that line. */
  hash: string
  at: Date
  /** Ed25519 over `headStatement`, base64url. */
  signature: string
}

/** A run of lines that were purged, or a place where the chain was begun anew since its head was not ours. */
export interface Checkpoint {
  reason: 'purged' | 'restarted'
  firstPosition: number
  lastPosition: number
  /** Of the line before the first. */
  hashBefore: string
  /** Of the last. */
  hashAfter: string
  at: Date
  /** Ed25519 over `checkpointStatement`, base64url. */
  signature: string
}

/** What is signed of a head; version 1 of the form, described in docs/operations. */
export const headStatement = ({ position, hash, at }: Omit<Head, 'signature'>): string =>
  canonicalJson({
    statement: 'berth-audit-head-1',
    position,
    hash,
    at: at.toISOString(),
  })

/** What is signed of a checkpoint; version 1 of the form. */
export const checkpointStatement = (checkpoint: Omit<Checkpoint, 'signature'>): string =>
  canonicalJson({
    statement: 'berth-audit-checkpoint-1',
    reason: checkpoint.reason,
    first_position: checkpoint.firstPosition,
    last_position: checkpoint.lastPosition,
    hash_before: checkpoint.hashBefore,
    hash_after: checkpoint.hashAfter,
    at: checkpoint.at.toISOString(),
  })

export const signStatement = (core: Core, statement: string): string =>
  sign(null, Buffer.from(statement), core.secrets.signingKey('audit-seals')).toString('base64url')

/** Whether this installation signed it. */
export function isSigned(core: Core, statement: string, signature: string): boolean {
  const key = core.secrets.signingKey('audit-seals')
  // Takes the public half of a private key.
  return verify(null, Buffer.from(statement), createPublicKey(key), Buffer.from(signature, 'base64url'))
}

/** PEM of the key by which others can check heads and checkpoints. */
export const sealingKey = (core: Core): string =>
  createPublicKey(core.secrets.signingKey('audit-seals')).export({ type: 'spki', format: 'pem' }).toString()

export const signHead = (core: Core, head: Omit<Head, 'signature'>): Head => ({
  ...head,
  signature: signStatement(core, headStatement(head)),
})

export const isGenuineHead = (core: Core, head: Head): boolean =>
  isSigned(core, headStatement(head), head.signature)

export const signCheckpoint = (core: Core, checkpoint: Omit<Checkpoint, 'signature'>): Checkpoint => ({
  ...checkpoint,
  signature: signStatement(core, checkpointStatement(checkpoint)),
})

export const isGenuineCheckpoint = (core: Core, checkpoint: Checkpoint): boolean =>
  isSigned(core, checkpointStatement(checkpoint), checkpoint.signature)
