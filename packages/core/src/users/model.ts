import { MAX_USERNAME_LENGTH, usernameKey } from '../authentication/index.ts'
import { badRequest } from '../errors/index.ts'

/** Where a person comes from: their password is here, in a directory, or with an identity provider. */
export type AuthSource = 'local' | 'ldap' | 'oidc'

export interface User {
  id: number
  username: string
  email: string
  realname: string
  comment: string
  sysadmin: boolean
  /** Administrator because of a group, beside `sysadmin`. */
  adminByGroup: boolean
  authSource: AuthSource
  disabled: boolean
  createdAt: Date
  updatedAt: Date
}

export interface UserName {
  id: number
  username: string
}

/** The parts of an account that its owner may change. Absent parts stay as they are. */
export interface Profile {
  email?: string
  realname?: string
  comment?: string
}

const MAX_TEXT_LENGTH = 255
// Halves of surrogate pairs (Cs) would be stored as another character.
const invisible = /[\p{Cs}\p{Cc}\p{Cf}\p{Co}\p{Cn}\p{Zl}\p{Zp}]/u

/**
 * Harbor's rule, and three of ours: no colon, because basic authentication could not carry it; no invisible
 * characters and no space at either end, because two names must not look alike.
 *
 * @throws DomainError BAD_REQUEST
 */
export function parseUsername(value: unknown): string {
  if (typeof value !== 'string' || value === '') throw badRequest('the username must not be empty')
  const username = value.normalize('NFC')
  if (username.length > MAX_USERNAME_LENGTH || usernameKey(username).length > MAX_USERNAME_LENGTH)
    throw badRequest(`the username must have at most ${MAX_USERNAME_LENGTH} characters`)
  if (/[,"~#%$:]/.test(username)) throw badRequest('the username must not contain , " ~ # % $ or :')
  if (invisible.test(username) || username.trim() !== username)
    throw badRequest('the username must not contain invisible characters or begin or end with a space')
  return username
}

/** @throws DomainError BAD_REQUEST */
export function parseProfile(profile: Profile): Profile {
  const { email, realname, comment } = profile
  if (email !== undefined && email !== '' && !isEmail(email))
    throw badRequest('the email address is not valid')
  if (realname !== undefined && (realname.length > MAX_TEXT_LENGTH || invisible.test(realname)))
    throw badRequest(`the real name must be readable and have at most ${MAX_TEXT_LENGTH} characters`)
  if (comment !== undefined && (comment.length > MAX_TEXT_LENGTH || /[\0\p{Cs}]/u.test(comment)))
    throw badRequest(`the comment must be text of at most ${MAX_TEXT_LENGTH} characters`)
  return { email, realname, comment }
}

/** In lower case, as addresses are compared, some letters are two. */
const isEmail = (text: string) =>
  Math.max(text.length, text.toLowerCase().length) <= MAX_TEXT_LENGTH &&
  /^[^\s@<>()[\]\\,;:"\p{C}]+@[^\s@<>()[\]\\,;:"\p{C}]+$/u.test(text)
