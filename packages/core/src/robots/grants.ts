import { EVERY_PROJECT, OUTSIDE_PROJECTS } from '../authentication/index.ts'
import {
  type Action,
  type Actor,
  deed,
  isPrivileged,
  may,
  type ProjectFacts,
  type ProjectResource,
  projectFacts,
  refusal,
  robotHolds,
} from '../authorization/index.ts'
import type { Core } from '../context/index.ts'
import { DomainError, notFound } from '../errors/index.ts'
import { type Deed, EVERYWHERE, SYSTEM_NAMESPACE, type Wish } from './rules.ts'

/** A row to be: the space is a project's id, or one of the two that are none. */
export interface Grant extends Deed {
  space: number
  projectId: number | null
}

const beyond = () => new DomainError('DENIED', 'you cannot give a robot what you may not do yourself')

/**
 * The wish as rows, when the actor holds all of it: nobody gives what they do not have.
 *
 * @throws DomainError DENIED; NOT_FOUND for a project that is not there, which looks like DENIED to others than
 * administrators
 */
export async function grantsFor(core: Core, actor: Actor, wish: Wish): Promise<Grant[]> {
  const grants: Grant[] = []
  for (const [namespace, deeds] of wish) {
    if (namespace === SYSTEM_NAMESPACE || namespace === EVERYWHERE) {
      const everywhere = namespace === EVERYWHERE
      if (!holdsAll(actor, everywhere ? 'everyProject' : 'system', deeds)) throw beyond()
      const space = everywhere ? EVERY_PROJECT : OUTSIDE_PROJECTS
      grants.push(...deeds.map((deed) => ({ ...deed, space, projectId: null })))
      continue
    }
    const project = await projectFacts(core, { name: namespace })
    if (!project) throw isPrivileged(actor) ? notFound('project') : beyond()
    for (const { resource, action } of deeds)
      if (!(await holds(core, actor, resource as ProjectResource, action as Action, project))) throw beyond()
    grants.push(...deeds.map((deed) => ({ ...deed, space: project.id, projectId: project.id })))
  }
  return grants
}

function holdsAll(actor: Actor, where: 'system' | 'everyProject', deeds: readonly Deed[]): boolean {
  if (isPrivileged(actor)) return true
  if (actor.kind !== 'robot') return false
  return deeds.every(({ resource, action }) => actor.grants[where].has(deed(resource, action)))
}

/** What anybody may do in a public project does not count for a robot: the project may be private tomorrow. */
async function holds(
  core: Core,
  actor: Actor,
  resource: ProjectResource,
  action: Action,
  project: ProjectFacts,
): Promise<boolean> {
  if (actor.kind === 'robot') return robotHolds(actor, action, resource, project.id)
  return may(core, actor, action, resource, project)
}

/** A robot outlives no robot that made it. @throws DomainError DENIED */
export function refuseOutliving(actor: Actor, expiresAt: Date | null): void {
  if (actor.kind === 'anonymous') throw refusal(actor)
  if (actor.kind !== 'robot' || actor.expiresAt === null) return
  if (expiresAt === null || expiresAt > actor.expiresAt)
    throw new DomainError('DENIED', 'a robot that expires cannot make one that lasts longer')
}
