import {
  type Descriptor,
  type Digest,
  RegistryError,
  type RepositoryName,
  type UploadSession,
  verifiedSource,
} from '@berth/registry-client'
import type { Core } from '../../context/index.ts'
import { isMismatch, mayPass, pause } from '../sites/index.ts'
import { type Job, once, report } from './job.ts'
import { forget, isKnown, knownPlace, remember } from './known.ts'
import { atSpeed } from './speed.ts'
import { leaseUpload, type UploadLease } from './uploads/lease.ts'

const ASK_AGAIN_MS = 500

type Blob = Pick<Descriptor, 'digest' | 'sizeBytes'>

/** Blobs on their way from this process, by registry: whoever needs one waits for it here and not at the database. */
const flights = new WeakMap<Core, Map<string, Promise<void>>>()
function flightsOf(core: Core): Map<string, Promise<void>> {
  const known = flights.get(core) ?? new Map<string, Promise<void>>()
  flights.set(core, known)
  return known
}

/**
 * Sees to it that the target's repository has the blob: known there, mounted from elsewhere, waited for when somebody
 * sends it to that registry, or sent.
 *
 * @throws RegistryError DIGEST_MISMATCH when the source gave something else twice; DomainError; the signal's reason
 */
export function bringBlob(job: Job, source: RepositoryName, blob: Blob): Promise<void> {
  return once(job.blobs, blob.digest, () => {
    report(job, { more: blob.sizeBytes })
    return job.blobTurns.run(() => bring(job, source, blob))
  })
}

async function bring(job: Job, source: RepositoryName, blob: Blob): Promise<void> {
  const { core, to, artifact, signal } = job
  const { digest, sizeBytes } = blob
  const flying = flightsOf(core)
  const key = `${to.key} ${digest}`
  const notFrom = new Set<RepositoryName>()
  for (let mismatched = false; ; ) {
    signal.throwIfAborted()
    if (await isThere(job, digest)) return report(job, { done: sizeBytes })
    const flight = flying.get(key)
    if (flight) {
      await settled(flight, signal)
      continue
    }
    const attempt = transfer(job, source, blob, notFrom)
    const flown = attempt.then(
      () => {},
      () => {},
    )
    flying.set(key, flown)
    let outcome: Outcome = 'again'
    try {
      outcome = await attempt
      if (outcome === 'there') return remember(core, to.key, artifact.target, digest)
    } catch (error) {
      // Wrong content may have been spoilt on the way; wrong twice, it is the source's.
      if (mismatched || !isWrongContent(error)) throw error
      mismatched = true
      job.result.warnings.push(`the source gave wrong content for ${digest}; it was asked for again`)
    } finally {
      flying.delete(key)
    }
    if (outcome === 'busy') await pause(ASK_AGAIN_MS * (0.5 + Math.random() / 2), signal)
  }
}

async function isThere({ core, to, artifact, trusting, signal }: Job, digest: Digest): Promise<boolean> {
  if (trusting && isKnown(core, to.key, artifact.target, digest)) return true
  if (!(await to.hasBlob(artifact.target, digest, { signal }))) {
    forget(core, to.key, artifact.target, digest)
    return false
  }
  remember(core, to.key, artifact.target, digest)
  return true
}

/** `again`: it was said to be somewhere, and could not be mounted from there. */
type Outcome = 'there' | 'busy' | 'again'

/** @param notFrom repositories from which it could not be mounted; one may be added */
async function transfer(
  job: Job,
  source: RepositoryName,
  blob: Blob,
  notFrom: Set<RepositoryName>,
): Promise<Outcome> {
  const { core, to, artifact, signal } = job
  const { digest } = blob
  const { target } = artifact
  const place = knownPlace(core, to.key, digest) ?? (await to.placeOf(target, digest))
  const session = await mounted(job, blob, place, notFrom)
  if (session === true) return 'there'
  const lease = await leaseUpload(core, { registryId: to.key, digest, repository: target }, notFrom)
  if ('busy' in lease) return 'busy'
  if ('there' in lease) return (await mounted(job, blob, lease.there, notFrom)) === true ? 'there' : 'again'
  await send(job, source, blob, lease, session)
  signal.throwIfAborted()
  return 'there'
}

async function mounted(
  job: Job,
  { digest, sizeBytes }: Blob,
  from: RepositoryName | undefined,
  notFrom: Set<RepositoryName>,
): Promise<true | UploadSession | undefined> {
  const { to, artifact, signal } = job
  if (from === undefined || notFrom.has(from)) return undefined
  notFrom.add(from)
  // Where it is to come to it was just asked for.
  if (from === artifact.target) return undefined
  const answer = await to.mount(artifact.target, digest, from, { signal })
  if (answer === true) {
    job.result.blobsMounted++
    report(job, { done: sizeBytes })
  }
  return answer
}

async function send(
  job: Job,
  repository: RepositoryName,
  { digest, sizeBytes }: Blob,
  lease: UploadLease,
  session: UploadSession | undefined,
): Promise<void> {
  const { from, to, artifact, options } = job
  const signal = AbortSignal.any([job.signal, lease.signal])
  let furthest = 0
  const source = verifiedSource(digest, sizeBytes, async (offsetBytes) => {
    const bytes = await from.openBlob(repository, digest, offsetBytes, { signal })
    return counted(job, bytes, offsetBytes, signal, (position) => {
      // What is sent again is no progress.
      report(job, { done: Math.max(position - furthest, 0) })
      furthest = Math.max(furthest, position)
    })
  })
  const chunkBytes =
    options.chunkBytes !== undefined && sizeBytes > options.chunkBytes ? options.chunkBytes : undefined
  try {
    const { resumedFromBytes } = await to.upload(artifact.target, digest, source, {
      chunkBytes,
      signal,
      ...(lease.resume ? { resume: lease.resume } : session && { session }),
      onSession: (open, confirmedBytes) => lease.progress(open, confirmedBytes),
    })
    report(job, { done: sizeBytes - furthest })
    job.result.blobsSent++
    job.result.bytesSent += sizeBytes - resumedFromBytes
  } catch (error) {
    report(job, { done: -furthest })
    await lease.release(signal.aborted || mayPass(error)).catch(() => {})
    throw error
  }
  await lease.finish()
}

async function* counted(
  { from, to, options }: Job,
  bytes: AsyncIterable<Uint8Array>,
  offsetBytes: number,
  signal: AbortSignal,
  onPosition: (position: number) => void,
): AsyncGenerator<Uint8Array> {
  const { speedKbps = 0 } = options
  let position = offsetBytes
  for await (const chunk of speedKbps > 0 ? atSpeed(bytes, speedKbps, signal) : bytes) {
    await from.pass?.(chunk.byteLength, signal)
    await to.pass?.(chunk.byteLength, signal)
    position += chunk.byteLength
    onPosition(position)
    yield chunk
  }
}

/** Found out by us or, for what another process had begun, by the target. */
const isWrongContent = (error: unknown): boolean =>
  isMismatch(error) || (error instanceof RegistryError && error.code === 'DIGEST_INVALID')

/** Waits for somebody else's work, however it ends. */
function settled(work: Promise<void>, signal: AbortSignal): Promise<void> {
  const { promise, reject } = Promise.withResolvers<never>()
  const onAbort = () => reject(signal.reason)
  signal.addEventListener('abort', onAbort, { once: true })
  return Promise.race([work, promise]).finally(() => signal.removeEventListener('abort', onAbort))
}
