/**
 * Names, tags and digests, parsed once at the edge and typed from there on.
 * Grammar: OCI distribution-spec 1.1, "Pulling manifests"; digests: OCI image-spec, "Digests".
 */

declare const brand: unique symbol
type Branded<Kind extends string> = string & { readonly [brand]: Kind }

/** A repository path such as `library/alpine`: lower case, at most 255 characters, safe inside a URL path. */
export type RepositoryName = Branded<'RepositoryName'>
/** A tag of at most 128 characters, safe inside a URL path. */
export type Tag = Branded<'Tag'>
/** `sha256:<64 hex>` or `sha512:<128 hex>`, lower case. */
export type Digest = Branded<'Digest'>
export type DigestAlgorithm = 'sha256' | 'sha512'

export type InvalidReferenceCode = 'NAME_INVALID' | 'TAG_INVALID' | 'DIGEST_INVALID'

/** Thrown by every parser of this file. `code` is the error code of the OCI distribution spec; `input` is cut to 300 characters. */
export class InvalidReferenceError extends Error {
  override readonly name = 'InvalidReferenceError'
  readonly code: InvalidReferenceCode
  readonly input: string

  constructor(code: InvalidReferenceCode, message: string, input: unknown) {
    super(message)
    this.code = code
    this.input = String(input).slice(0, 300)
  }
}

export const MAX_REPOSITORY_NAME_LENGTH = 255
export const MAX_TAG_LENGTH = 128

// Separators and alphanumerics are disjoint sets, so every character has one way to match: linear time.
const COMPONENT = '[a-z0-9]+(?:(?:\\.|__?|-+)[a-z0-9]+)*'
const REPOSITORY_NAME = new RegExp(`^${COMPONENT}(?:/${COMPONENT})*$`)
const TAG = /^[a-zA-Z0-9_][a-zA-Z0-9._-]{0,127}$/
const DIGEST = /^(?:sha256:[a-f0-9]{64}|sha512:[a-f0-9]{128})$/

export const isRepositoryName = (input: unknown): input is RepositoryName =>
  typeof input === 'string' && input.length <= MAX_REPOSITORY_NAME_LENGTH && REPOSITORY_NAME.test(input)

/** @throws InvalidReferenceError NAME_INVALID */
export function parseRepositoryName(input: string): RepositoryName {
  if (isRepositoryName(input)) return input
  throw new InvalidReferenceError('NAME_INVALID', 'invalid repository name', input)
}

/** @throws InvalidReferenceError TAG_INVALID */
export function parseTag(input: string): Tag {
  if (typeof input !== 'string' || !TAG.test(input)) {
    throw new InvalidReferenceError('TAG_INVALID', 'invalid tag', input)
  }
  return input as Tag
}

/** @throws InvalidReferenceError DIGEST_INVALID, also for algorithms other than sha256 and sha512 */
export function parseDigest(input: string): Digest {
  if (!isDigest(input)) throw new InvalidReferenceError('DIGEST_INVALID', 'invalid digest', input)
  return input
}

/**
 * The last path segment of a manifest URL. A colon cannot occur in a tag, so whatever has one is meant as a digest.
 * @throws InvalidReferenceError TAG_INVALID or DIGEST_INVALID
 */
export function parseReference(input: string): Tag | Digest {
  return typeof input === 'string' && input.includes(':') ? parseDigest(input) : parseTag(input)
}

export function isDigest(input: unknown): input is Digest {
  return typeof input === 'string' && DIGEST.test(input)
}

export function digestAlgorithm(digest: Digest): DigestAlgorithm {
  return digest.startsWith('sha256:') ? 'sha256' : 'sha512'
}

/** The tag under which registries without a referrers API keep the referrers of a digest (OCI "Referrers Tag Schema"). */
export function referrersTag(digest: Digest): Tag {
  const [algorithm, encoded] = digest.split(':') as [string, string]
  return parseTag(`${algorithm}-${encoded.slice(0, 64)}`)
}
