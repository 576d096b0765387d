import {
  type Digest,
  InvalidReferenceError,
  parseDigest,
  parseRepositoryName,
  parseTag,
  type RepositoryName,
  type Tag,
} from './reference.ts'

/** `host/repository:tag@digest` taken apart. Nothing is defaulted: no Docker Hub, no `library/`, no `latest`. */
export interface ImageReference {
  /** Host with optional port, as written; undefined when the text begins with the repository. */
  host: string | undefined
  repository: RepositoryName
  tag: Tag | undefined
  digest: Digest | undefined
}

// Host labels, repository, tag and the longest digest together stay well below this.
const MAX_IMAGE_REFERENCE_LENGTH = 1024
const HOST_LABEL = /^[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?$/
const IPV6_HOST = /^\[[0-9a-fA-F:.]{2,45}\]$/

/**
 * Reads a reference as clients write it. The first segment is a host when it has a dot, a colon or is `localhost`.
 * @throws InvalidReferenceError NAME_INVALID, TAG_INVALID or DIGEST_INVALID
 */
export function parseImageReference(input: string): ImageReference {
  if (typeof input !== 'string' || input.length > MAX_IMAGE_REFERENCE_LENGTH) {
    throw new InvalidReferenceError('NAME_INVALID', 'invalid image reference', input)
  }
  const at = input.indexOf('@')
  const digest = at < 0 ? undefined : parseDigest(input.slice(at + 1))
  const { host, rest } = splitHost(at < 0 ? input : input.slice(0, at))
  const colon = rest.lastIndexOf(':')
  const tag = colon < 0 ? undefined : parseTag(rest.slice(colon + 1))
  return { host, repository: parseRepositoryName(colon < 0 ? rest : rest.slice(0, colon)), tag, digest }
}

function splitHost(text: string): { host: string | undefined; rest: string } {
  const slash = text.indexOf('/')
  const first = text.slice(0, Math.max(slash, 0))
  if (slash < 0 || !(first.includes('.') || first.includes(':') || first === 'localhost')) {
    return { host: undefined, rest: text }
  }
  if (!isHost(first)) throw new InvalidReferenceError('NAME_INVALID', 'invalid registry host', text)
  return { host: first, rest: text.slice(slash + 1) }
}

/** Host name, IPv4 or bracketed IPv6 address, with an optional port of 1 to 65535. */
function isHost(text: string): boolean {
  const port = /:([0-9]{1,5})$/.exec(text)
  const host = port ? text.slice(0, port.index) : text
  if (port && (Number(port[1]) < 1 || Number(port[1]) > 65_535)) return false
  return (
    IPV6_HOST.test(host) || (host.length <= 253 && host.split('.').every((label) => HOST_LABEL.test(label)))
  )
}
