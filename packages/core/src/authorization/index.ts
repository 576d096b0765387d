import type { Core } from '../context/index.ts'
import { DomainError, notFound } from '../errors/index.ts'
import type { Condition } from '../list-query/index.ts'
import { includes, type Reach, withinLimits } from '../repository-limits/index.ts'
import { type ProjectRef, projectFacts } from './access.ts'
import { administers, isPrivileged, limitsHold, meantForSystem, projectsMeant } from './limits.ts'
import { isBelowRepositories, type ProjectResource, type SystemResource, systemMatrix } from './matrix.ts'
import type { Action, Actor, ProjectFacts } from './model.ts'
import { limitedProjects } from './projects-with.ts'
import { reachIn, reachOf } from './reach.ts'
import { robotHoldsInSystem, robotProjects } from './robots.ts'

export { forgetProject, forgetRoles, type ProjectRef, projectFacts, rolesIn } from './access.ts'
export {
  administers,
  isPrivileged,
  type LimitScope,
  type Limits,
  limitScopes,
  limitsHold,
  meantFor,
} from './limits.ts'
export {
  allows,
  type Column,
  crossesRepositories,
  isBelowRepositories,
  type ProjectResource,
  projectMatrix,
  type SystemColumn,
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
  type RobotDeeds,
  type RobotGrants,
  type Role,
  roleIds,
  roleOf,
  SYSTEM,
  type SystemActor,
  type UserActor,
} from './model.ts'

export { limitedProjects, type ProjectSet, projectsWith } from './projects-with.ts'
export { reachIn, reachOf } from './reach.ts'
export { deed, robotHolds, robotHoldsInSystem, robotReach } from './robots.ts'

/** UNAUTHORIZED asks who you are; FORBIDDEN says that it is known and not enough. */
export const refusal = (actor: Actor): DomainError =>
  actor.kind === 'anonymous'
    ? new DomainError('UNAUTHORIZED', 'sign in first')
    : new DomainError('FORBIDDEN', 'you do not have permission to do this')

/**
 * True when the actor may; never throws for a missing right. `path`: the repository, without its project; without one
 * a right below repositories counts only where it reaches all of them.
 */
export async function may(
  core: Core,
  actor: Actor,
  action: Action,
  resource: ProjectResource,
  project: ProjectFacts,
  path?: string,
): Promise<boolean> {
  const within = (reach: Reach | undefined) =>
    reach === 'all' || (reach !== undefined && path !== undefined && includes(reach, path))
  if (within(await reachIn(core, actor, action, resource, project))) return true
  // What memory refuses is asked again: a right given a second ago on another node must count now.
  const current = await projectFacts(core, { id: project.id }, true)
  return current !== undefined && within(await reachIn(core, actor, action, resource, current, true))
}

/**
 * Opens every use case of a whole project and gives the project's facts.
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
  throw refusalIn(actor, project)
}

/**
 * Opens every use case of one repository, by its full name, whether or not there is one.
 *
 * @throws DomainError as `authorize`; NOT_FOUND for those who may do it in other repositories of the project: what is
 * outside their limits looks like what does not exist
 */
export async function authorizeRepository(
  core: Core,
  actor: Actor,
  action: Action,
  resource: ProjectResource,
  name: string,
): Promise<ProjectFacts> {
  const slash = name.indexOf('/')
  if (slash < 1)
    throw new DomainError('NAME_INVALID', 'a repository name begins with its project: project/name')
  const path = name.slice(slash + 1)
  const project = await projectFacts(core, { name: name.slice(0, slash) })
  if (project && (await may(core, actor, action, resource, project, path))) return project
  const makes = action === 'push' || (action === 'create' && resource === 'artifact')
  if (project && !makes && (await reachOf(core, actor, action, resource, project)))
    if (!(await may(core, actor, 'list', 'repository', project, path))) throw notFound('repository')
  throw refusalIn(actor, project)
}

/**
 * Opens every use case that looks through a project's repositories: the condition holds for those that the actor may do
 * it in, over the alias `r` of repositories; undefined: all of the project.
 *
 * @throws DomainError as `authorize`
 */
export async function authorizeWithin(
  core: Core,
  actor: Actor,
  action: Action,
  resource: ProjectResource,
  ref: ProjectRef,
): Promise<{ project: ProjectFacts; reach: Reach; within: Condition | undefined }> {
  const project = await projectFacts(core, ref)
  const reach = project && (await reachOf(core, actor, action, resource, project))
  if (!project || !reach) throw refusalIn(actor, project)
  const within = reach === 'all' ? undefined : withinLimits(core, [{ id: project.id, limit: reach }], 'r')
  return { project, reach, within }
}

const refusalIn = (actor: Actor, project: ProjectFacts | undefined): DomainError =>
  !project && isPrivileged(actor) ? notFound('project') : refusal(actor)

/** True when the actor may do this outside projects. */
export function mayInSystem(actor: Actor, action: Action, resource: SystemResource): boolean {
  const { administrator, person } = systemMatrix[resource]
  if (!meantForSystem(actor, action, resource, person.has(action))) return false
  if (administers(actor)) return administrator.has(action)
  if (actor.kind === 'user') return person.has(action)
  return actor.kind === 'robot' && robotHoldsInSystem(actor, action, resource)
}

/** Opens every use case outside projects. @throws DomainError UNAUTHORIZED or FORBIDDEN */
export function authorizeSystem(actor: Actor, action: Action, resource: SystemResource): void {
  if (!mayInSystem(actor, action, resource)) throw refusal(actor)
}

/**
 * SQL for the number of a project's repositories that the actor may list, over an alias of `projects`: the count kept
 * with the project, except in projects where they are limited to some.
 */
export async function repositoryCountOf(core: Core, actor: Actor, alias = 'p'): Promise<Condition> {
  const limited = await limitedProjects(core, actor, { action: 'list', resource: 'repository' })
  const kept = `${alias}.repository_count`
  if (limited.length === 0) return { sql: kept, params: [] }
  const within = withinLimits(core, limited, 'r')
  const ids = limited.map(({ id }) => id)
  return {
    sql: `CASE WHEN ${alias}.public = FALSE AND ${alias}.id IN (${ids.map(() => '?').join(', ')})
      THEN (SELECT COUNT(*) FROM repositories r WHERE r.project_id = ${alias}.id AND ${within.sql}) ELSE ${kept} END`,
    params: [...ids, ...within.params],
  }
}

/**
 * SQL condition for the projects that the actor may see, over a table alias with the columns id and public. A robot sees
 * those where it may do anything at all, as in Harbor. With `wanted`: those where they may do it everywhere;
 * `limitedProjects` has the others.
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
  const meant = projectsMeant(actor, wanted)
  if (actor.kind !== 'user' || meant === undefined || (meant !== 'all' && meant.size === 0))
    return { sql: `${alias}.public = TRUE`, params: [] }
  const whole = wanted && isBelowRepositories(wanted.resource) ? ' AND vm.repositories IS NULL' : ''
  const member = administers(actor)
    ? { sql: '1 = 1', params: [] }
    : {
        sql: `(${alias}.id IN (SELECT vm.project_id FROM members vm WHERE vm.user_id = ?${whole})
      OR ${alias}.id IN (SELECT vm.project_id FROM user_group_members vg JOIN members vm ON vm.group_id = vg.group_id
        WHERE vg.user_id = ?${whole}))`,
        params: [actor.id, actor.id],
      }
  if (meant === 'all') return { sql: `(${alias}.public = TRUE OR ${member.sql})`, params: member.params }
  const marks = [...meant].map(() => '?').join(', ')
  return {
    sql: `(${alias}.public = TRUE OR (${alias}.id IN (${marks}) AND ${member.sql}))`,
    params: [...meant, ...member.params],
  }
}

/**
 * Opens the API for credentials that are not for every purpose: `api:read` for what only looks, `api:write` for the rest.
 *
 * @throws DomainError FORBIDDEN
 */
export function authorizeApi(actor: Actor, looking: boolean): void {
  if (actor.kind !== 'user' || !actor.limits) return
  const scope = looking ? 'api:read' : 'api:write'
  if (!limitsHold(actor.limits, scope))
    throw new DomainError('FORBIDDEN', `this personal access token does not have the scope ${scope}`)
}

/**
 * Opens one's own account, what it holds and says: read with credentials that reach as far as the person, changed in
 * person. False for another's.
 *
 * @throws DomainError FORBIDDEN
 */
export function authorizeSelf(actor: Actor, userId: number, action: Action): boolean {
  if (actor.kind !== 'user' || actor.id !== userId) return false
  if (action !== 'read' && action !== 'list') authorizeInPerson(actor)
  else if (actor.limits && actor.limits.projects !== 'all') throw refusal(actor)
  return true
}

/**
 * Opens what only the person may do, at the keyboard: changing how people prove who they are. What was given to a tool
 * makes no way in that outlasts it.
 *
 * @throws DomainError UNAUTHORIZED or FORBIDDEN
 */
export function authorizeInPerson(actor: Actor): void {
  if (actor.kind === 'system') return
  if (actor.kind !== 'user') throw refusal(actor)
  if (actor.via !== 'session' && actor.via !== 'password')
    throw new DomainError('FORBIDDEN', 'this needs the person: sign in with the password, not with a token')
}
