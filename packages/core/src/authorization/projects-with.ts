import type { Core } from '../context/index.ts'
import type { LimitedProject } from '../repository-limits/index.ts'
import { administers, projectsMeant } from './limits.ts'
import { allows, isBelowRepositories, type ProjectResource } from './matrix.ts'
import { type Action, type Actor, type RoleGrant, roleOf } from './model.ts'
import { reachWith } from './reach.ts'
import { robotLimits, robotProjects } from './robots.ts'
import { type Membership, readMemberships, readProjectIds, readPublicProjectIds } from './store.ts'

export interface Wanted {
  action: Action
  resource: ProjectResource
}

/**
 * Projects in ascending order of their ids: those where the actor may do it because of a role or a list of their own, the
 * other public ones, and those where they may do it in some repositories only. A project stands in one of the three.
 */
export type ProjectSet = 'all' | { own: number[]; others: number[]; limited: LimitedProject[] }

/**
 * The projects in which the actor may do this, from the one table and fresh. For reads that look into each of these
 * projects, so that what is in the others costs no time and is never touched.
 */
export async function projectsWith(
  core: Core,
  actor: Actor,
  wanted: readonly Wanted[],
): Promise<ProjectSet[]> {
  const meant = wanted.map((need) => projectsMeant(actor, need))
  if (administers(actor) && meant.every((projects) => projects === 'all')) return wanted.map(() => 'all')
  const [memberships, open] = await Promise.all([
    actor.kind === 'user' ? readMemberships(core, actor.id) : [],
    readPublicProjectIds(core),
  ])
  const opened = (need: Wanted) => (allows(['anyone'], need.resource, need.action) ? open : [])
  if (actor.kind === 'robot')
    return Promise.all(
      wanted.map(async (need): Promise<ProjectSet> => {
        const own = robotProjects(actor, need)
        if (own === 'all') return 'all'
        const owned = new Set(own)
        const others = opened(need).filter((id) => !owned.has(id))
        const limited = await limitedProjects(core, actor, need)
        const elsewhere = new Set(others)
        return { own, others, limited: limited.filter(({ id }) => !elsewhere.has(id)) }
      }),
    )
  const isPublic = new Set(open)
  const byProject = grantsByProject(memberships)
  return wanted.map((need, index) => {
    const projects = meant[index]
    if (administers(actor) && projects === 'all') return 'all'
    const own: number[] = []
    const limited: LimitedProject[] = []
    if (administers(actor) && projects !== 'all') own.push(...[...(projects ?? [])].sort((a, b) => a - b))
    else
      for (const [id, grants] of byProject) {
        if (!projects || (projects !== 'all' && !projects.has(id))) continue
        const reach = reachWith(grants, isPublic.has(id), need.action, need.resource)
        if (reach === 'all') own.push(id)
        else if (reach) limited.push({ id, limit: reach })
      }
    const owned = new Set(own)
    return { own, others: opened(need).filter((id) => !owned.has(id)), limited }
  })
}

/**
 * The projects where the actor may do it in some repositories only, by a role or a list of their own. Public ones may be
 * among them. For reads that know the projects that are open as a whole by `visibleProjects`.
 */
export async function limitedProjects(core: Core, actor: Actor, need: Wanted): Promise<LimitedProject[]> {
  if (!isBelowRepositories(need.resource)) return []
  if (actor.kind === 'robot') {
    const everywhere = [...actor.grants.everyProject.values()].some((reach) => reach !== 'all')
    const among = everywhere
      ? await readProjectIds(core)
      : [...actor.grants.projects.keys()].sort((a, b) => a - b)
    return robotLimits(actor, need, among).map(({ id, reach }) => ({ id, limit: reach }))
  }
  if (actor.kind !== 'user' || actor.sysadmin) return []
  // Nearly nobody has any: one look tells.
  const meant = projectsMeant(actor, need)
  if (!meant || (await readMemberships(core, actor.id, { limitedOnly: true })).length === 0) return []
  const memberships = await readMemberships(core, actor.id)
  return [...grantsByProject(memberships)].flatMap(([id, grants]) => {
    if (meant !== 'all' && !meant.has(id)) return []
    const reach = reachWith(grants, false, need.action, need.resource)
    return reach === undefined || reach === 'all' ? [] : [{ id, limit: reach }]
  })
}

function grantsByProject(memberships: readonly Membership[]): Map<number, RoleGrant[]> {
  const found = new Map<number, RoleGrant[]>()
  for (const { projectId, roleId, limit } of memberships) {
    const role = roleOf(roleId)
    if (role) found.set(projectId, [...(found.get(projectId) ?? []), { role, limit }])
  }
  return found
}
