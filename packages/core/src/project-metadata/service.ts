import { type AuditLine, oldAndNew } from '../audit/index.ts'
import {
  type Actor,
  authorize,
  forgetProject,
  type ProjectFacts,
  type ProjectRef,
} from '../authorization/index.ts'
import type { Core } from '../context/index.ts'
import { badRequest, conflict, notFound } from '../errors/index.ts'
import { parseOneSetting } from './model.ts'
import { insertSetting, readSettings, removeSetting, updateSetting } from './store.ts'

export async function listProjectMetadata(
  core: Core,
  actor: Actor,
  ref: ProjectRef,
): Promise<Record<string, string>> {
  const project = await authorize(core, actor, 'read', 'metadata', ref)
  const settings = await readSettings(core, project.id)
  if (!settings) throw notFound('project')
  return settings
}

/** One setting, by its name. */
export async function getProjectMetadata(
  core: Core,
  actor: Actor,
  ref: ProjectRef,
  name: string,
): Promise<Record<string, string>> {
  const settings = await listProjectMetadata(core, actor, ref)
  if (!Object.hasOwn(settings, name)) throw notFound('setting')
  return { [name]: settings[name]! }
}

/** `input` holds exactly one setting; one that is there already is a CONFLICT. */
export async function addProjectMetadata(
  core: Core,
  actor: Actor,
  ref: ProjectRef,
  input: Record<string, string>,
): Promise<void> {
  const project = await authorize(core, actor, 'create', 'metadata', ref)
  const { name, value } = parseOneSetting(input)
  const result =
    name === 'public'
      ? 'taken'
      : await insertSetting(core, project.id, name, value, lineOf(actor, project, {}, { [name]: value }))
  if (result === 'taken') throw conflict('the project has this setting already')
  if (result === 'missing') throw notFound('project')
}

/** `input` holds the setting of this name and nothing else. */
export async function updateProjectMetadata(
  core: Core,
  actor: Actor,
  ref: ProjectRef,
  name: string,
  input: Record<string, string>,
): Promise<void> {
  const project = await authorize(core, actor, 'update', 'metadata', ref)
  const setting = parseOneSetting(input)
  if (setting.name !== name) throw badRequest('the body must hold the setting that the path names')
  const before = (await readSettings(core, project.id)) ?? {}
  const line = lineOf(actor, project, before, { [name]: setting.value })
  if (!(await updateSetting(core, project.id, name, setting.value, line))) throw notFound('setting')
  if (name === 'public') forgetProject(core, project)
}

export async function deleteProjectMetadata(
  core: Core,
  actor: Actor,
  ref: ProjectRef,
  name: string,
): Promise<void> {
  const project = await authorize(core, actor, 'delete', 'metadata', ref)
  if (name === 'public') throw badRequest('a project is always either public or private')
  const before = (await readSettings(core, project.id)) ?? {}
  const line = lineOf(actor, project, before, { [name]: null })
  if (!(await removeSetting(core, project.id, name, line))) throw notFound('setting')
}

const lineOf = (
  actor: Actor,
  { id, name }: ProjectFacts,
  before: Record<string, string>,
  change: Record<string, string | null>,
): AuditLine => ({
  resourceType: 'project',
  action: 'update',
  actor,
  resource: name,
  projectId: id,
  detail: oldAndNew(before, change),
})
