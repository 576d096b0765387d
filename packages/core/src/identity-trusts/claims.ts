import { createHash } from 'node:crypto'
import { RefusedTokenError } from './refused.ts'

/** Clocks of issuers may differ by this much. */
const LEEWAY_SECONDS = 60
/** From issue to end. What lives longer is no identity of a job but a stored secret. */
const MAX_LIFETIME_SECONDS = 24 * 3_600
const MAX_AUDIENCES = 20
const MAX_ID_LENGTH = 1_024

/** What every token must have, whoever it is for. */
export interface StandardClaims {
  issuer: string
  audiences: string[]
  /** Seconds since 1970. */
  expiresAt: number
}

/** @throws RefusedTokenError */
export function readStandardClaims(claims: Record<string, unknown>, nowMs: number): StandardClaims {
  const { iss, aud, exp, nbf, iat } = claims
  if (typeof iss !== 'string' || iss === '' || iss.length > 255 || iss.trim() !== iss)
    throw new RefusedTokenError('it has no issuer')
  const audiences = (Array.isArray(aud) ? aud : [aud]).filter(
    (one): one is string => typeof one === 'string' && one !== '' && one.length <= 255 && one.trim() === one,
  )
  if (audiences.length === 0 || audiences.length > MAX_AUDIENCES)
    throw new RefusedTokenError('it has no audience')
  if (!isTime(exp) || !isTime(iat) || (nbf !== undefined && !isTime(nbf)))
    throw new RefusedTokenError('it does not say from when to when it is valid')
  const now = nowMs / 1_000
  if (exp <= now - LEEWAY_SECONDS) throw new RefusedTokenError('it has expired')
  if (iat > now + LEEWAY_SECONDS || (nbf ?? iat) > now + LEEWAY_SECONDS)
    throw new RefusedTokenError('it is not valid yet')
  if (exp - iat > MAX_LIFETIME_SECONDS) throw new RefusedTokenError('it is valid for too long')
  return { issuer: iss, audiences, expiresAt: exp }
}

const isTime = (value: unknown): value is number =>
  typeof value === 'number' && Number.isFinite(value) && value > 0 && value < 1e11

/**
 * By what a token that was exchanged is known again: its id, or without one, what is signed of it. Never the signature,
 * which others can write in another way (ECDSA, the last letter of base64url).
 */
export function spentId({ issuer }: StandardClaims, claims: Record<string, unknown>, signed: string): string {
  const { jti } = claims
  if (jti !== undefined && (typeof jti !== 'string' || jti === '' || jti.length > MAX_ID_LENGTH))
    throw new RefusedTokenError('its id cannot be read')
  const known = jti === undefined ? ['signed', signed] : ['jti', jti]
  return createHash('sha256')
    .update(JSON.stringify([issuer, ...known]))
    .digest('hex')
}

/** When a token is refused for its age by every node, and need not be known any more. */
export const forgetAt = ({ expiresAt }: StandardClaims): Date =>
  new Date((expiresAt + 2 * LEEWAY_SECONDS) * 1_000)
