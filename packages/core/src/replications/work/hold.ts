import type { Core } from '../../context/index.ts'
import { type Claim, renewTask } from '../../executions/index.ts'
import { BIG_BYTES, LEASE_MS } from './model.ts'
import { writeDue } from './store.ts'

const BEAT_MS = 3_000
const DEADLINE_MS = 12 * 60 * 60_000

/** Why a worker ends a transfer itself. */
export class Ended extends Error {
  readonly why: 'stopped' | 'lost' | 'closing' | 'late'
  constructor(why: Ended['why']) {
    super(`the transfer was ended: ${why}`)
    this.why = why
  }
}

export interface Hold {
  /** Aborted with an `Ended`. */
  signal: AbortSignal
  progress: { doneBytes: number; sizeBytes: number }
  /** Once it resolves nothing more is written for the transfer. */
  end(): Promise<void>
}

/**
 * Keeps a transfer while it is worked on: every three seconds it says that the worker lives and how far it is, and hears
 * whether somebody stopped it, another has it, or it is gone.
 *
 * @param closing aborted when the process has to end
 */
export function hold(core: Core, claim: Claim, closing: AbortSignal): Hold {
  const ending = new AbortController()
  const progress = { doneBytes: 0, sizeBytes: 0 }
  let keptAtMs = performance.now()
  let beating: Promise<void> | undefined
  const beat = async () => {
    try {
      const kept = await renewTask(core, claim, LEASE_MS)
      if (kept !== 'kept') ending.abort(new Ended(kept === 'stop' ? 'stopped' : 'lost'))
      if (kept === 'lost') return
      keptAtMs = performance.now()
      const isBig = progress.sizeBytes > BIG_BYTES
      const known = progress.sizeBytes > 0 ? { ...progress, isBig } : {}
      await writeDue(core.db.prisma, claim.taskId, new Date(core.now() + LEASE_MS), known)
    } catch {
      // The database may be back in a moment; but then another may have it.
      if (performance.now() - keptAtMs > LEASE_MS) ending.abort(new Ended('lost'))
    }
  }
  const timer = setInterval(() => {
    beating ??= beat().finally(() => {
      beating = undefined
    })
  }, BEAT_MS)
  const deadline = setTimeout(() => ending.abort(new Ended('late')), DEADLINE_MS)
  const close = () => ending.abort(new Ended('closing'))
  closing.addEventListener('abort', close)
  if (closing.aborted) close()
  return {
    signal: ending.signal,
    progress,
    async end() {
      clearInterval(timer)
      clearTimeout(deadline)
      closing.removeEventListener('abort', close)
      await beating
    },
  }
}
