import { oldAndNew } from '../audit/index.ts'
import { type Actor, authorizeSystem, mayInSystem } from '../authorization/index.ts'
import type { Core } from '../context/index.ts'
import { badRequest, conflict, notFound } from '../errors/index.ts'
import type { ListQuery, Page } from '../list-query/index.ts'
import {
  groupTypes,
  parseGroupDn,
  parseGroupName,
  parseGroupType,
  type UserGroup,
  type UserGroupInput,
} from './model.ts'
import {
  ensureGroup,
  findGroupsByName,
  type GroupFilter,
  groupLine,
  insertGroup,
  readGroup,
  readGroups,
  removeGroup,
  renameGroup,
} from './store.ts'

/** In the order of their names. @throws DomainError UNAUTHORIZED, FORBIDDEN */
export async function listUserGroups(
  core: Core,
  actor: Actor,
  filter: GroupFilter,
  query: ListQuery,
): Promise<Page<UserGroup>> {
  authorizeSystem(actor, 'list', 'user-group')
  return readGroups(core, filter, query)
}

/** Groups whose name contains the text, for everybody who is signed in: who gives roles has to find them. */
export async function searchUserGroups(
  core: Core,
  actor: Actor,
  { name, ...query }: { name: string } & ListQuery,
): Promise<Page<UserGroup>> {
  authorizeSystem(actor, 'list', 'user-group-search')
  if (name === '') throw badRequest('give a part of the name to search for')
  return readGroups(core, { name }, query)
}

/** @throws DomainError UNAUTHORIZED, FORBIDDEN, NOT_FOUND */
export async function getUserGroup(core: Core, actor: Actor, id: number): Promise<UserGroup> {
  authorizeSystem(actor, 'read', 'user-group')
  return find(core, id)
}

/** Gives the id. @throws DomainError UNAUTHORIZED, FORBIDDEN, BAD_REQUEST; CONFLICT when Berth has the group already */
export async function createUserGroup(core: Core, actor: Actor, input: UserGroupInput): Promise<number> {
  authorizeSystem(actor, 'create', 'user-group')
  const type = parseGroupType(input.type)
  const id = await insertGroup(core, type, seenGroup(type, input), actor)
  if (id === 'taken') throw conflict('this group is here already')
  return id
}

/**
 * Another name to show for a group of a directory, whose DN tells who it is. The name of a provider's group is that: a
 * change would make it another group.
 *
 * @throws DomainError UNAUTHORIZED, FORBIDDEN, NOT_FOUND, BAD_REQUEST
 */
export async function updateUserGroup(
  core: Core,
  actor: Actor,
  id: number,
  change: { name?: string },
): Promise<void> {
  authorizeSystem(actor, 'update', 'user-group')
  const group = await find(core, id)
  const name = parseGroupName(change.name)
  if (name === group.name) return
  if (group.type !== groupTypes.ldap)
    throw badRequest('the name of a group at the identity provider cannot be changed here')
  const line = { ...groupLine(actor, 'update', group), detail: oldAndNew({ name: group.name }, { name }) }
  if (!(await renameGroup(core, id, name, line))) throw notFound('group')
}

/** Its roles end within three seconds on every node. @throws DomainError UNAUTHORIZED, FORBIDDEN, NOT_FOUND */
export async function deleteUserGroup(core: Core, actor: Actor, id: number): Promise<void> {
  authorizeSystem(actor, 'delete', 'user-group')
  const line = groupLine(actor, 'delete', await find(core, id))
  if (!(await removeGroup(core, id, line))) throw notFound('group')
}

/**
 * The id of the group that is meant, by id, by type and DN, or by type and name; one that is not known yet is made, if
 * what is given says who it is. Asks for no right, so a group of a directory that others will see gets its name from the DN,
 * unless the actor may name groups: whoever could give it another one would have others give it their roles.
 *
 * @throws DomainError BAD_REQUEST, NOT_FOUND
 */
export async function groupFor(core: Core, actor: Actor, input: UserGroupInput): Promise<number> {
  if (input.id) return (await find(core, input.id)).id
  const type = parseGroupType(input.type)
  if (type === groupTypes.ldap && !input.ldapDn) {
    const known = await findGroupsByName(core, type, parseGroupName(input.name))
    if (known.length > 1) throw badRequest('several groups have this name: give the DN')
    if (known[0] === undefined) throw notFound('group')
    return known[0]
  }
  const trusted = type !== groupTypes.ldap || mayInSystem(actor, 'create', 'user-group')
  return ensureGroup(core, type, seenGroup(type, trusted ? input : { ldapDn: input.ldapDn }), actor)
}

function seenGroup(type: number, { name, ldapDn }: UserGroupInput): { name: string; dn?: string } {
  if (type !== groupTypes.ldap) return { name: parseGroupName(name) }
  const dn = parseGroupDn(ldapDn)
  return { name: name ? parseGroupName(name) : nameOf(dn), dn }
}

/** The value of the DN's first part, as Harbor names a group that is given by its DN only. */
const nameOf = (dn: string): string =>
  /^[^=]+=\s*((?:\\.|[^,+])*)/.exec(dn)?.[1]?.trim().slice(0, 255) || dn.slice(0, 255)

async function find(core: Core, id: number): Promise<UserGroup> {
  const group = await readGroup(core, id)
  if (!group) throw notFound('group')
  return group
}
