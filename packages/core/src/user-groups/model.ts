import { createHash } from 'node:crypto'
import { normalDn, parseDn } from '@berth/ldap-client'
import { badRequest } from '../errors/index.ts'

/** Harbor's ids. It also knows 2, for an HTTP service that Berth does not offer. */
export const groupTypes = { ldap: 1, oidc: 3 } as const
export type GroupType = (typeof groupTypes)[keyof typeof groupTypes]

export interface UserGroup {
  id: number
  name: string
  type: GroupType
  /** Empty for a group that is none of a directory. */
  ldapDn: string
}

/** A group as a directory (with `dn`) or a provider names it. */
export interface SeenGroup {
  name: string
  dn?: string
}

/** As callers send it, not yet checked. */
export interface UserGroupInput {
  id?: number
  name?: string
  type?: number
  ldapDn?: string
}

const MAX_NAME_LENGTH = 255
const MAX_DN_LENGTH = 4_096
// Neither database takes all of these, and none belongs into a name.
const unreadable = /[\p{Cc}\p{Cs}]/u

/** @throws DomainError BAD_REQUEST */
export function parseGroupType(value: unknown): GroupType {
  if (value === groupTypes.ldap || value === groupTypes.oidc) return value
  throw badRequest('the type of a group must be 1 (LDAP) or 3 (OIDC)')
}

/** @throws DomainError BAD_REQUEST */
export function parseGroupName(value: unknown): string {
  if (typeof value !== 'string' || value.trim() === '')
    throw badRequest('the name of a group must not be empty')
  if (value.length > MAX_NAME_LENGTH || unreadable.test(value))
    throw badRequest(`the name of a group must be readable and have at most ${MAX_NAME_LENGTH} characters`)
  return value
}

/** @throws DomainError BAD_REQUEST */
export function parseGroupDn(value: unknown): string {
  if (typeof value !== 'string' || value === '' || value.length > MAX_DN_LENGTH || unreadable.test(value))
    throw badRequest(`a group of a directory needs its DN, of at most ${MAX_DN_LENGTH} characters`)
  try {
    if (parseDn(value).length > 0) return value
  } catch {}
  throw badRequest('the DN of the group is not a distinguished name')
}

/** What the column `identity_key` holds: the same for all spellings of one group. */
export function identityKey(type: GroupType, { name, dn }: SeenGroup): string {
  const identity = type === groupTypes.ldap ? normalDn(dn ?? '') : name
  return createHash('sha256').update(identity).digest('hex')
}

/**
 * Groups as rows to be, each once, sorted by key. What a provider sends is not ours: names that no database takes and
 * groups of a directory without a DN are left out, and long names cut.
 */
export function toGroupRows(
  type: GroupType,
  groups: readonly SeenGroup[],
): { type: GroupType; name: string; ldapDn: string | null; identityKey: string }[] {
  const rows = new Map<
    string,
    { type: GroupType; name: string; ldapDn: string | null; identityKey: string }
  >()
  for (const group of groups) {
    const { name, dn = '' } = group
    if (name === '' || unreadable.test(name) || unreadable.test(dn)) continue
    if (type === groupTypes.ldap && (dn === '' || dn.length > MAX_DN_LENGTH)) continue
    const key = identityKey(type, group)
    rows.set(key, {
      type,
      name: name.slice(0, MAX_NAME_LENGTH).toWellFormed(),
      ldapDn: type === groupTypes.ldap ? dn : null,
      identityKey: key,
    })
  }
  return [...rows.values()].sort((a, b) => (a.identityKey < b.identityKey ? -1 : 1))
}
