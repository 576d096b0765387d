import { createHash } from 'node:crypto'
import { type DirectoryGroup, type DirectoryUser, normalDn, sameDn } from '@berth/ldap-client'
import { DomainError } from '../errors/index.ts'
import { parseProfile, parseUsername } from '../users/index.ts'

/** A person as the directory knows them now, with the groups they are in. */
export interface DirectoryPerson {
  user: DirectoryUser
  groups: readonly DirectoryGroup[]
}

/** Harbor's clients show these words for people who could not be imported. */
export type ImportFailure =
  | 'empty_uid'
  | 'unknown_user'
  | 'ambiguous_name'
  | 'disabled_user'
  | 'name_taken'
  | 'invalid_name'

/** What stays the same while the entry lives. A directory without ids knows people by their DN only, and so does Berth. */
export const externalId = ({ id, dn }: Pick<DirectoryUser, 'id' | 'dn'>): string =>
  id ? `id:${id}`.slice(0, 255) : `dn:${createHash('sha256').update(normalDn(dn)).digest('hex')}`

/** The id behind it; undefined where the directory gives none. */
export const idOf = (external: string): string | undefined =>
  external.startsWith('id:') ? external.slice(3) : undefined

/** Undefined for a name that nobody can have here. */
export function usernameOf({ username }: DirectoryUser): string | undefined {
  try {
    return parseUsername(username.trim())
  } catch (error) {
    if (error instanceof DomainError) return undefined
    throw error
  }
}

/** What the directory says and Berth can hold; a wrong address or name is left out rather than keeping somebody out. */
export function profileOf({ email, displayName }: DirectoryUser): { email?: string; realname?: string } {
  return { ...accepted({ email: email?.trim() }), ...accepted({ realname: displayName?.trim() }) }
}

function accepted<P extends { email?: string; realname?: string }>(profile: P): Partial<P> {
  if (Object.values(profile).every((value) => value === undefined || value === '')) return {}
  try {
    parseProfile(profile)
    return profile
  } catch (error) {
    if (error instanceof DomainError) return {}
    throw error
  }
}

/** By a group that was found, or by the person's own entry, which may name one outside of the base for groups. */
export const isAdministrator = ({ user, groups }: DirectoryPerson, adminDn: string): boolean =>
  adminDn !== '' && [...groups.map(({ dn }) => dn), ...user.memberOf].some((dn) => sameDn(dn, adminDn))
