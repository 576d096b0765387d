import { type Descriptor, parseManifest } from '../manifest.ts'
import { MEDIA_TYPES } from '../media-types.ts'
import { type Digest, parseDigest } from '../reference.ts'
import type { FakeContext } from './context.ts'
import { errorReply, jsonReply, type Reply } from './reply.ts'
import type { StoredManifest } from './state.ts'

const DEFAULT_MAX_PAGE_SIZE = 1000

export function getCatalog(context: FakeContext): Reply {
  return page(context, [...context.state.repositories.keys()], (repositories) => ({ repositories }))
}

export function getTags(context: FakeContext): Reply {
  const repository = context.state.repositories.get(context.repository)
  if (repository === undefined)
    return errorReply(404, 'NAME_UNKNOWN', 'repository name not known to registry')
  return page(context, [...repository.tags.keys()], (tags) => ({ name: context.repository, tags }))
}

/** Sorted, after `last`, at most `n`; a relative Link leads on (OCI distribution-spec "Listing Tags"). */
function page(context: FakeContext, all: string[], body: (names: string[]) => object): Reply {
  const { url, options } = context
  const maximum = options.maxPageSize ?? DEFAULT_MAX_PAGE_SIZE
  const asked = url.searchParams.get('n')
  if (asked !== null && !/^\d{1,9}$/.test(asked)) {
    return errorReply(400, 'PAGINATION_NUMBER_INVALID', 'invalid number of results requested')
  }
  const size = Math.min(asked === null ? maximum : Number(asked), maximum)
  const last = url.searchParams.get('last')
  const rest = all.sort().filter((name) => last === null || name > last)
  const names = rest.slice(0, size)
  const more = size > 0 && rest.length > size
  const next = `${url.pathname}?n=${size}&last=${encodeURIComponent(names.at(-1) ?? '')}`
  return jsonReply(200, body(names), more ? { link: `<${next}>; rel="next"` } : {})
}

export function getReferrers(context: FakeContext): Reply {
  const { state, options, url, repository } = context
  if (options.referrers === false) return { status: 404, body: '404 page not found\n' }
  const subject = parseDigest(context.target)
  const artifactType = url.searchParams.get('artifactType')
  const manifests = [...(state.repositories.get(repository)?.manifests ?? [])]
    .map(([digest, stored]) => referrerOf(digest, stored, subject))
    .filter((found) => found !== undefined)
    .filter((found) => artifactType === null || found.artifactType === artifactType)
  const headers: Record<string, string> = { 'content-type': MEDIA_TYPES.ociIndex }
  if (artifactType !== null) headers['oci-filters-applied'] = 'artifactType'
  return jsonReply(200, { schemaVersion: 2, mediaType: MEDIA_TYPES.ociIndex, manifests }, headers)
}

function referrerOf(digest: Digest, stored: StoredManifest, subject: Digest) {
  const manifest = parseManifest(stored.bytes, stored.mediaType)
  if (manifest.subject?.digest !== subject) return undefined
  const fallbackType = manifest.kind === 'image' ? manifest.config.mediaType : undefined
  return {
    mediaType: stored.mediaType,
    digest,
    size: stored.bytes.byteLength,
    artifactType: manifest.artifactType ?? fallbackType,
    annotations: manifest.annotations satisfies Descriptor['annotations'],
  }
}
