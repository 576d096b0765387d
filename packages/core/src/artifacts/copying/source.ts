import { InvalidReferenceError, parseImageReference, type RepositoryName } from '@berth/registry-client'
import { badRequest } from '../../errors/index.ts'

export interface CopySource {
  repository: RepositoryName
  reference: { tag: string } | { digest: string }
}

/** `project/repository:tag` or `project/repository@digest`, of this Berth. @throws DomainError BAD_REQUEST */
export function parseSource(from: string): CopySource {
  const malformed = badRequest('from must be project/repository:tag or project/repository@digest')
  try {
    // With a host before it, no project can be taken for one: their names may have dots.
    const { repository, tag, digest } = parseImageReference(`berth:1/${from}`)
    if (!repository.includes('/')) throw malformed
    if (digest !== undefined && tag === undefined) return { repository, reference: { digest } }
    if (tag !== undefined && digest === undefined) return { repository, reference: { tag } }
  } catch (error) {
    if (!(error instanceof InvalidReferenceError)) throw error
  }
  throw malformed
}
