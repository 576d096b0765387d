import { createHash, randomBytes } from 'node:crypto'
import type { Identity } from './provider/index.ts'

/** Somebody with whom a sign-in at the provider ended well: who they are there, and what Berth takes over. */
export interface Person extends Identity {
  issuer: string
  subject: string
  refreshToken: string | undefined
  idToken: string | undefined
}

/** A person's account with the provider, without its secrets. */
export interface OidcAccount {
  id: number
  userId: number
  issuer: string
  subject: string
  createdAt: Date
  updatedAt: Date
}

/** Why somebody whom the provider knows is not let in here. */
export type RefusalReason =
  /** There is no provider (any more). */
  | 'not-offered'
  /** What came back does not belong to a sign-in that this browser began. */
  | 'not-begun-here'
  /** The provider or the person said no. */
  | 'denied'
  | 'disabled'
  /** New people come from elsewhere. */
  | 'no-new-people'
  /** It took too long to choose a name. */
  | 'too-late'
  /** The name is another account's. */
  | 'name-taken'
  | 'name-invalid'

export class SignInRefused extends Error {
  override name = 'SignInRefused'
  readonly reason: RefusalReason
  constructor(reason: RefusalReason) {
    super(`sign-in refused: ${reason}`)
    this.reason = reason
  }
}

/** What `identity_key` holds. Neither part can hold a NUL, so no two pairs give one key. */
export const identityKey = (issuer: string, subject: string): string =>
  createHash('sha256').update(`${issuer}\0${subject}`).digest('hex')

/** How long somebody may think about their name. */
export const NEWCOMER_LIFETIME_MS = 15 * 60_000
export const newcomerSecret = (): string => randomBytes(32).toString('base64url')
export const newcomerId = (secret: string): string => createHash('sha256').update(secret).digest('hex')
export const isNewcomerSecret = (text: string): boolean => /^[A-Za-z0-9_-]{43}$/.test(text)

/** How often the provider is asked whether somebody is still one of its people. */
export const CHECK_EVERY_MS = 15 * 60_000
