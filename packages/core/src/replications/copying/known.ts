import type { Digest, RepositoryName } from '@berth/registry-client'
import type { Core } from '../../context/index.ts'

// A registry that collects its garbage meanwhile refuses the manifest: then everything is asked for again.
const KNOWN_TTL_MS = 10 * 60_000
const KNOWN = 50_000

const cache = (core: Core) => core.cache<RepositoryName>('replications.known-blobs', KNOWN_TTL_MS, KNOWN)
const keyOf = (registryId: number, repository: RepositoryName, digest: Digest) =>
  `${registryId} ${repository}@${digest}`
const anywhere = '*' as RepositoryName

/** Blobs that this process has seen in a repository of a registry a moment ago. */
export const isKnown = (
  core: Core,
  registryId: number,
  repository: RepositoryName,
  digest: Digest,
): boolean => cache(core).peek(keyOf(registryId, repository, digest)) !== undefined

/** A repository of the registry where this process has seen the blob. */
export const knownPlace = (core: Core, registryId: number, digest: Digest): RepositoryName | undefined =>
  cache(core).peek(keyOf(registryId, anywhere, digest))

export function remember(core: Core, registryId: number, repository: RepositoryName, digest: Digest): void {
  cache(core).set(keyOf(registryId, repository, digest), repository)
  cache(core).set(keyOf(registryId, anywhere, digest), repository)
}

export function forget(core: Core, registryId: number, repository: RepositoryName, digest: Digest): void {
  cache(core).delete(keyOf(registryId, repository, digest))
  // What one repository lacks may well be in the other one that is known.
  if (knownPlace(core, registryId, digest) === repository)
    cache(core).delete(keyOf(registryId, anywhere, digest))
}
