import { createHash } from 'node:crypto'
import { type DirectoryGroup, type DirectoryUser, idAttributes, normalDn, sameDn } from '@berth/ldap-client'
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

type Identity = Pick<DirectoryUser, 'id' | 'idAttribute'>

/** What stays the same while the entry lives. A directory without ids knows people by their DN only, and so does Berth. */
export const externalId = ({ id, idAttribute, dn }: Identity & { dn: string }): string =>
  idAttribute ? `${idAttribute}=${id}`.slice(0, 255) : externalIdByDn(dn)

/** Also of somebody whom the directory gave no id when they came, and gives one now. */
export const externalIdByDn = (dn: string): string =>
  `dn=${createHash('sha256').update(normalDn(dn)).digest('hex')}`

/** The id behind it; nothing where the directory gives none. */
export function identityIn(external: string): Identity {
  const equals = external.indexOf('=')
  const idAttribute = idAttributes.find((name) => name === external.slice(0, equals))
  return { idAttribute, id: idAttribute && external.slice(equals + 1) }
}

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

/**
 * Whether the password was changed between two looks. Servers of one directory lag behind each other: what is older than
 * what is known tells nothing new. 0 in Active Directory asks for a new password, as after a reset; `0@` stands before the
 * time of a password that is over.
 */
export function isNewerMark(mark: string, known: string): boolean {
  if (mark === known) return false
  const [[attribute, value], [attributeBefore, before]] = [partsOf(mark), partsOf(known)]
  if (value === '0' || attribute !== attributeBefore || value === before) return true
  return value.length === before.length ? value > before : value.length > before.length
}

function partsOf(mark: string): [attribute: string, value: string] {
  const equals = mark.indexOf('=')
  return [mark.slice(0, equals), mark.slice(equals + 1).replace(/^0@/, '')]
}
