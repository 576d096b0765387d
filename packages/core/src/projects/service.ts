import { type AuditLine, oldAndNew } from '../audit/index.ts'
import {
  type Actor,
  administers,
  authorize,
  authorizeSystem,
  forgetProject,
  forgetRoles,
  isPrivileged,
  may,
  type ProjectFacts,
  type ProjectRef,
  projectFacts,
  reachOf,
  refusal,
} from '../authorization/index.ts'
import { currentSetting, readConfiguration } from '../configurations/index.ts'
import type { Core } from '../context/index.ts'
import { badRequest, conflict, DomainError, notFound } from '../errors/index.ts'
import type { ListQuery, Page } from '../list-query/index.ts'
import { parseSettings, readSettings } from '../project-metadata/index.ts'
import { forgetUsage, nearlyFull, parseStorageLimit, readUsage, writeLimit } from '../quotas/index.ts'
import { withinLimits } from '../repository-limits/index.ts'
import { type Project, type ProjectSummary, parseProjectName } from './model.ts'
import {
  insertProject,
  type ProjectFilter,
  readMemberCounts,
  readProject,
  readProjects,
  readRepositoryCount,
  removeProject,
  updateProjectRow,
} from './store.ts'

/** Exactly the fields a caller may set. */
export interface ProjectInput {
  name?: string
  /** The older form of `metadata.public`. */
  public?: boolean
  metadata?: Record<string, string | null | undefined>
  /** From an administrator only; that of others has no effect. 0 as none, as Harbor has it. */
  storageLimitBytes?: number
  /** The registry a caching project caches. */
  registryId?: number
}

/** Those the actor may see; without sign-in, the public ones. */
export const listProjects = (
  core: Core,
  actor: Actor,
  { name, public: isPublic, owner, ...query }: ProjectFilter & ListQuery,
): Promise<Page<Project>> => readProjects(core, actor, { name, public: isPublic, owner }, query)

/**
 * Whether the actor is not kept from it by `project_creation_restriction`: that is for everybody whose right comes with
 * having signed in, not for administrators and the robots that were given it.
 */
export const mayCreateProjects = async (core: Core, actor: Actor): Promise<boolean> =>
  administers(actor) ||
  actor.kind === 'robot' ||
  (await currentSetting(core, 'project_creation_restriction')) === 'everyone'

/** Gives the id. The maker becomes project admin. */
export async function createProject(core: Core, actor: Actor, input: ProjectInput): Promise<number> {
  authorizeSystem(actor, 'create', 'project')
  if (!(await mayCreateProjects(core, actor)))
    throw new DomainError('FORBIDDEN', 'only administrators make projects in this installation')
  const name = parseProjectName(input.name)
  const { public: isPublic, metadata } = parseSettings(input.metadata ?? {})
  const limitBytes = limitGiven(actor, input) ?? (await readConfiguration(core, 'storage_per_project'))
  if (input.registryId) throw badRequest('projects that cache another registry are not available')
  const ownerId = actor.kind === 'user' ? actor.id : null
  const facts = { name, public: isPublic ?? input.public ?? false, ownerId, metadata, limitBytes }
  const detail = { public: facts.public, ...metadata, storage_limit: limitBytes }
  const id = await insertProject(core, facts, { ...lineOf(actor, 'create', { name }), detail })
  if (id === 'taken') throw conflict('a project with this name exists already')
  // The account was deleted a moment ago, on another node.
  if (id === 'ownerless') throw refusal({ kind: 'anonymous' })
  forgetProject(core, { id, name })
  if (ownerId !== null) forgetRoles(core, ownerId, id)
  return id
}

export async function getProject(core: Core, actor: Actor, ref: ProjectRef): Promise<Project> {
  const { id } = await authorize(core, actor, 'read', 'project', ref)
  const project = await readProject(core, actor, id)
  if (!project) throw notFound('project')
  return project
}

const lineOf = (
  actor: Actor,
  action: 'create' | 'update' | 'delete',
  { id, name }: { id?: number; name: string },
): AuditLine => ({ resourceType: 'project', action, actor, resource: name, projectId: id ?? null })

function limitGiven(actor: Actor, { storageLimitBytes }: ProjectInput): number | undefined {
  if (!storageLimitBytes || !isPrivileged(actor)) return undefined
  return parseStorageLimit(storageLimitBytes)
}

/** Absent fields stay as they are. A project cannot be renamed: images are known by its name. */
export async function updateProject(
  core: Core,
  actor: Actor,
  ref: ProjectRef,
  input: ProjectInput,
): Promise<void> {
  const project = await authorize(core, actor, 'update', 'project', ref)
  if (input.name && input.name !== project.name) throw badRequest('a project cannot be renamed')
  const { public: isPublic, metadata } = parseSettings(input.metadata ?? {})
  const limitBytes = limitGiven(actor, input)
  const change = { public: isPublic ?? input.public, metadata }
  const before = await readSettings(core, project.id)
  const line = {
    ...lineOf(actor, 'update', project),
    detail: oldAndNew(before ?? {}, {
      ...metadata,
      ...(change.public !== undefined && { public: String(change.public) }),
    }),
  }
  if (!(await updateProjectRow(core, project.id, change, line))) throw notFound('project')
  if (limitBytes !== undefined) {
    await writeLimit(core, { projectId: project.id }, limitBytes, actor)
    forgetUsage(core)
  }
  forgetProject(core, project)
}

/** @throws DomainError PRECONDITION while it has repositories */
export async function deleteProject(core: Core, actor: Actor, ref: ProjectRef): Promise<void> {
  const project = await authorize(core, actor, 'delete', 'project', ref)
  const result = await removeProject(core, project.id, lineOf(actor, 'delete', project))
  if (result === 'not empty') throw new DomainError('PRECONDITION', notEmpty)
  forgetProject(core, project)
  if (result === 'missing') throw notFound('project')
}

const notEmpty = 'the project still has repositories; delete them first'

export async function projectDeletable(
  core: Core,
  actor: Actor,
  ref: ProjectRef,
): Promise<{ deletable: boolean; message?: string }> {
  const project = await authorize(core, actor, 'delete', 'project', ref)
  return (await readRepositoryCount(core, project.id)) > 0
    ? { deletable: false, message: notEmpty }
    : { deletable: true }
}

export async function projectSummary(core: Core, actor: Actor, ref: ProjectRef): Promise<ProjectSummary> {
  const project = await authorize(core, actor, 'read', 'project', ref)
  const [repositoryCount, memberCounts, usage] = await Promise.all([
    countListed(core, actor, project),
    onlyIf(await may(core, actor, 'list', 'member', project), () => readMemberCounts(core, project.id)),
    onlyIf(await may(core, actor, 'read', 'quota', project), () => readUsage(core, project.name)),
  ])
  return {
    repositoryCount,
    memberCounts,
    quota: usage && {
      hardBytes: usage.limitBytes,
      usedBytes: usage.usedBytes,
      nearlyFull: nearlyFull(usage),
    },
  }
}

/** Counted, and not looked up, for those who may list some only. */
async function countListed(core: Core, actor: Actor, project: ProjectFacts): Promise<number> {
  const reach = await reachOf(core, actor, 'list', 'repository', project)
  const within =
    reach === undefined || reach === 'all'
      ? []
      : [withinLimits(core, [{ id: project.id, limit: reach }], 'r')]
  return readRepositoryCount(core, project.id, within)
}

const onlyIf = <T>(allowed: boolean, read: () => Promise<T>): Promise<T | undefined> =>
  allowed ? read() : Promise.resolve(undefined)

/** Whether the actor can see a project of this name; an invisible one counts as missing. */
export async function headProject(core: Core, actor: Actor, name: string): Promise<boolean> {
  const project = await projectFacts(core, { name })
  return project !== undefined && (await may(core, actor, 'read', 'project', project))
}
