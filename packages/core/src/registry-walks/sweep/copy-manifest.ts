import {
  childrenOf,
  type Digest,
  NotFoundError,
  parseManifest,
  type RegistryClient,
  type RepositoryName,
  requiredBlobsOf,
  type Tag,
} from '@berth/registry-client'

// Deeper indexes are not indexed either.
const MAX_DEPTH = 4

/**
 * Makes `to` hold what `from` holds under a reference: blobs are mounted, so no bytes move where the registry allows it,
 * children come before their index. Nothing of `from` changes.
 *
 * @throws RegistryError, ManifestError
 */
export async function copyManifest(
  client: RegistryClient,
  from: RepositoryName,
  to: RepositoryName,
  reference: Tag | Digest,
  depth = 0,
): Promise<void> {
  const fetched = await client.getManifest(from, reference)
  const manifest = parseManifest(fetched.bytes, fetched.mediaType)
  for (const digest of new Set(requiredBlobsOf(manifest).map((blob) => blob.digest)))
    await copyBlob(client, from, to, digest)
  for (const child of depth < MAX_DEPTH ? childrenOf(manifest) : [])
    await copyManifest(client, from, to, child.digest, depth + 1).catch((error) => {
      // An index may name platforms that were never pushed; whether it may is the registry's decision.
      if (!(error instanceof NotFoundError)) throw error
    })
  await client.putManifest(to, reference, fetched)
}

async function copyBlob(
  client: RegistryClient,
  from: RepositoryName,
  to: RepositoryName,
  digest: Digest,
): Promise<void> {
  const mounted = await client.mountBlob(to, digest, from)
  if (mounted.mounted) return
  const found = await client.headBlob(from, digest)
  if (!found) throw new NotFoundError(`${from} has no blob ${digest}`, { code: 'BLOB_UNKNOWN' })
  const open = async (firstByte: number) => {
    const range = firstByte > 0 ? { range: { firstByte } } : {}
    return (await client.getBlob(from, digest, range)).stream
  }
  await client.uploadBlob(to, digest, { sizeBytes: found.sizeBytes, open }, { session: mounted.session })
}
