import type { BlobSource, Descriptor, Digest, Manifest } from '@berth/registry-client'
import type { Job } from './job.ts'

/** Larger ones are read from the registry by whoever wants to know. */
const KEPT_BYTES = 256 * 1024

/** Says that the bytes of a manifest's config are to be kept when they pass by, where the target looks into configs. */
export function wantConfig(job: Job, of: Digest, manifest: Manifest): void {
  if (!job.to.wantsConfigs || manifest.kind !== 'image') return
  if (manifest.config.sizeBytes <= KEPT_BYTES) job.configs.set(of, { digest: manifest.config.digest })
}

/** The bytes of a manifest's config, checked against its digest, where they passed by. */
export const configOf = (job: Job, of: Digest): { config?: Uint8Array } => {
  const bytes = job.configs.get(of)?.bytes
  return bytes ? { config: bytes } : {}
}

/**
 * The source of a blob, whose bytes are kept if it is a wanted config.
 *
 * @param source that gives its last piece only when the whole is what its digest names
 */
export function keeping(job: Job, { digest }: Pick<Descriptor, 'digest'>, source: BlobSource): BlobSource {
  const wanted = [...job.configs.values()].filter((config) => config.digest === digest)
  if (wanted.length === 0) return source
  return {
    sizeBytes: source.sizeBytes,
    async *open(offsetBytes) {
      const chunks: Uint8Array[] = []
      let position = offsetBytes
      for await (const chunk of await source.open(offsetBytes)) {
        chunks.push(chunk)
        position += chunk.byteLength
        // Who reads it does not ask again behind the last piece.
        if (offsetBytes === 0 && position === source.sizeBytes) {
          const bytes = Buffer.concat(chunks)
          for (const config of wanted) config.bytes = bytes
        }
        yield chunk
      }
    },
  }
}
