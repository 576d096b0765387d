import { createDigestCheck } from './digest.ts'
import { ProtocolError, UnavailableError } from './errors.ts'
import type { Answer } from './exchange.ts'
import { readSize } from './manifests.ts'
import { orUndefined } from './pages.ts'
import type { Digest, RepositoryName } from './reference.ts'
import { deleteScope, pullScope } from './scopes.ts'
import { toStream } from './stream.ts'
import type { Transport } from './transport.ts'

export interface BlobInfo {
  digest: Digest
  sizeBytes: number
}

/** Part of a blob; `lastByte` is inclusive and may be left out for "to the end". */
export interface ByteRange {
  firstByte: number
  lastByte?: number
}

export interface GetBlobOptions {
  /** Reads a part only; a part cannot be verified against the digest, its length is. */
  range?: ByteRange
  /** Of a registry that ignores ranges, read the whole and pass over what comes before the range. Default: INVALID_ANSWER. */
  passOver?: boolean
  /** How many times a broken connection is taken up again where it broke. Default 2. */
  resumeAttempts?: number
  signal?: AbortSignal
}

/** A blob on its way. The stream errors at its end if the content was wrong: use nothing of it before it has closed. */
export interface BlobContent {
  digest: Digest
  /** Bytes this stream will give; undefined when the registry did not say. */
  sizeBytes: number | undefined
  stream: ReadableStream<Uint8Array>
}

/** Undefined when the repository has no such blob. */
export async function headBlob(
  transport: Transport,
  repository: RepositoryName,
  digest: Digest,
  options: { signal?: AbortSignal } = {},
): Promise<BlobInfo | undefined> {
  const answer = await orUndefined(askBlob(transport, 'HEAD', repository, digest, {}, options.signal))
  if (answer === undefined) return undefined
  await answer.discard()
  const sizeBytes = readSize(answer)
  if (sizeBytes === undefined) {
    throw new ProtocolError(`${answer.url.pathname} has no size`, { code: 'INVALID_ANSWER' })
  }
  return { digest, sizeBytes }
}

/** @throws NotFoundError, RegistryError with status 416 for a range outside the blob */
export async function getBlob(
  transport: Transport,
  repository: RepositoryName,
  digest: Digest,
  options: GetBlobOptions = {},
): Promise<BlobContent> {
  const { range, signal } = options
  const open = (firstByte: number, partial: boolean) => {
    const headers = partial ? { range: `bytes=${firstByte}-${range?.lastByte ?? ''}` } : {}
    return askBlob(transport, 'GET', repository, digest, headers as Record<string, string>, signal)
  }
  const firstByte = range?.firstByte ?? 0
  const answer = await open(firstByte, range !== undefined)
  if (options.passOver && firstByte > 0 && range?.lastByte === undefined && answer.status === 200)
    return passOver(answer, digest, firstByte)
  await requirePartial(answer, range === undefined ? undefined : firstByte)
  const sizeBytes = readSize(answer)
  const content = download({
    answer,
    sizeBytes,
    attempts: options.resumeAttempts ?? 2,
    check: range === undefined ? createDigestCheck(digest, sizeBytes) : undefined,
    reopen: async (offsetBytes) => {
      const again = await open(firstByte + offsetBytes, true)
      await requirePartial(again, firstByte + offsetBytes)
      return again
    },
  })
  return { digest, sizeBytes, stream: toStream(content, () => answer.discard()) }
}

/** @throws NotFoundError, RegistryError UNSUPPORTED where blobs cannot be deleted */
export async function deleteBlob(
  transport: Transport,
  repository: RepositoryName,
  digest: Digest,
  options: { signal?: AbortSignal } = {},
): Promise<void> {
  const url = blobUrl(transport, repository, digest)
  const scopes = deleteScope(repository)
  const answer = await transport.call({
    method: 'DELETE',
    url,
    scopes,
    ok: [202, 200, 204],
    signal: options.signal,
  })
  await answer.discard()
}

interface Download {
  answer: Answer
  sizeBytes: number | undefined
  attempts: number
  check: ReturnType<typeof createDigestCheck> | undefined
  reopen(offsetBytes: number): Promise<Answer>
}

async function* download({
  answer,
  sizeBytes,
  attempts,
  check,
  reopen,
}: Download): AsyncGenerator<Uint8Array> {
  let current = answer
  let seenBytes = 0
  for (let attempt = 0; ; attempt += 1) {
    try {
      for await (const chunk of current.chunks()) {
        seenBytes += chunk.byteLength
        if (sizeBytes !== undefined && seenBytes > sizeBytes) throw wrongLength(current, sizeBytes)
        check?.update(chunk)
        yield chunk
      }
      // A fetch that does not compare the length itself ends a cut body without an error.
      if (sizeBytes === undefined || seenBytes === sizeBytes) break
      if (attempt >= attempts) throw wrongLength(current, sizeBytes)
    } catch (error) {
      const resumable = error instanceof UnavailableError && sizeBytes !== undefined && seenBytes < sizeBytes
      if (!resumable || attempt >= attempts) throw error
    }
    current = await reopen(seenBytes)
  }
  check?.finish()
}

/** All of a blob without its first bytes. */
function passOver(answer: Answer, digest: Digest, firstByte: number): BlobContent {
  async function* rest() {
    let restBytes = firstByte
    for await (const chunk of answer.chunks()) {
      const passed = Math.min(restBytes, chunk.byteLength)
      restBytes -= passed
      if (passed < chunk.byteLength) yield chunk.subarray(passed)
    }
  }
  const sizeBytes = readSize(answer)
  return {
    digest,
    sizeBytes: sizeBytes === undefined ? undefined : Math.max(sizeBytes - firstByte, 0),
    stream: toStream(rest(), () => answer.discard()),
  }
}

/** A server may ignore Range and send everything; counting that as the part would corrupt it. */
async function requirePartial(answer: Answer, firstByte: number | undefined): Promise<void> {
  const start = /^bytes (\d{1,15})-/.exec(answer.headers.get('content-range') ?? '')?.[1]
  const asAsked =
    firstByte === undefined ? answer.status === 200 : answer.status === 206 && Number(start) === firstByte
  if (asAsked) return
  await answer.discard()
  throw new ProtocolError(`${answer.url.pathname} did not send the part asked for`, {
    code: 'INVALID_ANSWER',
  })
}

function askBlob(
  transport: Transport,
  method: 'HEAD' | 'GET',
  repository: RepositoryName,
  digest: Digest,
  headers: Record<string, string>,
  signal: AbortSignal | undefined,
): Promise<Answer> {
  const url = blobUrl(transport, repository, digest)
  const ok = method === 'GET' ? [200, 206] : [200]
  return transport.call({ method, url, headers, scopes: pullScope(repository), ok, signal })
}

const blobUrl = (transport: Transport, repository: RepositoryName, digest: Digest) =>
  new URL(`v2/${repository}/blobs/${digest}`, transport.registry)

function wrongLength(answer: Answer, sizeBytes: number): ProtocolError {
  return new ProtocolError(`${answer.url.pathname} is not ${sizeBytes} bytes long`, {
    code: 'DIGEST_MISMATCH',
  })
}
