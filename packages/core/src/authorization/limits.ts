import type { ProjectResource, SystemResource } from './matrix.ts'
import type { Action, Actor } from './model.ts'

/** What a personal access token can be for. `push` contains `pull`, `api:write` contains `api:read`. */
export const limitScopes = ['pull', 'push', 'api:read', 'api:write'] as const
export type LimitScope = (typeof limitScopes)[number]

/** How far credentials reach that are meant for less than the whole person. Beside it, what everybody may still holds. */
export interface Limits {
  projects: 'all' | ReadonlySet<number>
  scopes: ReadonlySet<LimitScope>
}

const contains: Record<LimitScope, readonly LimitScope[]> = {
  pull: ['pull', 'push'],
  push: ['push'],
  'api:read': ['api:read', 'api:write'],
  'api:write': ['api:write'],
}
const looks: ReadonlySet<Action> = new Set(['read', 'list'])

/** Bytes go by `pull` and `push`, whatever door they take; deleting is no pushing and needs `api:write`. */
const scopeFor = (action: Action, resource: string): LimitScope => {
  if (resource === 'repository' && (action === 'pull' || action === 'push')) return action
  return looks.has(action) ? 'api:read' : 'api:write'
}

export const limitsHold = ({ scopes }: Limits, scope: LimitScope): boolean =>
  contains[scope].some((held) => scopes.has(held))

const limitsOf = (actor: Actor): Limits | undefined => (actor.kind === 'user' ? actor.limits : undefined)

/** False when the actor's credentials are not meant for this, whatever the person may do. */
export function meantFor(
  actor: Actor,
  action: Action,
  resource: ProjectResource,
  projectId: number,
): boolean {
  const limits = limitsOf(actor)
  if (!limits) return true
  if (limits.projects !== 'all' && !limits.projects.has(projectId)) return false
  return limitsHold(limits, scopeFor(action, resource))
}

/** Outside projects, credentials for some projects only look at what anybody who is signed in may look at. */
export function meantForSystem(
  actor: Actor,
  action: Action,
  resource: SystemResource,
  forEverybody: boolean,
): boolean {
  const limits = limitsOf(actor)
  if (!limits) return true
  if (limits.projects !== 'all' && !(forEverybody && looks.has(action))) return false
  return limitsHold(limits, scopeFor(action, resource))
}

/** Where the credentials reach for this, or for looking at a project at all; undefined: nowhere. */
export function projectsMeant(
  actor: Actor,
  { action, resource }: { action: Action; resource: ProjectResource } = {
    action: 'read',
    resource: 'project',
  },
): 'all' | ReadonlySet<number> | undefined {
  const limits = limitsOf(actor)
  if (!limits) return 'all'
  return limitsHold(limits, scopeFor(action, resource)) ? limits.projects : undefined
}

/** Whoever it is, whatever the credentials stand for. */
export const administers = (actor: Actor): boolean =>
  actor.kind === 'system' || (actor.kind === 'user' && actor.sysadmin)

/** Administrators and Berth itself pass every check, unless the credentials stand for less than the whole person. */
export function isPrivileged(actor: Actor): boolean {
  const limits = limitsOf(actor)
  const limited =
    limits && (limits.projects !== 'all' || !limitScopes.every((scope) => limitsHold(limits, scope)))
  return administers(actor) && !limited
}
