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

/** Ends when nothing was asked for this long… */
export const IDLE_MS = 60 * 60_000
/** …and in any case after this long. */
export const LIFETIME_MS = 24 * 60 * 60_000

/** 256 random bits, base64url. */
export const newSecret = (): string => randomBytes(32).toString('base64url')
export const isSecret = (text: string): boolean => /^[A-Za-z0-9_-]{43}$/.test(text)
export const idOf = (secret: string): string => createHash('sha256').update(secret).digest('hex')

/** Pure: the session as it stood in the database, against the person as they are now. */
export function isLive(
  session: Session & { credentialEpoch: number },
  user: { disabled: boolean; credentialEpoch: number } | undefined,
  nowMs: number,
): boolean {
  return (
    user !== undefined &&
    !user.disabled &&
    user.credentialEpoch === session.credentialEpoch &&
    nowMs < session.expiresAt.getTime() &&
    nowMs < session.lastSeenAt.getTime() + IDLE_MS
  )
}
