import type { AuditLine } from '../audit/index.ts'
import { type Actor, authorize, type ProjectRef } from '../authorization/index.ts'
import type { Core } from '../context/index.ts'
import { badRequest, conflict, DomainError, notFound } from '../errors/index.ts'
import type { ListQuery, Page } from '../list-query/index.ts'
import {
  type ImmutableRule,
  MAX_PREVIEW_EXAMPLES,
  MAX_PREVIEWED_TAGS,
  MAX_PREVIEWS_WAITING,
  MAX_RULES_PER_PROJECT,
  PREVIEW_BUDGET_MS,
  parseRule,
  type RuleInput,
  type RulePreview,
  type RuleSelectors,
} from './model.ts'
import { immutableAmong, previewRule } from './rules.ts'
import { insertRule, readActiveRules, readRules, readTagNames, removeRule, updateRule } from './store.ts'

export async function listImmutableRules(
  core: Core,
  actor: Actor,
  ref: ProjectRef,
  query: ListQuery,
): Promise<Page<ImmutableRule>> {
  const project = await authorize(core, actor, 'list', 'immutable-tag', ref)
  return readRules(core, project.id, query)
}

/** Gives the rule's id. @throws DomainError BAD_REQUEST, also beyond 15 rules; CONFLICT for one that is there already */
export async function createImmutableRule(
  core: Core,
  actor: Actor,
  ref: ProjectRef,
  input: RuleInput,
): Promise<number> {
  const project = await authorize(core, actor, 'create', 'immutable-tag', ref)
  const { disabled = false, tag, repository } = parseRule(input)
  if (!tag || !repository) throw badRequest('a rule needs tag_selectors and scope_selectors.repository')
  const id = await insertRule(
    core,
    project.id,
    { disabled, tag, repository },
    lineOf(actor, 'create', project.id),
  )
  if (id === 'full') throw badRequest(`a project has at most ${MAX_RULES_PER_PROJECT} immutable tag rules`)
  if (id === 'taken') throw sameRule()
  if (id === 'missing') throw notFound('project')
  return id
}

/** Absent fields stay as they are, so that `{ disabled }` alone switches a rule. Errors as `createImmutableRule`. */
export async function updateImmutableRule(
  core: Core,
  actor: Actor,
  ref: ProjectRef,
  id: number,
  input: RuleInput,
): Promise<void> {
  const project = await authorize(core, actor, 'update', 'immutable-tag', ref)
  const result = await updateRule(core, project.id, id, parseRule(input), lineOf(actor, 'update', project.id))
  if (result === 'taken') throw sameRule()
  if (result === 'missing') throw notFound('immutable tag rule')
}

export async function deleteImmutableRule(
  core: Core,
  actor: Actor,
  ref: ProjectRef,
  id: number,
): Promise<void> {
  const project = await authorize(core, actor, 'delete', 'immutable-tag', ref)
  if (!(await removeRule(core, project.id, id, lineOf(actor, 'delete', project.id))))
    throw notFound('immutable tag rule')
}

/**
 * What a rule with these selectors would cover, said by the matcher that pushes are checked with. Changes nothing.
 * One preview of a project runs at a time; patterns that take long are tried on a part of the tags.
 *
 * @throws DomainError as `createImmutableRule`; TOO_MANY_REQUEST when several wait already
 */
export async function previewImmutableRule(
  core: Core,
  actor: Actor,
  ref: ProjectRef,
  input: RuleInput,
): Promise<RulePreview> {
  const project = await authorize(core, actor, 'create', 'immutable-tag', ref)
  const { tag, repository } = parseRule(input)
  if (!tag || !repository) throw badRequest('a rule needs tag_selectors and scope_selectors.repository')
  return oneByOne(project.id, () => lookThrough(core, project.id, { tag, repository }))
}

async function lookThrough(core: Core, projectId: number, rule: RuleSelectors): Promise<RulePreview> {
  const names = await readTagNames(core, projectId, MAX_PREVIEWED_TAGS + 1)
  const tags = names.slice(0, MAX_PREVIEWED_TAGS).map((row) => ({
    repository: row.repository.slice(row.repository.indexOf('/') + 1),
    tag: row.tag,
  }))
  const limits = { maxExamples: MAX_PREVIEW_EXAMPLES, budgetMs: PREVIEW_BUDGET_MS }
  const preview = await previewRule(rule, tags, limits)
  return { ...preview, complete: preview.examinedTags === names.length }
}

const previews = new Map<number, { waiting: number; last: Promise<unknown> }>()

async function oneByOne<T>(projectId: number, work: () => Promise<T>): Promise<T> {
  const line = previews.get(projectId) ?? { waiting: 0, last: Promise.resolve() }
  if (line.waiting >= MAX_PREVIEWS_WAITING)
    throw new DomainError('TOO_MANY_REQUEST', 'previews of this project are waiting already', {
      retryAfterSeconds: PREVIEW_BUDGET_MS / 1_000,
    })
  previews.set(projectId, line)
  line.waiting++
  const mine = line.last.then(work)
  line.last = mine.catch(() => undefined)
  try {
    return await mine
  } finally {
    if (--line.waiting === 0) previews.delete(projectId)
  }
}

/** The store names the rule. */
const lineOf = (actor: Actor, action: 'create' | 'delete' | 'update', projectId: number): AuditLine => ({
  resourceType: 'immutable_rule',
  action,
  actor,
  resource: '',
  projectId,
})

const sameRule = () => conflict('the project has an immutable tag rule with these selectors already')

/**
 * The tags among `tags` that a rule of the project makes immutable in this repository, as the database has it now.
 * Asks for no right. What it throws means that nothing is known, and a change must be refused.
 *
 * @param repository full name, project first
 */
export async function immutableTags(
  core: Core,
  repository: string,
  tags: Iterable<string>,
): Promise<Set<string>> {
  const slash = repository.indexOf('/')
  const rules = await readActiveRules(core, repository.slice(0, slash))
  return immutableAmong(rules, repository.slice(slash + 1), tags)
}

/** False when nothing in the project can be immutable. Asks for no right. */
export async function hasActiveRules(core: Core, projectName: string): Promise<boolean> {
  return (await readActiveRules(core, projectName)).length > 0
}

/** The same for tags of several repositories of one project, with one look at the rules. Keys are full names. */
export async function immutableTagsOf(
  core: Core,
  projectName: string,
  tagsByRepository: ReadonlyMap<string, readonly string[]>,
): Promise<Map<string, Set<string>>> {
  const rules = await readActiveRules(core, projectName)
  const found = new Map<string, Set<string>>()
  for (const [name, tags] of tagsByRepository)
    found.set(name, await immutableAmong(rules, name.slice(projectName.length + 1), tags))
  return found
}
