import { badRequest } from '../errors/index.ts'
import type { Columns } from '../list-query/index.ts'
import { isStrongPassword, PASSWORD_RULE } from '../passwords/index.ts'
import { plainText } from '../plain-text/index.ts'

export type RobotLevel = 'project' | 'system'

export interface Robot {
  id: number
  /** With the prefix: what it signs in with. */
  name: string
  description: string
  /** Null: a robot of the system. */
  projectId: number | null
  disabled: boolean
  /** From its creation on; -1 for ever. */
  durationDays: number
  expiresAt: Date | null
  permissions: RobotPermission[]
  creatorType: string
  creatorId: number
  createdAt: Date
  updatedAt: Date
  /** At most half a minute behind; null before the first use. */
  lastUsedAt: Date | null
}

/** What it may do in one place, in the words of `getPermissions`. */
export interface RobotPermission {
  kind: RobotLevel
  /** A project's name, `*` for every project, `/` outside projects. */
  namespace: string
  /** Patterns of the repositories to which it is limited; null: none. */
  repositories: string[] | null
  access: { resource: string; action: string }[]
}

/** As callers send it, not yet checked. */
export interface RobotPermissionInput {
  kind?: string
  namespace?: string
  repositories?: string[] | null
  access?: { resource?: string; action?: string; effect?: string }[]
}

/** Exactly the fields a caller may set after the creation. */
export interface RobotChange {
  description?: string
  durationDays?: number
  disabled?: boolean
  permissions?: RobotPermissionInput[]
}
export interface NewRobot extends RobotChange {
  level?: string
  /** Without prefix and project. */
  name?: string
  /** One of the caller's own; Berth makes one otherwise. */
  secret?: string
}

export const FOR_EVER = -1
const MAX_DAYS = 36_500
const MAX_NAME_LENGTH = 255
const MAX_DESCRIPTION_LENGTH = 1024
export const DAY_MS = 86_400_000

/** What `q` and `sort` may touch, over the alias `r`: nothing that an answer does not show. */
export const robotColumns: Columns = {
  id: { sql: 'r.id', type: 'integer' },
  name: { sql: 'r.name', type: 'text' },
  description: { sql: 'r.description', type: 'text' },
  disable: { sql: 'r.disabled', type: 'boolean' },
  disabled: { sql: 'r.disabled', type: 'boolean' },
  duration: { sql: 'r.duration_days', type: 'integer' },
  creator_ref: { sql: 'r.creator_id', type: 'integer' },
  creator_type: { sql: 'r.creator_type', type: 'text' },
  creation_time: { sql: 'r.created_at', type: 'time' },
  update_time: { sql: 'r.updated_at', type: 'time' },
  last_used_at: { sql: 'r.last_used_at', type: 'time' },
}

/** @throws DomainError BAD_REQUEST */
export function parseLevel(value: unknown): RobotLevel {
  if (value === 'project' || value === 'system') return value
  throw badRequest('the level of a robot must be project or system')
}

/**
 * The name as it is stored. The characters allowed leave no two names that look alike, and no `+` but the one between
 * project and name.
 *
 * @throws DomainError BAD_REQUEST
 */
export function parseRobotName(value: unknown, projectName: string | undefined): string {
  if (typeof value !== 'string' || !/^[a-z0-9]+(?:[._-][a-z0-9]+)*$/.test(value))
    throw badRequest('the name of a robot must be lower-case letters and digits, joined by . _ or -')
  const name = projectName === undefined ? value : `${projectName}+${value}`
  if (name.length > MAX_NAME_LENGTH)
    throw badRequest(
      `the name of a robot, with its project's, must have at most ${MAX_NAME_LENGTH} characters`,
    )
  return name
}

/** @throws DomainError BAD_REQUEST */
export function parseDescription(input: string): string {
  const description = plainText(input)
  if ([...description].length > MAX_DESCRIPTION_LENGTH)
    throw badRequest(`the description of a robot must have at most ${MAX_DESCRIPTION_LENGTH} characters`)
  return description
}

/** @throws DomainError BAD_REQUEST */
export function parseDuration(days: number): number {
  if (Number.isInteger(days) && (days === FOR_EVER || (days >= 1 && days <= MAX_DAYS))) return days
  throw badRequest(`the duration must be -1 (for ever) or from 1 to ${MAX_DAYS} days`)
}

/** @throws DomainError BAD_REQUEST */
export function parseChosenSecret(secret: string): string {
  if (isStrongPassword(secret)) return secret
  throw badRequest(`the secret must have ${PASSWORD_RULE}`)
}
