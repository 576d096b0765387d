import { badRequest } from '../errors/index.ts'
import { compileGlob, GlobError } from '../globs/index.ts'
import type { Columns } from '../list-query/index.ts'

export const MAX_RULES_PER_PROJECT = 15

/** `matches`: what fits the pattern; `excludes`: what does not. */
export interface Selector {
  decoration: 'matches' | 'excludes'
  pattern: string
}

/** Both selectors together say which tags of which repositories neither move nor go. */
export interface RuleSelectors {
  tag: Selector
  /** Over the repository's name without its project. */
  repository: Selector
}

export interface ImmutableRule extends RuleSelectors {
  id: number
  disabled: boolean
}

/** What a rule would cover among the tags there are. */
export interface RulePreview {
  /** Tags looked at, at most `MAX_PREVIEWED_TAGS`. */
  examinedTags: number
  /** False when the project has more tags than were looked at: too many, or the pattern took too long. */
  complete: boolean
  coveredTags: number
  coveredRepositories: number
  /** The first ones, by repository and tag. Names of repositories without their project. */
  examples: { repository: string; tag: string }[]
}

export const MAX_PREVIEWED_TAGS = 10_000
export const MAX_PREVIEW_EXAMPLES = 100
/** Matching of one preview ends after this long. */
export const PREVIEW_BUDGET_MS = 2_000
/** Previews of one project, the running one included, per process. */
export const MAX_PREVIEWS_WAITING = 8

/** A selector as callers send it, not yet checked. */
export interface SelectorInput {
  kind?: string
  decoration?: string
  pattern?: string
}

/** Exactly the fields a caller may set. */
export interface RuleInput {
  disabled?: boolean
  action?: string
  tagSelectors?: SelectorInput[]
  /** Only `repository` is known. */
  scopeSelectors?: Record<string, SelectorInput[]>
}

/** What `q` and `sort` may name, over the alias `ir`. */
export const ruleColumns: Columns = {
  id: { sql: 'ir.id', type: 'integer' },
  disabled: { sql: 'ir.disabled', type: 'boolean' },
  creation_time: { sql: 'ir.created_at', type: 'time' },
}

/** Absent fields are undefined. @throws DomainError BAD_REQUEST */
export function parseRule(input: RuleInput): { disabled?: boolean } & Partial<RuleSelectors> {
  if (input.action && input.action !== 'immutable') throw badRequest('the action can only be "immutable"')
  const scopes = Object.entries(input.scopeSelectors ?? {})
  if (scopes.some(([scope]) => scope !== 'repository'))
    throw badRequest('scope_selectors can only hold "repository"')
  return {
    disabled: input.disabled,
    tag: parseSelector('tag_selectors', input.tagSelectors, { matches: 'matches', excludes: 'excludes' }),
    repository: parseSelector('scope_selectors.repository', scopes[0]?.[1], {
      repoMatches: 'matches',
      repoExcludes: 'excludes',
    }),
  }
}

/** Harbor takes several and heeds the first; here the first is the only one, so that nobody counts on a second. */
function parseSelector(
  name: string,
  given: SelectorInput[] | undefined,
  decorations: Record<string, Selector['decoration']>,
): Selector | undefined {
  if (given === undefined) return undefined
  const [selector] = given
  if (given.length !== 1 || !selector) throw badRequest(`${name} must hold exactly one selector`)
  if (selector.kind !== 'doublestar') throw badRequest(`the kind of ${name} must be "doublestar"`)
  const word = selector.decoration ?? ''
  const decoration = Object.hasOwn(decorations, word) ? decorations[word] : undefined
  if (!decoration)
    throw badRequest(`the decoration of ${name} must be ${Object.keys(decorations).join(' or ')}`)
  try {
    compileGlob(selector.pattern ?? '')
  } catch (error) {
    throw error instanceof GlobError ? badRequest(`the pattern of ${name}: ${error.message}`) : error
  }
  return { decoration, pattern: selector.pattern! }
}
