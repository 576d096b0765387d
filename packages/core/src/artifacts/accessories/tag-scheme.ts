import { isDigest, isIndexType } from '@berth/registry-client'

export interface TagSubject {
  digest: string
  /** Null for the index that clients keep where a registry has no referrers API: it only lists accessories. */
  accessoryType: string | null
}

/** Every tag of the scheme begins like this. A tag that does never makes lists show an accessory. */
export const TAG_SCHEME_PREFIX = 'sha256-'

const FORM = /^sha256-([0-9a-f]{64})(\.sig|\.att|\.sbom)?$/
const types: Record<string, string> = {
  '.sig': 'signature.cosign',
  '.att': 'attestation.cosign',
  '.sbom': 'sbom.cosign',
}

/**
 * What a tag of the form `sha256-<hex>.sig`, `.att` or `.sbom` says its manifest is attached to (cosign's scheme for
 * registries without referrers); without an ending, OCI distribution-spec "referrers tag schema", which holds an index.
 */
export function subjectOfTag(tag: string, manifestMediaType: string): TagSubject | undefined {
  const [, hex, ending] = FORM.exec(tag) ?? []
  if (hex === undefined || (ending === undefined && !isIndexType(manifestMediaType))) return undefined
  const digest = `sha256:${hex}`
  return isDigest(digest) ? { digest, accessoryType: ending ? types[ending]! : null } : undefined
}
