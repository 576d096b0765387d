import type { Digest, FetchedManifest } from '@berth/registry-client'
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
  /** The artifact's own manifest, once it was read. */
  root: FetchedManifest | undefined
  /** False once the target has missed what was believed to be there: then everything is asked for. */
  trusting: boolean
  result: Omit<CopyResult, 'outcome'>
  doneBytes: number
  sizeBytes: number
}

export const openJob = (core: Core, copying: Copying, signal: AbortSignal, trusting: boolean): Job => ({
  ...copying,
  core,
  signal,
  trusting,
  root: undefined,
  blobTurns: new Turns(BLOBS_AT_ONCE),
  manifestTurns: new Turns(MANIFESTS_AT_ONCE),
  manifests: new Map(),
  blobs: new Map(),
  result: { bytesSent: 0, blobsSent: 0, blobsMounted: 0, manifestsPut: 0, warnings: [] },
  doneBytes: 0,
  sizeBytes: 0,
})

export function report(job: Job, { done = 0, more = 0 }: { done?: number; more?: number }): void {
  job.doneBytes += done
  job.sizeBytes += more
  const { doneBytes, sizeBytes } = job
  job.options.onProgress?.({ doneBytes, sizeBytes })
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
