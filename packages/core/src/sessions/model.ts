import { createHash, randomBytes } from 'node:crypto'

export interface Session {
  /** SHA-256 of the cookie's secret, hex: knowing it opens nothing. */
  id: string
  userId: number
  address: string
  userAgent: string
  createdAt: Date
  lastSeenAt: Date
  expiresAt: Date
}

const DAY_MS = 24 * 60 * 60_000
/** A session ends when nothing was asked for `idleMs`, and in any case a day after it began, or after `idleMs` if that is longer. */
export const lifetimeMs = (idleMs: number): number => Math.max(DAY_MS, idleMs)
/** No session lasts longer, whatever the settings. */
export const LONGEST_LIFETIME_MS = 30 * DAY_MS

/** 256 random bits, base64url. */
export const newSecret = (): string => randomBytes(32).toString('base64url')
export const isSecret = (text: string): boolean => /^[A-Za-z0-9_-]{43}$/.test(text)
export const idOf = (secret: string): string => createHash('sha256').update(secret).digest('hex')

/** Pure: the session as it stood in the database, against the person as they are now. */
export function isLive(
  session: Session & { credentialEpoch: number },
  user: { disabled: boolean; proven: boolean; credentialEpoch: number } | undefined,
  nowMs: number,
  idleMs: number,
): boolean {
  return (
    user !== undefined &&
    !user.disabled &&
    user.proven &&
    user.credentialEpoch === session.credentialEpoch &&
    nowMs < session.expiresAt.getTime() &&
    // The settings may be shorter than those it was opened under.
    nowMs < session.createdAt.getTime() + lifetimeMs(idleMs) &&
    nowMs < session.lastSeenAt.getTime() + idleMs
  )
}
