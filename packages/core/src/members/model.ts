import { type Role, roleIds, roleOf } from '../authorization/index.ts'
import { badRequest } from '../errors/index.ts'
import { parseLimit, type RepositoryLimit } from '../repository-limits/index.ts'
import type { UserGroupInput } from '../user-groups/index.ts'

export interface Member {
  id: number
  projectId: number
  kind: 'user' | 'group'
  /** The person's or the group's id. */
  entityId: number
  entityName: string
  roleId: number
  roleName: Role
  /** Patterns of the repositories to which it is limited; null: none. */
  repositories: string[] | null
}

/** Which members are asked for; both must hold. */
export interface MemberFilter {
  /** Part of a name. */
  entityName?: string | undefined
  /** Of a person: what gives them a role. */
  username?: string | undefined
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
  group?: UserGroupInput
  repositories?: unknown
}

/** @throws DomainError BAD_REQUEST */
export function parsePerson({ userId, username }: NewMember): { id: number } | { username: string } {
  // Ids are 32-bit; a larger number is nobody's id.
  if (userId) return { id: userId > 0 && userId <= 2_147_483_647 ? userId : 0 }
  if (username) return { username }
  throw badRequest('name a person, by id or by username, or a group')
}

/**
 * A project admin has the whole project: limited to a part, they could add a member who is not.
 *
 * @throws DomainError BAD_REQUEST
 */
export function parseRoleLimit(roleId: number, repositories: unknown): RepositoryLimit | null {
  const limit = parseLimit(repositories)
  if (limit && roleId === roleIds.projectAdmin)
    throw badRequest('a project admin cannot be limited to repositories')
  return limit
}
