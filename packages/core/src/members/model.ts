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
