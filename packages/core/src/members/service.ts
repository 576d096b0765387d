import { type AuditLine, oldAndNew } from '../audit/index.ts'
import {
  type Action,
  type Actor,
  authorize,
  crossesRepositories,
  forgetRoles,
  isBelowRepositories,
  isPrivileged,
  meantFor,
  type ProjectFacts,
  type ProjectRef,
  projectMatrix,
  robotReach,
  roleOf,
} from '../authorization/index.ts'
import type { Core } from '../context/index.ts'
import { onboardByName } from '../directories/index.ts'
import { conflict, DomainError, notFound } from '../errors/index.ts'
import type { ListQuery, Page } from '../list-query/index.ts'
import { grantableInProjects } from '../permissions/index.ts'
import { covers, type RepositoryLimit } from '../repository-limits/index.ts'
import { groupFor } from '../user-groups/index.ts'
import {
  type Member,
  type MemberFilter,
  type NewMember,
  parsePerson,
  parseRoleId,
  parseRoleLimit,
} from './model.ts'
import { findUserId, insertMember, readMember, readMembers, removeMember, updateMemberRow } from './store.ts'

/**
 * `username`: only what gives this person a role, their own membership and those of their groups. Who is in which group
 * is not for everybody who may see the members: it takes the right to change them.
 */
export async function listMembers(
  core: Core,
  actor: Actor,
  ref: ProjectRef,
  { entityName, username, ...query }: MemberFilter & Pick<ListQuery, 'page' | 'pageSize'>,
): Promise<Page<Member>> {
  const project = await authorize(core, actor, username === undefined ? 'list' : 'update', 'member', ref)
  return readMembers(core, project.id, { entityName, username }, query)
}

export async function getMember(core: Core, actor: Actor, ref: ProjectRef, id: number): Promise<Member> {
  const project = await authorize(core, actor, 'read', 'member', ref)
  return find(core, project, id)
}

/**
 * Gives the membership's id. A group that Berth has not seen yet is taken up by its DN, or its name at the provider.
 *
 * @throws DomainError NOT_FOUND (no such person or group), CONFLICT (a member already), BAD_REQUEST
 */
export async function createMember(
  core: Core,
  actor: Actor,
  ref: ProjectRef,
  input: NewMember,
): Promise<number> {
  const project = await authorize(core, actor, 'create', 'member', ref)
  const roleId = parseRoleId(input.roleId)
  const limit = parseRoleLimit(roleId, input.repositories)
  refuseBeyond(actor, { roleId, limit }, project)
  const entity = input.group
    ? { groupId: await groupFor(core, actor, input.group) }
    : { userId: await personFor(core, actor, input) }
  const detail = { kind: input.group ? 'group' : 'user', ...told({ roleId, limit }) }
  const id = await insertMember(
    core,
    { projectId: project.id, ...entity, roleId, limit },
    { resourceType: 'member', action: 'create', actor, projectId: project.id, detail },
  )
  if (id === 'taken') throw conflict(`this ${input.group ? 'group' : 'person'} is a member already`)
  if (id === 'missing') throw notFound('project or member')
  if ('userId' in entity) forgetRoles(core, entity.userId!, project.id)
  return id
}

/** Without `repositories` the limit stays; null takes it off. Errors as `createMember`; CONFLICT also for a limit changed meanwhile. */
export async function updateMember(
  core: Core,
  actor: Actor,
  ref: ProjectRef,
  id: number,
  change: { roleId?: number; repositories?: unknown },
): Promise<void> {
  const project = await authorize(core, actor, 'update', 'member', ref)
  const roleId = parseRoleId(change.roleId)
  if (change.repositories !== undefined) parseRoleLimit(roleId, change.repositories)
  const member = await find(core, project, id)
  const limit = parseRoleLimit(
    roleId,
    change.repositories === undefined ? member.repositories : change.repositories,
  )
  refuseBeyond(actor, { roleId, limit }, project)
  refuseSelf(actor, member, 'change your own role')
  const { repositories } = member
  const before = { ...told({ roleId: member.roleId, limit: null }), repositories }
  const detail = { kind: member.kind, ...oldAndNew(before, told({ roleId, limit })) }
  const line = { ...lineOf(actor, 'update', member), detail }
  const written = change.repositories === undefined ? { roleId, judged: repositories } : { roleId, limit }
  const result = await updateMemberRow(core, project.id, id, written, line)
  if (result === 'missing') throw notFound('member')
  if (result === 'changed') throw conflict('the membership was changed meanwhile; look at it again')
  forget(core, member)
}

export async function deleteMember(core: Core, actor: Actor, ref: ProjectRef, id: number): Promise<void> {
  const project = await authorize(core, actor, 'delete', 'member', ref)
  const member = await find(core, project, id)
  refuseSelf(actor, member, 'remove yourself')
  const detail = { kind: member.kind, role: member.roleName }
  const line = { ...lineOf(actor, 'delete', member), detail }
  if (!(await removeMember(core, project.id, id, line))) throw notFound('member')
  forget(core, member)
}

const lineOf = (actor: Actor, action: 'update' | 'delete', { entityName, projectId }: Member): AuditLine => ({
  resourceType: 'member',
  action,
  actor,
  resource: entityName,
  projectId,
})

const told = ({ roleId, limit }: { roleId: number; limit: RepositoryLimit | null }) => ({
  role: roleOf(roleId),
  repositories: limit && [...limit.patterns],
})

async function find(core: Core, project: ProjectFacts, id: number): Promise<Member> {
  const member = await readMember(core, project.id, id)
  if (!member) throw notFound('member')
  return member
}

/** Somebody of the directory who has not signed in yet gets an account, as in Harbor. @throws DomainError also UNAVAILABLE */
async function personFor(core: Core, actor: Actor, input: NewMember): Promise<number> {
  const person = parsePerson(input)
  const known = await findUserId(core, person)
  const id = known ?? ('username' in person ? await onboardByName(core, actor, person.username) : undefined)
  if (id === undefined) throw notFound('user')
  return id
}

/** What a group's people remember ages within seconds; a person's is dropped at once. */
function forget(core: Core, { kind, entityId, projectId }: Member): void {
  if (kind === 'user') forgetRoles(core, entityId, projectId)
}

/** A robot or a personal token gives nobody a role that holds more, of what robots can hold, than itself. */
function refuseBeyond(
  actor: Actor,
  { roleId, limit }: { roleId: number; limit: RepositoryLimit | null },
  { id }: ProjectFacts,
): void {
  const role = roleOf(roleId)
  if (role === undefined || (actor.kind !== 'robot' && !(actor.kind === 'user' && actor.limits))) return
  const missing = grantableInProjects.find(({ resource, action }) => {
    if (!projectMatrix[resource][role].has(action as Action)) return false
    if (limit && crossesRepositories(resource, action)) return false
    // Whoever gives roles here administers the project: only their credentials may be for less.
    if (actor.kind === 'user') return !meantFor(actor, action as Action, resource, id)
    const own = robotReach(actor, action, resource, id)
    return own === undefined || !covers(own, limit && isBelowRepositories(resource) ? limit : 'all')
  })
  if (missing)
    throw new DomainError(
      'DENIED',
      'a robot or a token cannot give a role that may do more than it may itself',
    )
}

/** Whoever administers a project cannot leave it without an administrator: another one has to do it. */
function refuseSelf(actor: Actor, { kind, entityId }: Member, deed: string): void {
  if (!isPrivileged(actor) && actor.kind === 'user' && kind === 'user' && actor.id === entityId)
    throw new DomainError('FORBIDDEN', `you cannot ${deed}; ask another project admin`)
}
