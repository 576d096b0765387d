import {
  InvalidReferenceError,
  parseReference,
  parseRepositoryName,
  type RepositoryName,
} from '@berth/registry-client'
import { DomainError, notFound } from '../errors/index.ts'

/** @throws DomainError NAME_INVALID: repositories live inside projects */
export function projectOf(repository: string): string {
  const slash = repository.indexOf('/')
  if (slash < 1)
    throw new DomainError('NAME_INVALID', 'a repository name begins with its project: project/name')
  return repository.slice(0, slash)
}

/** A repository to look for. @throws DomainError NOT_FOUND for a name that none can have */
export function repositoryNamed(input: string): RepositoryName {
  try {
    return parseRepositoryName(input)
  } catch (error) {
    throw error instanceof InvalidReferenceError ? notFound('repository') : error
  }
}

/** A tag or digest to look for. @throws DomainError DIGEST_INVALID, or NOT_FOUND for a tag that cannot be */
export function referenceNamed(input: string): string {
  try {
    return parseReference(input)
  } catch (error) {
    if (!(error instanceof InvalidReferenceError)) throw error
    throw error.code === 'DIGEST_INVALID'
      ? new DomainError('DIGEST_INVALID', 'invalid digest')
      : notFound('artifact')
  }
}
