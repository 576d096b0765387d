import { type Descriptor, MEDIA_TYPES, parseRepositoryName } from '@berth/registry-client'
import type { Core } from '../context/index.ts'
import { registryClient } from '../registry/index.ts'
import { MAX_CONFIG_BYTES, readConfig } from './image-config.ts'

const FETCH_TIMEOUT_MS = 5_000

/** The bytes of a config, checked against its digest; undefined when it is larger than 1 MiB. */
export async function fetchConfigBytes(
  core: Core,
  repository: string,
  config: Pick<Descriptor, 'digest' | 'sizeBytes'>,
  signal?: AbortSignal,
): Promise<Buffer | undefined> {
  if (config.sizeBytes > MAX_CONFIG_BYTES) return undefined
  const blob = await registryClient(core).getBlob(parseRepositoryName(repository), config.digest, { signal })
  const chunks: Uint8Array[] = []
  let sizeBytes = 0
  // The descriptor's size is only a claim: what really comes is counted.
  for await (const chunk of blob.stream) {
    sizeBytes += chunk.byteLength
    if (sizeBytes > MAX_CONFIG_BYTES) return undefined
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}

/** The config as an object; undefined when it is missing, large, no JSON object, or the registry does not answer. */
export async function fetchConfig(
  core: Core,
  repository: string,
  config: Descriptor,
): Promise<Record<string, unknown> | undefined> {
  if (config.mediaType === MEDIA_TYPES.ociEmpty) return undefined
  try {
    const bytes = await fetchConfigBytes(core, repository, config, AbortSignal.timeout(FETCH_TIMEOUT_MS))
    return bytes && readConfig(bytes)
  } catch {
    // Lists show less of this artifact; the next push of it tries again.
    return undefined
  }
}
