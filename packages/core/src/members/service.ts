import {
  type Actor,
  allows,
  authorize,
  forgetRoles,
  isPrivileged,
  type ProjectFacts,
  type ProjectRef,
  robotHolds,
  roleOf,
} from '../authorization/index.ts'
import type { Core } from '../context/index.ts'
import { conflict, DomainError, notFound } from '../errors/index.ts'
import type { ListQuery, Page } from '../list-query/index.ts'
import { grantableInProjects } from '../permissions/index.ts'
import { type Member, type NewMember, parsePerson, parseRoleId } from './model.ts'
import { findUserId, insertMember, readMember, readMembers, removeMember, updateRole } from './store.ts'

export async function listMembers(
  core: Core,
  actor: Actor,
  ref: ProjectRef,
  { entityName, ...query }: { entityName?: string } & Pick<ListQuery, 'page' | 'pageSize'>,
): Promise<Page<Member>> {
  const project = await authorize(core, actor, 'list', 'member', ref)
  return readMembers(core, project.id, entityName, query)
}

export async function getMember(core: Core, actor: Actor, ref: ProjectRef, id: number): Promise<Member> {
  const project = await authorize(core, actor, 'read', 'member', ref)
  return find(core, project, id)
}

/** Gives the membership's id. @throws DomainError NOT_FOUND (no such person), CONFLICT (a member already) */
export async function createMember(
  core: Core,
  actor: Actor,
  ref: ProjectRef,
  input: NewMember,
): Promise<number> {
  const project = await authorize(core, actor, 'create', 'member', ref)
  const roleId = parseRoleId(input.roleId)
  refuseBeyond(actor, roleId, project)
  const userId = await findUserId(core, parsePerson(input))
  if (userId === undefined) throw notFound('user')
  const id = await insertMember(core, { projectId: project.id, userId, roleId })
  if (id === 'taken') throw conflict('this person is a member already')
  if (id === 'missing') throw notFound('project or user')
  forgetRoles(core, userId, project.id)
  return id
}

export async function updateMemberRole(
  core: Core,
  actor: Actor,
  ref: ProjectRef,
  id: number,
  newRoleId: number | undefined,
): Promise<void> {
  const project = await authorize(core, actor, 'update', 'member', ref)
  const roleId = parseRoleId(newRoleId)
  refuseBeyond(actor, roleId, project)
  const member = await find(core, project, id)
  refuseSelf(actor, member, 'change your own role')
  if (!(await updateRole(core, project.id, id, roleId))) throw notFound('member')
  forgetRoles(core, member.userId, project.id)
}

export async function deleteMember(core: Core, actor: Actor, ref: ProjectRef, id: number): Promise<void> {
  const project = await authorize(core, actor, 'delete', 'member', ref)
  const member = await find(core, project, id)
  refuseSelf(actor, member, 'remove yourself')
  if (!(await removeMember(core, project.id, id))) throw notFound('member')
  forgetRoles(core, member.userId, project.id)
}

async function find(core: Core, project: ProjectFacts, id: number): Promise<Member> {
  const member = await readMember(core, project.id, id)
  if (!member) throw notFound('member')
  return member
}

/** A robot gives nobody a role that holds more, of what robots can hold, than the robot does. */
function refuseBeyond(actor: Actor, roleId: number, { id }: ProjectFacts): void {
  const role = roleOf(roleId)
  if (actor.kind !== 'robot' || role === undefined) return
  const missing = grantableInProjects.find(
    ({ resource, action }) => allows([role], resource, action) && !robotHolds(actor, action, resource, id),
  )
  if (missing) throw new DomainError('DENIED', 'a robot cannot give a role that may do more than the robot')
}

/** Whoever administers a project cannot leave it without an administrator: another one has to do it. */
function refuseSelf(actor: Actor, member: Member, deed: string): void {
  if (!isPrivileged(actor) && actor.kind === 'user' && actor.id === member.userId)
    throw new DomainError('FORBIDDEN', `you cannot ${deed}; ask another project admin`)
}
