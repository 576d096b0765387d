import type { RepositoryName } from './reference.ts'

/** Token scopes as the Docker token spec writes them. */
export const catalogScope = ['registry:catalog:*'] as const
export const pullScope = (repository: RepositoryName): string[] => [`repository:${repository}:pull`]
export const pushScope = (repository: RepositoryName): string[] => [`repository:${repository}:pull,push`]
/** Distribution's word is `delete`; `actions` where a registry has others for it. */
export const deleteScope = (repository: RepositoryName, actions = 'delete'): string[] => [
  `repository:${repository}:${actions}`,
]
