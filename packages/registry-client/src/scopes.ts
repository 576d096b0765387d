import type { RepositoryName } from './reference.ts'

/** Token scopes as the Docker token spec writes them. */
export const catalogScope = ['registry:catalog:*'] as const
export const pullScope = (repository: RepositoryName): string[] => [`repository:${repository}:pull`]
export const pushScope = (repository: RepositoryName): string[] => [`repository:${repository}:pull,push`]
export const deleteScope = (repository: RepositoryName): string[] => [`repository:${repository}:delete`]
