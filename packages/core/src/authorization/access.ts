import type { Core, TtlCache } from '../context/index.ts'
import { type Actor, type ProjectFacts, type Role, type RoleGrant, roleOf } from './model.ts'
import { readProject, readRoles } from './store.ts'

// Rights that were taken away end on every node after at most this long. Denials are never answered from memory.
const ACCESS_TTL_MS = 3_000

const projects = (core: Core): TtlCache<ProjectFacts> => core.cache('access.projects', ACCESS_TTL_MS, 20_000)
const roles = (core: Core): TtlCache<readonly RoleGrant[]> =>
  core.cache('access.roles', ACCESS_TTL_MS, 50_000)

export type ProjectRef = { id: number } | { name: string }
const keyOf = (ref: ProjectRef) => ('id' in ref ? `#${ref.id}` : ref.name)

export const projectFacts = (
  core: Core,
  ref: ProjectRef,
  fresh = false,
): Promise<ProjectFacts | undefined> =>
  fresh
    ? projects(core).reload(keyOf(ref), () => readProject(core, ref))
    : projects(core).get(keyOf(ref), () => readProject(core, ref))

/** The person's roles in the project with their limits, direct ones and those of groups; empty for a stranger. */
export async function grantsIn(
  core: Core,
  actor: Actor,
  project: ProjectFacts,
  fresh = false,
): Promise<readonly RoleGrant[]> {
  if (actor.kind !== 'user') return []
  const key = `${actor.id}:${project.id}`
  const load = async () =>
    (await readRoles(core, actor.id, project.id)).flatMap(({ roleId, limit }): RoleGrant[] => {
      const role = roleOf(roleId)
      return role ? [{ role, limit }] : []
    })
  return (fresh ? await roles(core).reload(key, load) : await roles(core).get(key, load)) ?? []
}

/** The person's roles in the project, each once. */
export const rolesIn = async (core: Core, actor: Actor, project: ProjectFacts): Promise<readonly Role[]> => [
  ...new Set((await grantsIn(core, actor, project)).map(({ role }) => role)),
]

/** Call after a change to a project, so that this node does not wait for the memory to age. */
export function forgetProject(core: Core, project: { id: number; name: string }): void {
  projects(core).delete(`#${project.id}`)
  projects(core).delete(project.name)
}

/** Call after a change to a membership. */
export function forgetRoles(core: Core, userId: number, projectId: number): void {
  roles(core).delete(`${userId}:${projectId}`)
}
