import { type Role, roleOf } from '../authorization/index.ts'
import { badRequest } from '../errors/index.ts'

export interface Member {
  id: number
  projectId: number
  userId: number
  username: string
  roleId: number
  roleName: Role
}

/** @throws DomainError BAD_REQUEST */
export function parseRoleId(value: unknown): number {
  if (typeof value === 'number' && roleOf(value)) return value
  throw badRequest(
    'the role must be 1 (project admin), 2 (developer), 3 (guest), 4 (maintainer) or 5 (limited guest)',
  )
}

/** As callers send it, not yet checked. */
export interface NewMember {
  roleId?: number
  /** A person is named by id or, without one, by name. */
  userId?: number
  username?: string
  /** A group was named. */
  group?: boolean
}

/** @throws DomainError BAD_REQUEST */
export function parsePerson({ userId, username, group }: NewMember): { id: number } | { username: string } {
  if (group) throw badRequest('groups cannot be members')
  // Ids are 32-bit; a larger number is nobody's id.
  if (userId) return { id: userId > 0 && userId <= 2_147_483_647 ? userId : 0 }
  if (username) return { username }
  throw badRequest('name a person, by id or by username')
}
