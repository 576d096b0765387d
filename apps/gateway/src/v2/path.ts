import {
  type Digest,
  parseDigest,
  parseReference,
  parseRepositoryName,
  type RepositoryName,
  type Tag,
} from '@berth/registry-client'
import { OciError } from '../oci-error.ts'

/** The paths of the OCI distribution spec, with everything in them parsed. */
export type V2Path =
  | { path: '/v2/' }
  | { path: '/v2/_catalog' }
  | { path: '/v2/<name>/tags/list'; name: RepositoryName }
  | { path: '/v2/<name>/manifests/<reference>'; name: RepositoryName; reference: Tag | Digest }
  | { path: '/v2/<name>/referrers/<digest>'; name: RepositoryName; digest: Digest }
  | { path: '/v2/<name>/blobs/<digest>'; name: RepositoryName; digest: Digest }
  | { path: '/v2/<name>/blobs/uploads/'; name: RepositoryName }
  | { path: '/v2/<name>/blobs/uploads/<session>'; name: RepositoryName; session: string }

export type At<P extends V2Path['path']> = Extract<V2Path, { path: P }>

// The registry's own form of an upload's id.
const SESSION = /^[a-zA-Z0-9][a-zA-Z0-9._=-]{0,254}$/

/**
 * Reads the path of a request target (without the query). Names may hold words such as `blobs`, so the end decides;
 * the registry gets a path rebuilt from these parts and can read nothing else in it.
 *
 * @throws OciError 404 for another path; InvalidReferenceError for a bad name, tag or digest
 */
export function parseV2Path(pathname: string): V2Path {
  if (pathname === '/v2' || pathname === '/v2/') return { path: '/v2/' }
  if (pathname === '/v2/_catalog') return { path: '/v2/_catalog' }
  const parts = pathname.slice('/v2/'.length).split('/')
  const last = parts.pop()!
  if (last === '' && parts.at(-1) === 'uploads' && parts.at(-2) === 'blobs')
    return { path: '/v2/<name>/blobs/uploads/', name: nameOf(parts, 2) }
  const kind = parts.at(-1)
  if (kind === 'manifests')
    return {
      path: '/v2/<name>/manifests/<reference>',
      name: nameOf(parts, 1),
      reference: parseReference(unescapeColon(last)),
    }
  if (kind === 'blobs' && last === 'uploads')
    return { path: '/v2/<name>/blobs/uploads/', name: nameOf(parts, 1) }
  if (kind === 'blobs')
    return {
      path: '/v2/<name>/blobs/<digest>',
      name: nameOf(parts, 1),
      digest: parseDigest(unescapeColon(last)),
    }
  if (kind === 'uploads' && parts.at(-2) === 'blobs') {
    const name = nameOf(parts, 2)
    if (!SESSION.test(last)) throw new OciError(404, 'BLOB_UPLOAD_UNKNOWN', 'no such upload')
    return { path: '/v2/<name>/blobs/uploads/<session>', name, session: last }
  }
  if (kind === 'tags' && last === 'list') return { path: '/v2/<name>/tags/list', name: nameOf(parts, 1) }
  if (kind === 'referrers')
    return {
      path: '/v2/<name>/referrers/<digest>',
      name: nameOf(parts, 1),
      digest: parseDigest(unescapeColon(last)),
    }
  // A name with an escape or an empty part in it is a bad name, whatever follows.
  if (/%|\/\/|\\/.test(pathname)) throw new OciError(400, 'NAME_INVALID', 'invalid repository name')
  throw new OciError(404, 'UNSUPPORTED', 'there is nothing at this path')
}

/** Some clients escape the colon of a digest, which a path need not. No other escape can stand for a valid character. */
const unescapeColon = (part: string): string => part.replace(/%3a/i, ':')

function nameOf(parts: readonly string[], ending: number): RepositoryName {
  const name = parseRepositoryName(parts.slice(0, parts.length - ending).join('/'))
  if (!name.includes('/'))
    throw new OciError(400, 'NAME_INVALID', 'a repository name begins with its project: project/name')
  return name
}
