import { setTimeout as delay } from 'node:timers/promises'
import { type BlobSource, createSourceCursor, type SourceCursor, toSource } from './blob-source.ts'
import { headBlob } from './blobs.ts'
import { ProtocolError, RateLimitedError, RegistryError, UnavailableError } from './errors.ts'
import { type Digest, isDigest, type RepositoryName } from './reference.ts'
import type { Transport } from './transport.ts'
import {
  cancelUpload,
  isAtHome,
  sendPart,
  startUpload,
  type UploadSession,
  uploadOffset,
} from './upload-session.ts'

export interface UploadOptions {
  /** Sends the blob in parts of this size; without it in one request, and in the rest's size after a failure. */
  chunkBytes?: number
  /** How many failures in a row, without a byte of progress between them, are survived. Default 5. */
  resumeAttempts?: number
  /** Pause before the first retry, doubled each time up to 30 s, of which at least half is waited; a Retry-After is respected. Default 500 ms. */
  resumeDelayMs?: number
  /** A longer Retry-After is not waited for but ends the upload. Without it 120 s of it are waited. */
  maxRetryAfterMs?: number
  /** An upload already begun, as mountBlob gives it. */
  session?: UploadSession
  /** As `onSession` had it, perhaps in another process, of the same blob: the registry is asked how far it got. */
  resume?: UploadSession
  /** Called after each part that was confirmed, and waited for, where that part was sent to: what `resume` takes later. */
  onSession?: (session: UploadSession, confirmedBytes: number) => void | Promise<void>
  /** Leaves the upload open for `resume` when it is aborted or fails for what may pass. Default false. */
  keepUnfinished?: boolean
  /** Called with the bytes the registry has confirmed. */
  onProgress?: (confirmedBytes: number) => void
  signal?: AbortSignal
}

export interface UploadResult {
  digest: Digest
  sizeBytes: number
  /** How many times the upload was taken up after a failure. */
  resumes: number
  /** Where `resume` went on; 0 when all was sent. */
  resumedFromBytes: number
}

const MAX_RESUME_DELAY_MS = 30_000
const MAX_RETRY_AFTER_MS = 120_000

interface Upload {
  transport: Transport
  repository: RepositoryName
  digest: Digest
  source: BlobSource
  cursor: SourceCursor
  options: UploadOptions
  session: UploadSession | undefined
  /** Until the registry was asked about it. */
  earlier: UploadSession | undefined
  resumedFromBytes: number
  offsetBytes: number
}

/**
 * Uploads a blob and lets the registry check its digest. After a broken connection, 429 or 5xx it asks the registry how much
 * arrived and goes on from there; a registry that forgot the upload gets a new one.
 * @throws RegistryError DIGEST_INVALID when the bytes are not what `digest` names
 */
export async function uploadBlob(
  transport: Transport,
  repository: RepositoryName,
  digest: Digest,
  content: BlobSource | Uint8Array,
  options: UploadOptions = {},
): Promise<UploadResult> {
  const source = toSource(content)
  const cursor = createSourceCursor(source)
  const { session, resume } = options
  const earlier = resume && { ...resume, acceptedBy: resume.location.host }
  const begun = { session, earlier, resumedFromBytes: 0, offsetBytes: 0 }
  const upload: Upload = { transport, repository, digest, source, cursor, options, ...begun }
  try {
    const resumes = await persist(upload)
    return { digest, sizeBytes: source.sizeBytes, resumes, resumedFromBytes: upload.resumedFromBytes }
  } catch (error) {
    const open = upload.session ?? upload.earlier
    const wanted = options.keepUnfinished && (options.signal?.aborted || isPassing(error))
    if (open && !wanted) await cancelUpload(transport, repository, open)
    throw error
  } finally {
    cursor.close()
  }
}

/** Repeats attempts until one gets through; gives the number of resumes. */
async function persist(upload: Upload): Promise<number> {
  const { resumeAttempts = 5, resumeDelayMs = 500, maxRetryAfterMs, signal } = upload.options
  let failures = 0
  for (let resumes = 0; ; resumes += 1) {
    const before = upload.offsetBytes
    try {
      if (resumes > 0 && (await recover(upload))) return resumes
      await attempt(upload)
      return resumes
    } catch (error) {
      failures = upload.offsetBytes > before ? 1 : failures + 1
      if (!isPassing(error) || failures > resumeAttempts) throw error
      if (maxRetryAfterMs !== undefined && (error.retryAfterMs ?? 0) > maxRetryAfterMs) throw error
      const growingMs = Math.min(resumeDelayMs * 2 ** (failures - 1), MAX_RESUME_DELAY_MS)
      // Not all at once after an outage.
      const backOffMs = growingMs * (0.5 + Math.random() / 2)
      await pause(Math.max(backOffMs, Math.min(error.retryAfterMs ?? 0, MAX_RETRY_AFTER_MS)), signal)
    }
  }
}

async function pause(waitMs: number, signal: AbortSignal | undefined): Promise<void> {
  try {
    await delay(waitMs, undefined, { signal })
  } catch {
    throw signal?.reason
  }
}

function isPassing(error: unknown): error is RegistryError {
  if (error instanceof UnavailableError || error instanceof RateLimitedError) return true
  // 416: the registry and we disagree on the offset, which asking it will settle.
  return error instanceof RegistryError && error.status === 416
}

async function attempt(upload: Upload): Promise<void> {
  const { transport, repository, digest, source, options } = upload
  await goOn(upload)
  upload.session ??= await startUpload(transport, repository, options.signal)
  const inOneRequest = options.chunkBytes === undefined && upload.offsetBytes === 0
  while (!inOneRequest && upload.offsetBytes < source.sizeBytes) {
    const partBytes = partSize(upload.session, options.chunkBytes, source.sizeBytes - upload.offsetBytes)
    const { session, offsetBytes } = await send(upload, 'PATCH', partBytes)
    upload.session = session
    upload.offsetBytes = offsetBytes
    options.onProgress?.(offsetBytes)
    if (isAtHome(transport, session)) await options.onSession?.(session, offsetBytes)
  }
  const { storedDigest } = await send(upload, 'PUT', source.sizeBytes - upload.offsetBytes)
  upload.session = undefined
  if (isDigest(storedDigest) && storedDigest !== digest) {
    throw new ProtocolError(`the registry stored ${digest} as ${storedDigest}`, { code: 'DIGEST_MISMATCH' })
  }
  options.onProgress?.(source.sizeBytes)
}

/** Takes up the upload from before where the registry says it stands, if it still knows it. */
async function goOn(upload: Upload): Promise<void> {
  const { transport, repository, source, earlier, options } = upload
  if (earlier === undefined) return
  const status = await uploadOffset(transport, repository, earlier, options.signal)
  upload.earlier = undefined
  if (status !== undefined && status.offsetBytes <= source.sizeBytes) {
    upload.session = status.session
    upload.offsetBytes = status.offsetBytes
    upload.resumedFromBytes = status.offsetBytes
  } else await cancelUpload(transport, repository, earlier)
}

function send(upload: Upload, method: 'PATCH' | 'PUT', sizeBytes: number) {
  const { transport, repository, digest, cursor, options, offsetBytes } = upload
  return sendPart(transport, repository, upload.session as UploadSession, {
    method,
    offsetBytes,
    sizeBytes,
    digest: method === 'PUT' ? digest : undefined,
    open: () => cursor.read(offsetBytes, sizeBytes),
    signal: options.signal,
  })
}

function partSize(session: UploadSession, chunkBytes: number | undefined, restBytes: number): number {
  return Math.min(restBytes, Math.max(chunkBytes ?? restBytes, session.minChunkBytes))
}

/** Finds out where the upload stands; true when the blob turns out to be complete already. */
async function recover(upload: Upload): Promise<boolean> {
  const { transport, repository, digest, source, options } = upload
  if (upload.session !== undefined) {
    const status = await uploadOffset(transport, repository, upload.session, options.signal)
    if (status !== undefined && status.offsetBytes <= source.sizeBytes) {
      upload.session = status.session
      upload.offsetBytes = status.offsetBytes
      return false
    }
    await cancelUpload(transport, repository, upload.session)
    upload.session = undefined
  }
  upload.offsetBytes = 0
  // The connection may have broken after the registry had finished: then the upload is gone and the blob is there.
  const stored = await headBlob(transport, repository, digest, { signal: options.signal })
  return stored !== undefined && stored.sizeBytes === source.sizeBytes
}
