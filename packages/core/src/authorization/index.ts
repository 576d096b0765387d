import type { Core } from '../context/index.ts'
import { DomainError } from '../errors/index.ts'
import { columnsFor, type ProjectRef, projectFacts } from './access.ts'
import { allows, type ProjectResource, type SystemResource, systemMatrix } from './matrix.ts'
import type { Action, Actor, ProjectFacts } from './model.ts'
import { robotHolds, robotHoldsInSystem, robotProjects } from './robots.ts'

export { columnsFor, forgetProject, forgetRoles, type ProjectRef, projectFacts, rolesIn } from './access.ts'
export {
  allows,
  type Column,
  type ProjectResource,
  projectMatrix,
  type SystemResource,
  systemMatrix,
} from './matrix.ts'
export {
  type Action,
  type Actor,
  ANONYMOUS,
  type AnonymousActor,
  type ProjectFacts,
  type RobotActor,
  type RobotGrants,
  type Role,
  roleIds,
  roleOf,
  SYSTEM,
  type SystemActor,
  type UserActor,
} from './model.ts'

export { type ProjectSet, projectsWith } from './projects-with.ts'
export { deed, robotHolds, robotHoldsInSystem } from './robots.ts'

/** Administrators and Berth itself pass every check. */
export const isPrivileged = (actor: Actor): boolean =>
  actor.kind === 'system' || (actor.kind === 'user' && actor.sysadmin)

/** UNAUTHORIZED asks who you are; FORBIDDEN says that it is known and not enough. */
export const refusal = (actor: Actor): DomainError =>
  actor.kind === 'anonymous'
    ? new DomainError('UNAUTHORIZED', 'sign in first')
    : new DomainError('FORBIDDEN', 'you do not have permission to do this')

/** True when the actor may; never throws for a missing right. */
export async function may(
  core: Core,
  actor: Actor,
  action: Action,
  resource: ProjectResource,
  project: ProjectFacts,
): Promise<boolean> {
  if (isPrivileged(actor)) return true
  if (actor.kind === 'robot' && robotHolds(actor, action, resource, project.id)) return true
  if (allows(await columnsFor(core, actor, project), resource, action)) return true
  // What memory refuses is asked again: a right given a second ago on another node must count now.
  const current = await projectFacts(core, { id: project.id }, true)
  return current !== undefined && allows(await columnsFor(core, actor, current, true), resource, action)
}

/**
 * Opens every use case inside a project and gives the project's facts.
 *
 * @throws DomainError UNAUTHORIZED or FORBIDDEN; the same for a project that does not exist, except that
 * administrators get NOT_FOUND
 */
export async function authorize(
  core: Core,
  actor: Actor,
  action: Action,
  resource: ProjectResource,
  ref: ProjectRef,
): Promise<ProjectFacts> {
  const project = await projectFacts(core, ref)
  if (project && (await may(core, actor, action, resource, project))) return project
  if (!project && isPrivileged(actor)) throw new DomainError('NOT_FOUND', 'project not found')
  throw refusal(actor)
}

/** Opens every use case outside projects. @throws DomainError UNAUTHORIZED or FORBIDDEN */
export function authorizeSystem(actor: Actor, action: Action, resource: SystemResource): void {
  if (isPrivileged(actor)) return
  if (actor.kind === 'user' && systemMatrix[resource].has(action as never)) return
  if (actor.kind === 'robot' && robotHoldsInSystem(actor, action, resource)) return
  throw refusal(actor)
}

/**
 * SQL condition for the projects that the actor may see, over a table alias with the columns id and public. A robot sees
 * those where it may do anything at all, as in Harbor, or with `wanted`, where it may do that.
 */
export function visibleProjects(
  actor: Actor,
  alias: string,
  wanted?: { action: Action; resource: ProjectResource },
): { sql: string; params: number[] } {
  if (isPrivileged(actor)) return { sql: '1 = 1', params: [] }
  if (actor.kind === 'robot') {
    const ids = robotProjects(actor, wanted)
    if (ids === 'all') return { sql: '1 = 1', params: [] }
    if (ids.length === 0) return { sql: `${alias}.public = TRUE`, params: [] }
    const marks = ids.map(() => '?').join(', ')
    return { sql: `(${alias}.public = TRUE OR ${alias}.id IN (${marks}))`, params: ids }
  }
  if (actor.kind !== 'user') return { sql: `${alias}.public = TRUE`, params: [] }
  return {
    sql: `(${alias}.public = TRUE OR ${alias}.id IN (SELECT vm.project_id FROM members vm WHERE vm.user_id = ?)
      OR ${alias}.id IN (SELECT vm.project_id FROM user_group_members vg JOIN members vm ON vm.group_id = vg.group_id
        WHERE vg.user_id = ?))`,
    params: [actor.id, actor.id],
  }
}
