import type { Core } from '../context/index.ts'
import { type Reach, union } from '../repository-limits/index.ts'
import { grantsIn, projectFacts } from './access.ts'
import { administers, meantFor } from './limits.ts'
import { allows, crossesRepositories, isBelowRepositories, type ProjectResource } from './matrix.ts'
import type { Action, Actor, ProjectFacts, RoleGrant } from './model.ts'
import { robotReach } from './robots.ts'

/** How far this grant's role reaches with this deed; undefined: it does not hold it. */
export function grantReach(
  { role, limit }: RoleGrant,
  action: Action,
  resource: ProjectResource,
): Reach | undefined {
  if (!allows([role], resource, action)) return undefined
  if (limit === null) return 'all'
  if (isBelowRepositories(resource)) return limit
  return crossesRepositories(resource, action) ? undefined : 'all'
}

/** Where in the project the table lets somebody with these grants do it. */
export function reachWith(
  grants: readonly RoleGrant[],
  isPublic: boolean,
  action: Action,
  resource: ProjectResource,
): Reach | undefined {
  if (isPublic && allows(['anyone'], resource, action)) return 'all'
  return union(grants.flatMap((grant) => grantReach(grant, action, resource) ?? []))
}

/** Where in the project the actor may do this, as remembered or as of now; undefined: nowhere. */
export async function reachIn(
  core: Core,
  actor: Actor,
  action: Action,
  resource: ProjectResource,
  project: ProjectFacts,
  fresh = false,
): Promise<Reach | undefined> {
  const meant = meantFor(actor, action, resource, project.id)
  if (meant && administers(actor)) return 'all'
  const own = actor.kind === 'robot' ? robotReach(actor, action, resource, project.id) : undefined
  // Beyond what the credentials are for a person is anybody.
  const grants = meant ? await grantsIn(core, actor, project, fresh) : []
  const others = reachWith(grants, project.public, action, resource)
  return union([own ?? [], others ?? []].flat())
}

/** The same; what memory does not give in full is asked again: a right given a second ago elsewhere counts now. */
export async function reachOf(
  core: Core,
  actor: Actor,
  action: Action,
  resource: ProjectResource,
  project: ProjectFacts,
): Promise<Reach | undefined> {
  const known = await reachIn(core, actor, action, resource, project)
  if (known === 'all') return known
  const current = await projectFacts(core, { id: project.id }, true)
  return current && reachIn(core, actor, action, resource, current, true)
}
