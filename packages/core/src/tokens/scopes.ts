import { parseRepositoryName, type RepositoryName } from '@berth/registry-client'

export type RepositoryAction = 'pull' | 'push' | 'delete'
export const repositoryActions: readonly RepositoryAction[] = ['pull', 'push', 'delete']

/** What a client asks a token for. */
export type Scope =
  | { type: 'repository'; name: RepositoryName; actions: RepositoryAction[] }
  | { type: 'registry'; name: 'catalog'; actions: ['*'] }

/** More than any client needs; a limit on the work one request can cause. */
export const MAX_SCOPES = 100

/**
 * Reads `scope` parameters: each may hold several scopes separated by spaces. What nobody could be given (other types,
 * invalid names, unknown actions) is left out: a client learns from the token what it got.
 */
export function parseScopes(parameters: readonly string[]): Scope[] {
  const repositories = new Map<RepositoryName, Set<RepositoryAction>>()
  let catalog = false
  for (const text of parameters.flatMap((parameter) => parameter.split(' ')).slice(0, MAX_SCOPES)) {
    const scope = parseScope(text)
    if (scope?.type === 'registry') catalog = true
    if (scope?.type !== 'repository') continue
    const actions = repositories.get(scope.name) ?? new Set()
    for (const action of scope.actions) actions.add(action)
    repositories.set(scope.name, actions)
  }
  const scopes: Scope[] = [...repositories].map(([name, actions]) => ({
    type: 'repository',
    name,
    actions: repositoryActions.filter((action) => actions.has(action)),
  }))
  if (catalog) scopes.push({ type: 'registry', name: 'catalog', actions: ['*'] })
  return scopes
}

/** `type:name:actions`; undefined when it asks for nothing that exists. A name may hold colons only in `host:port`. */
export function parseScope(text: string): Scope | undefined {
  const first = text.indexOf(':')
  const last = text.lastIndexOf(':')
  if (first <= 0 || last === first) return undefined
  const type = text.slice(0, first)
  const name = text.slice(first + 1, last)
  const asked = text.slice(last + 1).split(',')
  if (type === 'registry')
    return name === 'catalog' && asked.includes('*')
      ? { type: 'registry', name: 'catalog', actions: ['*'] }
      : undefined
  // `repository(plugin)` is what docker asks plugins with: a class behind the type, the same resource.
  if (type !== 'repository' && type !== 'repository(plugin)') return undefined
  const actions = repositoryActions.filter((action) => asked.includes(action) || asked.includes('*'))
  if (actions.length === 0) return undefined
  try {
    return { type: 'repository', name: parseRepositoryName(name), actions }
  } catch {
    return undefined
  }
}

/** The project is the first part of a repository's name; a name of one part belongs to none. */
export function projectOf(repository: RepositoryName): string | undefined {
  const slash = repository.indexOf('/')
  return slash < 0 ? undefined : repository.slice(0, slash)
}
