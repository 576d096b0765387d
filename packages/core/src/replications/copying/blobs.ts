import {
  type Descriptor,
  RegistryError,
  type RepositoryName,
  type UploadSession,
  verifiedSource,
} from '@berth/registry-client'
import type { Core } from '../../context/index.ts'
import { isMismatch, mayPass, pause } from '../sites/index.ts'
import { keeping } from './configs.ts'
import { type Job, once, report } from './job.ts'
import { forget, isKnown, knownPlace, remember } from './known.ts'
import { atSpeed } from './speed.ts'
import { leaseUpload, type Sender, type UploadLease } from './uploads/lease.ts'

const ASK_AGAIN_MS = 500
/** Sent without a place in the database: two who send it at once lose less by it than the place costs both. */
const SMALL_BYTES = 256 * 1024

/** What a transfer that may be slower than one's own may take: a minute, and one more for each 240 MiB. */
const PATIENCE_MS = 60_000
const PATIENT_BYTES_PER_MS = 4 * 1024
const MAX_TIMER_MS = 2 ** 31 - 1

type Blob = Pick<Descriptor, 'digest' | 'sizeBytes'>

/** Blobs on their way from this process, by registry: whoever needs one waits for it here and not at the database. */
const flights = new WeakMap<Core, Map<string, Flight>>()
interface Flight {
  by: Sender
  landed: Promise<void>
}
function flightsOf(core: Core): Map<string, Flight> {
  const known = flights.get(core) ?? new Map<string, Flight>()
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
  const patience = job.options.patienceMs ?? PATIENCE_MS + sizeBytes / PATIENT_BYTES_PER_MS
  const patientUntil = performance.now() + patience
  for (let mismatched = false; ; ) {
    signal.throwIfAborted()
    if (await isThere(job, blob)) return report(job, { done: sizeBytes })
    const other = flying.get(key)
    if (other && waits(job, other.by, patientUntil)) {
      const limitMs = isAsQuick(job, other.by) ? undefined : patientUntil - performance.now()
      await settled(other.landed, signal, limitMs)
      continue
    }
    const attempt = transfer(job, source, blob, notFrom, patientUntil)
    const landed = attempt.then(
      () => {},
      () => {},
    )
    const flight = { by: senderOf(job), landed }
    flying.set(key, flight)
    let outcome: Outcome = 'again'
    try {
      outcome = await attempt
      if (outcome === 'there') return remember(core, to.key, artifact.target, digest)
    } catch (error) {
      // Wrong content may have been spoilt on the way; wrong twice, it is the source's.
      if (mismatched || !isWrongContent(error)) throw error
      mismatched = true
      job.result.notes.push(`the source gave wrong content for ${digest}; it was asked for again`)
    } finally {
      if (flying.get(key) === flight) flying.delete(key)
    }
    if (outcome === 'busy') await pause(ASK_AGAIN_MS * (0.5 + Math.random() / 2), signal)
  }
}

/**
 * Whether a blob is left to somebody else: to whoever is as quick as we would be for as long as it takes, to another one for a
 * while, since it may be slow, or mean to be, and must not keep what others could have at once. Twice is safe.
 */
const waits = (job: Job, other: Sender | undefined, patientUntil: number): boolean =>
  isAsQuick(job, other) || performance.now() < patientUntil

/** Gets it from where this job would, or where nobody is slow, from here; and no slower, as far as policies say. */
function isAsQuick(job: Job, other: Sender | undefined): boolean {
  const { sourceId, speedKbps } = senderOf(job)
  if (sourceId !== 0 && other?.sourceId !== sourceId) return false
  return other === undefined || limitOf(other.speedKbps) >= limitOf(speedKbps)
}

const senderOf = ({ from, options }: Job): Sender => ({
  sourceId: from.key,
  speedKbps: Math.max(0, options.speedKbps ?? 0),
})

const limitOf = (speedKbps: number): number => speedKbps || Number.POSITIVE_INFINITY

async function isThere(
  { core, to, artifact, trusting, signal }: Job,
  { digest, sizeBytes }: Blob,
): Promise<boolean> {
  if (trusting && isKnown(core, to.key, artifact.target, digest)) return true
  const isSmall = trusting && sizeBytes <= SMALL_BYTES
  if (!(await to.hasBlob(artifact.target, digest, { isSmall, signal }))) {
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
  patientUntil: number,
): Promise<Outcome> {
  const { core, to, artifact } = job
  const { digest } = blob
  const { target } = artifact
  const isSmall = blob.sizeBytes <= SMALL_BYTES
  const place = knownPlace(core, to.key, digest) ?? (isSmall ? undefined : await to.placeOf(target, digest))
  const answer = await mounted(job, blob, place, notFrom)
  if (answer === true) return 'there'
  let opened = answer
  const sendIt = (held: UploadLease | undefined) => {
    const session = held?.resume ? undefined : opened
    if (session) opened = undefined
    return send(job, source, blob, held, session)
  }
  try {
    return await transferUnmounted(job, blob, notFrom, patientUntil, sendIt)
  } finally {
    // Else it stays open there until the registry looks through what was left.
    if (opened) await to.abandon(target, opened)
  }
}

/** As `transfer`, for what could not be mounted from where it was believed to be. */
async function transferUnmounted(
  job: Job,
  blob: Blob,
  notFrom: Set<RepositoryName>,
  patientUntil: number,
  send: (lease: UploadLease | undefined) => Promise<void>,
): Promise<Outcome> {
  const { core, to, artifact, signal } = job
  const { digest } = blob
  const { target } = artifact
  if (blob.sizeBytes <= SMALL_BYTES) {
    await send(undefined)
    return 'there'
  }
  const wanted = { registryId: to.key, digest, repository: target, ...senderOf(job) }
  const lease = await leaseUpload(core, wanted, notFrom)
  if ('busy' in lease) {
    if (waits(job, lease.busy, patientUntil)) return 'busy'
    await send(undefined)
    return 'there'
  }
  if ('there' in lease) {
    const answer = await mounted(job, blob, lease.there, notFrom)
    if (answer !== true && answer) await to.abandon(target, answer)
    return answer === true ? 'there' : 'again'
  }
  try {
    await send(lease)
  } catch (error) {
    // The place was lost, to somebody else or to a database that was away for longer: it is asked for again.
    if (lease.signal.aborted && !signal.aborted) return 'busy'
    throw error
  }
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
  const answer = await to.mount(artifact.target, digest, from, { signal }).catch((error) => {
    // Whoever may not pull there, finds it gone, or asks who always fails at mounting, can still send it.
    if (!(error instanceof RegistryError) || (mayPass(error) && error.status !== 500)) throw error
  })
  if (answer === true) {
    job.result.blobsMounted++
    report(job, { done: sizeBytes })
  }
  return answer || undefined
}

async function send(
  job: Job,
  repository: RepositoryName,
  { digest, sizeBytes }: Blob,
  lease: UploadLease | undefined,
  session: UploadSession | undefined,
): Promise<void> {
  const { from, to, artifact, options } = job
  const signal = lease ? AbortSignal.any([job.signal, lease.signal]) : job.signal
  let furthest = 0
  const source = verifiedSource(digest, sizeBytes, async (offsetBytes) => {
    const bytes = await from.openBlob(repository, digest, offsetBytes, { signal })
    return counted(job, bytes, offsetBytes, signal, (position, sent) => {
      // What is sent again is no progress.
      report(job, { done: Math.max(position - furthest, 0), sent })
      furthest = Math.max(furthest, position)
    })
  })
  const chunkBytes =
    options.chunkBytes !== undefined && sizeBytes > options.chunkBytes ? options.chunkBytes : undefined
  try {
    const { resumedFromBytes } = await to.upload(artifact.target, digest, keeping(job, { digest }, source), {
      chunkBytes,
      keepUnfinished: lease !== undefined,
      signal,
      ...(lease?.resume ? { resume: lease.resume } : session && { session }),
      onSession: (open, confirmedBytes) => lease?.progress(open, confirmedBytes),
    })
    report(job, { done: sizeBytes - furthest })
    job.result.blobsSent++
    job.result.bytesSent += sizeBytes - resumedFromBytes
  } catch (error) {
    report(job, { done: -furthest })
    await lease?.release(signal.aborted || mayPass(error)).catch(() => {})
    throw error
  }
  await lease?.finish()
}

async function* counted(
  { from, to, options }: Job,
  bytes: AsyncIterable<Uint8Array>,
  offsetBytes: number,
  signal: AbortSignal,
  onPosition: (position: number, sentBytes: number) => void,
): AsyncGenerator<Uint8Array> {
  const { speedKbps = 0 } = options
  let position = offsetBytes
  for await (const chunk of speedKbps > 0 ? atSpeed(bytes, speedKbps, signal) : bytes) {
    await from.pass?.(chunk.byteLength, signal)
    await to.pass?.(chunk.byteLength, signal)
    position += chunk.byteLength
    onPosition(position, chunk.byteLength)
    yield chunk
  }
}

/** Found out by us or, for what another process had begun, by the target. */
const isWrongContent = (error: unknown): boolean =>
  isMismatch(error) || (error instanceof RegistryError && error.code === 'DIGEST_INVALID')

/** Waits for somebody else's work, however it ends, or so long. */
function settled(work: Promise<void>, signal: AbortSignal, limitMs?: number): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  const onAbort = () => reject(signal.reason)
  signal.addEventListener('abort', onAbort, { once: true })
  const timer = limitMs === undefined ? undefined : setTimeout(resolve, Math.min(limitMs, MAX_TIMER_MS))
  return Promise.race([work, promise]).finally(() => {
    clearTimeout(timer)
    signal.removeEventListener('abort', onAbort)
  })
}
