import { EVERY_PROJECT, OUTSIDE_PROJECTS } from '../authentication/index.ts'
import {
  type Action,
  type Actor,
  authorizeInPerson,
  deed,
  isPrivileged,
  meantFor,
  type ProjectFacts,
  type ProjectResource,
  projectFacts,
  reachOf,
  robotReach,
} from '../authorization/index.ts'
import type { Core } from '../context/index.ts'
import { DomainError, notFound } from '../errors/index.ts'
import { covers } from '../repository-limits/index.ts'
import { EVERYWHERE, type LimitedDeed, SYSTEM_NAMESPACE, type Wish } from './rules.ts'

/** A row to be: the space is a project's id, or one of the two that are none. */
export interface Grant extends LimitedDeed {
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
  return toGrants(core, actor, wish, (deed, project) => holds(core, actor, deed, project))
}

/** As `grantsFor`, of what the robot holds already: taking the rest away asks for no right to give. */
export const grantsLeft = (core: Core, actor: Actor, wish: Wish): Promise<Grant[]> =>
  toGrants(core, actor, wish)

async function toGrants(
  core: Core,
  actor: Actor,
  wish: Wish,
  mayGive?: (deed: LimitedDeed, project: ProjectFacts) => Promise<boolean>,
): Promise<Grant[]> {
  const grants: Grant[] = []
  for (const [namespace, deeds] of wish) {
    if (namespace === SYSTEM_NAMESPACE || namespace === EVERYWHERE) {
      const everywhere = namespace === EVERYWHERE
      if (mayGive && !holdsAll(actor, everywhere ? 'everyProject' : 'system', deeds)) throw beyond()
      const space = everywhere ? EVERY_PROJECT : OUTSIDE_PROJECTS
      grants.push(...deeds.map((deed) => ({ ...deed, space, projectId: null })))
      continue
    }
    const project = await projectFacts(core, { name: namespace })
    if (!project) throw isPrivileged(actor) ? notFound('project') : beyond()
    for (const deed of deeds) if (mayGive && !(await mayGive(deed, project))) throw beyond()
    grants.push(...deeds.map((deed) => ({ ...deed, space: project.id, projectId: project.id })))
  }
  return grants
}

function holdsAll(actor: Actor, where: 'system' | 'everyProject', deeds: readonly LimitedDeed[]): boolean {
  if (isPrivileged(actor)) return true
  if (actor.kind !== 'robot') return false
  const { system, everyProject } = actor.grants
  return deeds.every(({ resource, action, limit }) => {
    const wanted = deed(resource, action)
    if (where === 'system') return system.has(wanted)
    const reach = everyProject.get(wanted)
    return reach !== undefined && covers(reach, limit ?? 'all')
  })
}

/** What anybody may do in a public project does not count for a robot: the project may be private tomorrow. */
async function holds(
  core: Core,
  actor: Actor,
  { resource, action, limit }: LimitedDeed,
  project: ProjectFacts,
): Promise<boolean> {
  const right = [action as Action, resource as ProjectResource] as const
  if (!meantFor(actor, ...right, project.id)) return false
  const reach =
    actor.kind === 'robot'
      ? robotReach(actor, ...right, project.id)
      : await reachOf(core, actor, ...right, project)
  return reach !== undefined && covers(reach, limit ?? 'all')
}

/**
 * Opens what lets others act as a robot. Of people only in person: what was given to a tool can be revoked, and robots that it
 * made would stay. Of robots, for no longer than they last themselves.
 *
 * @throws DomainError UNAUTHORIZED, FORBIDDEN, DENIED
 */
export function authorizeGiving(actor: Actor, expiresAt: Date | null): void {
  if (actor.kind !== 'robot') authorizeInPerson(actor)
  else if (actor.expiresAt && (expiresAt === null || expiresAt > actor.expiresAt))
    throw new DomainError('DENIED', 'credentials that expire cannot make a robot that lasts longer')
}
