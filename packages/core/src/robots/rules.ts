import { type Action, crossesRepositories, deed, type ProjectResource } from '../authorization/index.ts'
import { badRequest } from '../errors/index.ts'
import { grantableInProjects, grantableInSystem } from '../permissions/index.ts'
import { covers, parseLimit, type RepositoryLimit } from '../repository-limits/index.ts'
import type { RobotLevel, RobotPermission, RobotPermissionInput } from './model.ts'

export const EVERYWHERE = '*'
export const SYSTEM_NAMESPACE = '/'
/** A limit on what one request can make Berth look up. */
const MAX_NAMESPACES = 500

export interface Deed {
  resource: string
  action: string
}
export interface LimitedDeed extends Deed {
  /** Null: everywhere in the namespace. */
  limit: RepositoryLimit | null
}
/** By namespace, each deed once. */
export type Wish = Map<string, LimitedDeed[]>

const known = {
  system: new Set(grantableInSystem.map(({ resource, action }) => deed(resource, action))),
  project: new Set(grantableInProjects.map(({ resource, action }) => deed(resource, action))),
}

/** The one project that a robot of a project is for; undefined when the list names none or more than one. */
export function namespaceOf(permissions: readonly RobotPermissionInput[]): string | undefined {
  const [name, ...others] = new Set(permissions.map(({ namespace }) => namespace))
  return others.length > 0 || name === EVERYWHERE || name === SYSTEM_NAMESPACE || !name ? undefined : name
}

/**
 * What the list asks for, held against what can be granted at all.
 *
 * @throws DomainError BAD_REQUEST
 */
export function parsePermissions(level: RobotLevel, permissions: readonly RobotPermissionInput[]): Wish {
  if (permissions.length === 0) throw badRequest('a robot needs permissions')
  if (permissions.length > MAX_NAMESPACES)
    throw badRequest(`a robot can have permissions in at most ${MAX_NAMESPACES} places`)
  const wish: Wish = new Map()
  for (const { kind, namespace, access, repositories } of permissions) {
    if (kind !== 'project' && kind !== 'system')
      throw badRequest('the kind of a permission must be project or system')
    if (level === 'project' && kind !== 'project')
      throw badRequest('a robot of a project has permissions of the kind project only')
    if (!namespace) throw badRequest('a permission needs a namespace')
    if ((kind === 'system') !== (namespace === SYSTEM_NAMESPACE))
      throw badRequest('the namespace must be / for the system, and * or a name for projects')
    if (!access?.length) throw badRequest('a permission needs an access list')
    const limit = parseLimit(repositories)
    if (limit && kind === 'system')
      throw badRequest('only permissions in projects can be limited to repositories')
    const deeds = new Map(
      (wish.get(namespace) ?? []).map((entry) => [deed(entry.resource, entry.action), entry]),
    )
    for (const { resource = '', action = '', effect } of access) {
      if (effect && effect !== 'allow')
        throw badRequest('the effect must be allow: what is not listed is denied')
      const key = deed(resource, action)
      if (!known[kind].has(key))
        throw badRequest(`${key.slice(0, 64)} cannot be granted to a robot in the ${kind}`)
      if (limit && crossesRepositories(resource as ProjectResource, action as Action))
        throw badRequest(`${key} reaches all repositories; list it in a permission without repositories`)
      deeds.set(key, { resource, action, limit: widest(deeds.get(key), limit) })
    }
    wish.set(namespace, [...deeds.values()])
  }
  return wish
}

/** Of a deed that the list has twice. @throws DomainError BAD_REQUEST when the patterns together are too many */
function widest(known: LimitedDeed | undefined, limit: RepositoryLimit | null): RepositoryLimit | null {
  if (known === undefined || limit === null) return limit
  return known.limit && parseLimit([...new Set([...known.limit.patterns, ...limit.patterns])])
}

/** What a robot holds, in the form of a wish. */
export function heldBy(permissions: readonly RobotPermission[]): Wish {
  const held: Wish = new Map()
  for (const { namespace, access, repositories } of permissions) {
    const limit = repositories && parseLimit(repositories)
    const deeds = access.map((entry) => ({ ...entry, limit }))
    held.set(namespace, [...(held.get(namespace) ?? []), ...deeds])
  }
  return held
}

/** Whether the one holds nothing that the other does not. */
export const isWithin = (inner: Wish, outer: Wish): boolean =>
  [...inner].every(([namespace, deeds]) =>
    deeds.every((wanted) => outer.get(namespace)?.some((held) => coversDeed(held, wanted))),
  )

export const coversDeed = (outer: LimitedDeed, inner: LimitedDeed): boolean =>
  outer.resource === inner.resource &&
  outer.action === inner.action &&
  covers(outer.limit ?? 'all', inner.limit ?? 'all')
