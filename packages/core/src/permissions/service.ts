import {
  type Actor,
  isPrivileged,
  mayInSystem,
  type ProjectFacts,
  type ProjectRef,
  type ProjectResource,
  projectFacts,
  projectMatrix,
  reachIn,
  refusal,
  type SystemResource,
  systemMatrix,
} from '../authorization/index.ts'
import type { Core } from '../context/index.ts'
import { mayCreateProjects } from '../projects/index.ts'
import { grantableInProjects, grantableInSystem } from './grantable.ts'
import type { Permission } from './model.ts'
import { administersAnyProject } from './store.ts'

/** What can be granted: everything for administrators, what belongs to projects for anybody who administers one. */
export async function getPermissions(
  core: Core,
  actor: Actor,
): Promise<{ system: Permission[]; project: Permission[] }> {
  if (isPrivileged(actor)) return { system: grantableInSystem, project: grantableInProjects }
  if (actor.kind === 'user' && (await administersAnyProject(core, actor.id)))
    return { system: [], project: grantableInProjects }
  throw refusal(actor)
}

/**
 * What the actor may do in a scope: `/project/<id or name>`, or without one outside projects. Resources are paths;
 * `relative` takes the scope off their front. A scope that is not there, or not for the actor's eyes, holds nothing.
 */
export async function currentUserPermissions(
  core: Core,
  actor: Actor,
  { scope, relative }: { scope?: string; relative?: boolean },
): Promise<Permission[]> {
  if (actor.kind !== 'user' && actor.kind !== 'robot') throw refusal(actor)
  if (scope === undefined || scope === '/' || scope === '/system')
    return inSystem(core, actor, relative === true)
  const name = /^\/project\/([^/]+)$/.exec(scope)?.[1]
  if (name === undefined) return []
  const ref: ProjectRef = /^\d{1,9}$/.test(name) ? { id: Number(name) } : { name }
  const project = await projectFacts(core, ref)
  if (!project) return []
  return inProject(core, actor, project, { scope, relative: relative === true })
}

async function inSystem(core: Core, actor: Actor, relative: boolean): Promise<Permission[]> {
  const creates = await mayCreateProjects(core, actor)
  return Object.entries(systemMatrix).flatMap(([name, { administrator }]) => {
    const resource = name as SystemResource
    const held = [...administrator].filter(
      (action) =>
        mayInSystem(actor, action, resource) && (creates || resource !== 'project' || action !== 'create'),
    )
    return held.map((action) => ({ resource: relative ? name : `/${name}`, action }))
  })
}

/** What they may do somewhere in the project: a right that is limited to some repositories stands here too. */
async function inProject(
  core: Core,
  actor: Actor,
  project: ProjectFacts,
  { scope, relative }: { scope: string; relative: boolean },
): Promise<Permission[]> {
  const held: Permission[] = []
  for (const [name, { projectAdmin }] of Object.entries(projectMatrix)) {
    const resource = name as ProjectResource
    // The project itself is the scope.
    const path =
      resource === 'project' ? (relative ? '.' : scope) : relative ? resource : `${scope}/${resource}`
    const listed = grantableInProjects.filter((entry) => entry.resource === resource)
    const actions = new Set([...projectAdmin, ...listed.map(({ action }) => action)])
    for (const action of actions) {
      if (!projectAdmin.has(action) && actor.kind !== 'robot') continue
      const reach = await reachIn(core, actor, action, resource, project)
      if (reach === 'all') held.push({ resource: path, action })
      else if (reach) held.push({ resource: path, action, repositories: [...reach.patterns] })
    }
  }
  return held
}
