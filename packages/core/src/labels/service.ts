import { type AuditLine, oldAndNew } from '../audit/index.ts'
import {
  type Action,
  type Actor,
  authorize,
  authorizeSystem,
  may,
  projectFacts,
  refusal,
} from '../authorization/index.ts'
import type { Core } from '../context/index.ts'
import { badRequest, conflict, notFound } from '../errors/index.ts'
import type { ListQuery, Page } from '../list-query/index.ts'
import { refuseReadOnly, refuseSystemReadOnly } from '../read-only/index.ts'
import { type Label, type LabelInput, type LabelSpace, parseLabel } from './model.ts'
import { insertLabel, readLabel, readLabels, removeLabelRow, updateLabelRow } from './store.ts'

/** `name`: part of the name. @throws DomainError UNAUTHORIZED, FORBIDDEN, NOT_FOUND */
export async function listLabels(
  core: Core,
  actor: Actor,
  { projectId, name, query }: LabelSpace & { name?: string; query: ListQuery },
): Promise<Page<Label>> {
  await authorizeSpace(core, actor, 'list', projectId)
  return readLabels(core, projectId, name, query)
}

/** Global ones are for everybody who is signed in. @throws DomainError UNAUTHORIZED, NOT_FOUND */
export const getLabel = (core: Core, actor: Actor, id: number): Promise<Label> =>
  findLabel(core, actor, 'read', id)

/** Gives the id. @throws DomainError UNAUTHORIZED, FORBIDDEN, NOT_FOUND, DENIED (read-only), BAD_REQUEST, CONFLICT */
export async function createLabel(
  core: Core,
  actor: Actor,
  { projectId, ...input }: LabelSpace & LabelInput,
): Promise<number> {
  await authorizeSpace(core, actor, 'create', projectId)
  const { name, description = '', color = '' } = parseLabel(input)
  if (name === undefined) throw badRequest('a label needs a name')
  await refuseWhileReadOnly(core, projectId)
  const id = await insertLabel(
    core,
    projectId,
    { name, description, color },
    lineOf(actor, 'create', { name, projectId }, { description, color }),
  )
  if (id === 'taken') throw sameName()
  if (id === 'missing') throw notFound('project')
  return id
}

/** Absent fields stay; a label stays in its project. Errors as `createLabel`. */
export async function updateLabel(core: Core, actor: Actor, id: number, input: LabelInput): Promise<void> {
  const label = await findLabel(core, actor, 'update', id)
  const { projectId } = label
  const change = parseLabel(input)
  await refuseWhileReadOnly(core, projectId)
  const result = await updateLabelRow(
    core,
    id,
    change,
    lineOf(actor, 'update', label, oldAndNew({ ...label }, { ...change })),
  )
  if (result === 'taken') throw sameName()
  if (result === 'missing') throw notFound('label')
}

/** Takes it off all artifacts too. @throws DomainError UNAUTHORIZED, FORBIDDEN, NOT_FOUND, DENIED (read-only) */
export async function deleteLabel(core: Core, actor: Actor, id: number): Promise<void> {
  const label = await findLabel(core, actor, 'delete', id)
  await refuseWhileReadOnly(core, label.projectId)
  if (!(await removeLabelRow(core, id, lineOf(actor, 'delete', label)))) throw notFound('label')
}

/**
 * The label with this id, if an artifact of the project may carry it: a global one or one of the same project. Asks for
 * no right.
 */
export async function labelFor(core: Core, projectId: number, id: number): Promise<Label | undefined> {
  const label = await readLabel(core, id)
  return label && (label.projectId === null || label.projectId === projectId) ? label : undefined
}

const lineOf = (
  actor: Actor,
  action: 'create' | 'delete' | 'update',
  { name, projectId }: Pick<Label, 'name' | 'projectId'>,
  detail?: Record<string, unknown>,
): AuditLine => ({
  resourceType: 'label',
  action,
  actor,
  resource: name,
  projectId,
  ...(detail && { detail }),
})

const sameName = () => conflict('a label with this name exists already')

async function authorizeSpace(
  core: Core,
  actor: Actor,
  action: Action,
  projectId: number | null,
): Promise<void> {
  if (projectId === null) authorizeSystem(actor, action, 'label')
  else await authorize(core, actor, action, 'label', { id: projectId })
}

/** An id tells nothing to those who may not see the label: it looks like one that does not exist. */
async function findLabel(core: Core, actor: Actor, action: Action, id: number): Promise<Label> {
  const label = await readLabel(core, id)
  if (!label || !(await maySee(core, actor, label)))
    throw actor.kind === 'anonymous' ? refusal(actor) : notFound('label')
  await authorizeSpace(core, actor, action, label.projectId)
  return label
}

async function maySee(core: Core, actor: Actor, { projectId }: Label): Promise<boolean> {
  if (projectId === null) return actor.kind !== 'anonymous'
  const project = await projectFacts(core, { id: projectId })
  return project !== undefined && (await may(core, actor, 'read', 'label', project))
}

const refuseWhileReadOnly = (core: Core, projectId: number | null): Promise<void> =>
  projectId === null ? refuseSystemReadOnly(core) : refuseReadOnly(core, { id: projectId })
