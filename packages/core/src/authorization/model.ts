import type { Reach, RepositoryLimit } from '../repository-limits/index.ts'
import type { Limits } from './limits.ts'

/** Who asks. Everything a use case does is done for an actor. */
export type Actor = AnonymousActor | UserActor | RobotActor | SystemActor

export interface AnonymousActor {
  kind: 'anonymous'
}
export interface UserActor {
  kind: 'user'
  id: number
  username: string
  sysadmin: boolean
  /** That the credentials were verified against; what is opened with them carries it on. Nothing can be opened without. */
  credentialEpoch?: number
  /** How the person proved who they are. */
  via: 'password' | 'session' | 'token' | 'access-token' | 'cli-secret'
  /** Only of a personal access token, and of registry tokens had with one. */
  limits?: Limits
  /** Only of a session: which one. */
  sessionId?: string
  accessToken?: { id: number; expiresAt: Date | null }
}
/** A machine's account: it may do what its own list says, and what everybody may. */
export interface RobotActor {
  kind: 'robot'
  id: number
  /** With the prefix: what it signs in with. */
  name: string
  /** Null: a robot of the system. */
  projectId: number | null
  expiresAt: Date | null
  grants: RobotGrants
  /** As a person's. */
  credentialEpoch?: number
}
/** Deeds as `resource:action`, and how far each reaches; only deeds below repositories can reach less than all. */
export type RobotDeeds = ReadonlyMap<string, Reach>
export interface RobotGrants {
  /** Outside projects. */
  system: ReadonlySet<string>
  /** In every project there is or will be. */
  everyProject: RobotDeeds
  /** By project id. */
  projects: ReadonlyMap<number, RobotDeeds>
}
/** Berth itself: jobs, start-up. */
export interface SystemActor {
  kind: 'system'
}

export const ANONYMOUS: AnonymousActor = { kind: 'anonymous' }
export const SYSTEM: SystemActor = { kind: 'system' }

/** Harbor's role ids. */
export const roleIds = { projectAdmin: 1, developer: 2, guest: 3, maintainer: 4, limitedGuest: 5 } as const
export type Role = keyof typeof roleIds
export const roleOf = (id: number): Role | undefined =>
  (Object.keys(roleIds) as Role[]).find((role) => roleIds[role] === id)

/** A role in a project, and how far it reaches there; null: everywhere. */
export interface RoleGrant {
  role: Role
  limit: RepositoryLimit | null
}

export type Action = 'create' | 'read' | 'update' | 'delete' | 'list' | 'pull' | 'push' | 'stop' | 'operate'

/** What is remembered of a project for a few seconds to decide quickly. */
export interface ProjectFacts {
  id: number
  name: string
  public: boolean
  ownerId: number | null
  createdAt: Date
}
