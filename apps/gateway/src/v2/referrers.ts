import { listReferrers, type Referrer } from '@berth/core/artifacts'
import { DEFAULT_MAX_MANIFEST_BYTES, MEDIA_TYPES } from '@berth/registry-client'
import { OciError } from '../oci-error.ts'
import { sendJson } from './answers.ts'
import { linkTo, pageOf } from './listings.ts'
import type { At } from './path.ts'
import type { V2Request } from './request.ts'

// Clients read the answer as they read a manifest; none needs to take a larger one.
const MAX_ANSWER_BYTES = DEFAULT_MAX_MANIFEST_BYTES - 64 * 1024
// Many clients do not follow pages, so a page is as long as it may be.
const DEFAULT_N = 1_000
// RFC 6838 has media types in ASCII; the index keeps so many characters of one.
const PRINTABLE = /^[ -~]{1,255}$/

/**
 * Section "Listing Referrers": an index of what names the digest as its subject, empty for a digest that nobody has.
 * It comes from Berth's index: the registries behind have no such list.
 */
export async function referrers(request: V2Request<At<'/v2/<name>/referrers/<digest>'>>): Promise<void> {
  const { gateway, exchange, path, query } = request
  const { n, last } = pageOf(query, DEFAULT_N)
  const artifactType = query.get('artifactType') || undefined
  const after = last === undefined ? undefined : positionOf(last)
  const asked = { repository: path.name, subject: path.digest, artifactType, n, after }
  const page =
    artifactType === undefined || PRINTABLE.test(artifactType)
      ? await listReferrers(gateway.core, { ...asked, maxBytes: MAX_ANSWER_BYTES })
      : { referrers: [], next: undefined }
  const index = {
    schemaVersion: 2,
    mediaType: MEDIA_TYPES.ociIndex,
    manifests: page.referrers.map(toDescriptor),
  }
  const more: Record<string, string> = artifactType === undefined ? {} : { artifactType }
  sendJson(exchange, index, {
    'content-type': MEDIA_TYPES.ociIndex,
    ...(artifactType === undefined ? {} : { 'oci-filters-applied': 'artifactType' }),
    ...linkTo(`/v2/${path.name}/referrers/${path.digest}`, n, page.next, more),
  })
}

const toDescriptor = ({ mediaType, digest, sizeBytes, artifactType, annotations }: Referrer) => ({
  mediaType,
  digest,
  size: sizeBytes,
  ...(artifactType === undefined ? {} : { artifactType }),
  ...(Object.keys(annotations).length > 0 ? { annotations } : {}),
})

/** Where an earlier page of ours ended. The databases' integers end at 2^31. */
function positionOf(last: string): number {
  const position = /^\d{1,10}$/.test(last) ? Number(last) : Number.NaN
  if (position < 2 ** 31) return position
  throw new OciError(400, 'PAGINATION_NUMBER_INVALID', 'last must come from the Link of an earlier page')
}
