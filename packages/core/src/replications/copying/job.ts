import type { Digest, FetchedManifest, Tag } from '@berth/registry-client'
import type { Core } from '../../context/index.ts'
import { Turns } from '../../turns/index.ts'
import type { Copying, CopyResult } from './model.ts'

const BLOBS_AT_ONCE = 4
const MANIFESTS_AT_ONCE = 8

/** One copy at work: what its parts share. */
export interface Job extends Copying {
  core: Core
  /** Ends when the copy does, for whatever reason. */
  signal: AbortSignal
  blobTurns: Turns
  manifestTurns: Turns
  /** By digest: an artifact may name the same part many times. */
  manifests: Map<Digest, Promise<void>>
  blobs: Map<Digest, Promise<void>>
  /** Of all manifests that were read for it. */
  manifestBytes: number
  /** Whether the target has the artifact's manifest, once it was asked. */
  rootHere: boolean | undefined
  /** Which manifests wait for which others now. */
  waiting: Map<Digest, Set<Digest>>
  /** The tags to be put, of those that were asked for. */
  wanted: Tag[]
  /** The artifact's own manifest, once it was read. */
  root: FetchedManifest | undefined
  /** When the source last said that a tag is on the artifact, by `performance.now()`. */
  seenAtMs: Map<Tag, number>
  /** By manifest: its config, and the bytes of it once they passed by. */
  configs: Map<Digest, { digest: Digest; bytes?: Uint8Array }>
  /** False once the target has missed what was believed to be there: then everything is asked for. */
  trusting: boolean
  result: Omit<CopyResult, 'outcome'> & { notes: string[] }
  doneBytes: number
  sizeBytes: number
  sentBytes: number
}

export const openJob = (core: Core, copying: Copying, signal: AbortSignal, trusting: boolean): Job => ({
  ...copying,
  core,
  signal,
  trusting,
  manifestBytes: 0,
  rootHere: undefined,
  wanted: [],
  root: undefined,
  seenAtMs: new Map(),
  configs: new Map(),
  blobTurns: new Turns(BLOBS_AT_ONCE),
  manifestTurns: new Turns(MANIFESTS_AT_ONCE),
  manifests: new Map(),
  blobs: new Map(),
  waiting: new Map(),
  result: {
    bytesSent: 0,
    blobsSent: 0,
    blobsMounted: 0,
    manifestsPut: 0,
    tagged: [],
    warnings: [],
    notes: [],
  },
  doneBytes: 0,
  sizeBytes: 0,
  sentBytes: 0,
})

export function report(
  job: Job,
  { done = 0, more = 0, sent = 0 }: { done?: number; more?: number; sent?: number },
): void {
  job.doneBytes += done
  job.sizeBytes += more
  job.sentBytes += sent
  const { doneBytes, sizeBytes, sentBytes } = job
  job.options.onProgress?.({ doneBytes, sizeBytes, sentBytes })
}

/** The work for a key, begun once. */
export function once<K>(works: Map<K, Promise<void>>, key: K, work: () => Promise<void>): Promise<void> {
  let running = works.get(key)
  if (!running) {
    running = work()
    works.set(key, running)
    // Whoever waits for it hears of it; the others end by the signal.
    running.catch(() => {})
  }
  return running
}

/**
 * Lets a manifest wait for another one, unless that one waits for it already: what is attached may lead back to where it is
 * attached, and both would wait for ever.
 */
export async function waitFor(job: Job, of: Digest, other: Digest, work: () => Promise<void>): Promise<void> {
  if (leadsTo(job.waiting, other, of)) return
  const others = job.waiting.get(of) ?? new Set()
  job.waiting.set(of, others.add(other))
  try {
    await work()
  } finally {
    others.delete(other)
  }
}

function leadsTo(waiting: ReadonlyMap<Digest, ReadonlySet<Digest>>, from: Digest, to: Digest): boolean {
  const seen = new Set([from])
  // It grows while it is gone through.
  for (const digest of seen) {
    if (digest === to) return true
    for (const next of waiting.get(digest) ?? []) seen.add(next)
  }
  return false
}
