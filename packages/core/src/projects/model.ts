import { badRequest } from '../errors/index.ts'

export interface Project {
  id: number
  name: string
  public: boolean
  ownerId: number | null
  ownerName: string | null
  repositoryCount: number
  /** Other settings by name; see project-metadata. */
  metadata: Record<string, string>
  /** The asking person's role in it. */
  currentUserRoleIds: number[]
  createdAt: Date
  updatedAt: Date
}

export interface ProjectSummary {
  repositoryCount: number
  /** Members by role id; absent for those who may not list members. */
  memberCounts?: Record<number, number>
  /** Absent for those who may not read it. `hardBytes` -1: no limit. */
  quota?: { hardBytes: number; usedBytes: number; nearlyFull: boolean }
}

const MAX_NAME_LENGTH = 255

/** @throws DomainError BAD_REQUEST */
export function parseProjectName(value: unknown): string {
  if (typeof value !== 'string' || value === '') throw badRequest('the project name must not be empty')
  if (value.length > MAX_NAME_LENGTH)
    throw badRequest(`the project name must have at most ${MAX_NAME_LENGTH} characters`)
  // No nested quantifiers over the same characters: a long name costs linear time.
  if (!/^[a-z0-9]+(?:[._-][a-z0-9]+)*$/.test(value))
    throw badRequest(
      'the project name must be lower-case letters and digits, with single dots, underscores or hyphens between them',
    )
  return value
}
