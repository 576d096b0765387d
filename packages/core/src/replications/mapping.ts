import { badRequest } from '../errors/index.ts'
import type { Adapter } from '../registries/index.ts'

export interface Mapping {
  /** Empty: names stay as they are. */
  destNamespace: string
  /** -1: the namespace and the last part of the name; n: n leading parts make way for the namespace. */
  replaceCount: number
}

/**
 * The name of a repository at the destination.
 *
 * @throws DomainError BAD_REQUEST for a name that has fewer parts than make way, or that the destination cannot have
 */
export function mapRepository(
  source: string,
  { destNamespace, replaceCount }: Mapping,
  nameParts: Adapter['nameParts'] = 'any',
): string {
  const parts = source.split('/')
  const name = destNamespace === '' ? source : `${destNamespace}/${restOf(source, parts, replaceCount)}`
  const count = name.split('/').length
  if (nameParts === 'two' && count !== 2)
    throw badRequest(`${name} cannot be a name at the destination, where names have two parts`)
  if (nameParts === 'at-least-two' && count < 2)
    throw badRequest(`${name} cannot be a name at the destination, where names have two parts or more`)
  return name
}

function restOf(source: string, parts: readonly string[], replaceCount: number): string {
  if (replaceCount < 0) return parts.at(-1)!
  if (replaceCount > parts.length - 1)
    throw badRequest(
      `${source} has ${parts.length - 1} parts before its last one, and ${replaceCount} are to make way`,
    )
  return parts.slice(replaceCount).join('/')
}
