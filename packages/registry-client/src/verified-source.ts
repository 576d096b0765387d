import { createHash } from 'node:crypto'
import type { BlobSource } from './blob-source.ts'
import { ProtocolError } from './errors.ts'
import { type Digest, digestAlgorithm } from './reference.ts'

export interface VerifiedSource extends BlobSource {
  /** True once every byte has been hashed and found right. False after an upload that went on where another process ended. */
  readonly verified: boolean
}

/**
 * A source that hashes what it gives, over as many openings as it takes, and holds its last piece back until the whole is
 * known to be what `digest` names: of wrong content the target never gets the end. Bytes that were hashed before are not
 * hashed again; a source first opened behind its beginning cannot be checked, and the target has to.
 *
 * @param open the same content from an offset on; a length other than `sizeBytes` is DIGEST_MISMATCH
 */
export function verifiedSource(
  digest: Digest,
  sizeBytes: number,
  open: (offsetBytes: number) => Promise<AsyncIterable<Uint8Array>>,
): VerifiedSource {
  const hash = createHash(digestAlgorithm(digest))
  let hashedBytes = 0
  let verified = false

  function take(chunk: Uint8Array, offsetBytes: number): void {
    const skip = hashedBytes - offsetBytes
    // Behind a gap nothing can be hashed any more.
    if (verified || skip < 0 || skip >= chunk.byteLength) return
    hash.update(chunk.subarray(skip))
    hashedBytes += chunk.byteLength - skip
    if (hashedBytes < sizeBytes) return
    if (!digest.endsWith(`:${hash.digest('hex')}`)) {
      hashedBytes = Number.NaN
      throw mismatch(digest)
    }
    verified = true
  }

  return {
    sizeBytes,
    get verified() {
      return verified
    },
    async *open(offsetBytes) {
      // A failed hash stays failed: nothing of this source is to be believed.
      if (Number.isNaN(hashedBytes)) throw mismatch(digest)
      let position = offsetBytes
      for await (const chunk of await open(offsetBytes)) {
        if (position + chunk.byteLength > sizeBytes) throw mismatch(digest)
        take(chunk, position)
        position += chunk.byteLength
        yield chunk
      }
      if (position < sizeBytes) throw mismatch(digest)
    },
  }
}

const mismatch = (digest: Digest): ProtocolError =>
  new ProtocolError(`the source does not give the content of ${digest}`, { code: 'DIGEST_MISMATCH' })
