import { type Digest, isDigest } from '@berth/registry-client'

const SCHEME = /^(sha256)-([0-9a-f]{64})(\.sig|\.att|\.sbom)?$/

/** The manifest that a tag of the form `sha256-<hex>.sig` says it is attached to. */
export function subjectOf(tag: string): Digest | undefined {
  const [, algorithm, hex] = SCHEME.exec(tag) ?? []
  const digest = `${algorithm}:${hex}`
  return isDigest(digest) ? digest : undefined
}
