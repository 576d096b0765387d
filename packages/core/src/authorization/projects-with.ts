import type { Core } from '../context/index.ts'
import { allows, type Column, type ProjectResource } from './matrix.ts'
import { type Action, type Actor, roleOf } from './model.ts'
import { robotProjects } from './robots.ts'
import { readMemberships, readPublicProjectIds } from './store.ts'

/** Projects by id, in ascending order: those where the person has a role that allows it, and the other public ones. */
export type ProjectSet = 'all' | { own: number[]; others: number[] }

/**
 * The projects in which the actor may do this, from the one table and fresh. For reads that look into each of these
 * projects, so that what is in the others costs no time and is never touched.
 */
export async function projectsWith(
  core: Core,
  actor: Actor,
  wanted: readonly { action: Action; resource: ProjectResource }[],
): Promise<ProjectSet[]> {
  if (actor.kind === 'system' || (actor.kind === 'user' && actor.sysadmin)) return wanted.map(() => 'all')
  const [memberships, open] = await Promise.all([
    actor.kind === 'user' ? readMemberships(core, actor.id) : [],
    readPublicProjectIds(core),
  ])
  if (actor.kind === 'robot')
    return wanted.map((need) => {
      const own = robotProjects(actor, need)
      if (own === 'all') return 'all'
      const owned = new Set(own)
      return {
        own,
        others: allows(['anyone'], need.resource, need.action) ? open.filter((id) => !owned.has(id)) : [],
      }
    })
  const isPublic = new Set(open)
  const columnsOf = ({ projectId, roleId }: { projectId: number; roleId: number }): Column[] => [
    ...[roleOf(roleId) ?? []].flat(),
    ...(isPublic.has(projectId) ? (['anyone'] as const) : []),
  ]
  return wanted.map(({ action, resource }) => {
    const own = memberships.filter((membership) => allows(columnsOf(membership), resource, action))
    const owned = new Set(own.map(({ projectId }) => projectId))
    const others = allows(['anyone'], resource, action) ? open.filter((id) => !owned.has(id)) : []
    return { own: [...owned], others }
  })
}
