import { createHash } from 'node:crypto'
import { ProtocolError } from './errors.ts'
import { type Digest, type DigestAlgorithm, digestAlgorithm } from './reference.ts'

/** The digest of bytes held in memory. */
export function digestOf(bytes: Uint8Array | string, algorithm: DigestAlgorithm = 'sha256'): Digest {
  return `${algorithm}:${createHash(algorithm).update(bytes).digest('hex')}` as Digest
}

/** Counts and hashes what passes by; `finish` throws when it was not `expected`. */
export interface DigestCheck {
  update(chunk: Uint8Array): void
  /** @throws ProtocolError DIGEST_MISMATCH */
  finish(): void
  readonly sizeBytes: number
}

/** @param sizeBytes when given, a longer stream fails at once and a shorter one at its end. */
export function createDigestCheck(expected: Digest, sizeBytes?: number): DigestCheck {
  const hash = createHash(digestAlgorithm(expected))
  let seenBytes = 0
  return {
    update(chunk) {
      seenBytes += chunk.byteLength
      if (sizeBytes !== undefined && seenBytes > sizeBytes) throw sizeMismatch(expected, sizeBytes)
      hash.update(chunk)
    },
    finish() {
      if (sizeBytes !== undefined && seenBytes !== sizeBytes) throw sizeMismatch(expected, sizeBytes)
      if (!expected.endsWith(`:${hash.digest('hex')}`)) {
        throw new ProtocolError(`content does not match ${expected}`, { code: 'DIGEST_MISMATCH' })
      }
    },
    get sizeBytes() {
      return seenBytes
    },
  }
}

/** Passes chunks on and throws after the last one if they were not the content `expected` names. */
export async function* verifyDigest(
  chunks: AsyncIterable<Uint8Array>,
  expected: Digest,
  sizeBytes?: number,
): AsyncGenerator<Uint8Array, void, undefined> {
  const check = createDigestCheck(expected, sizeBytes)
  for await (const chunk of chunks) {
    check.update(chunk)
    yield chunk
  }
  check.finish()
}

/** The same as a web stream: the readable side errors instead of closing when the content is wrong. */
export function digestVerifierStream(
  expected: Digest,
  sizeBytes?: number,
): TransformStream<Uint8Array, Uint8Array> {
  const check = createDigestCheck(expected, sizeBytes)
  return new TransformStream({
    transform(chunk, controller) {
      check.update(chunk)
      controller.enqueue(chunk)
    },
    flush() {
      check.finish()
    },
  })
}

function sizeMismatch(expected: Digest, sizeBytes: number): ProtocolError {
  return new ProtocolError(`content of ${expected} is not ${sizeBytes} bytes long`, {
    code: 'DIGEST_MISMATCH',
  })
}
