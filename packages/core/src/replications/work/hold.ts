import type { Core } from '../../context/index.ts'
import { onBeat, renew, tell } from './beats.ts'
import { type Claimed, LEASE_MS } from './model.ts'
import type { Told } from './told.ts'

const DEADLINE_MS = 12 * 60 * 60_000

/** Why a worker ends a transfer itself. */
export class Ended extends Error {
  readonly why: 'stopped' | 'lost' | 'closing' | 'late' | 'big' | 'anew'
  constructor(why: Ended['why']) {
    super(`the transfer was ended: ${why}`)
    this.why = why
  }
}

export interface Hold {
  /** Aborted with an `Ended`. */
  signal: AbortSignal
  progress: Told
  abort(why: Ended): void
  /** Once it resolves nothing more is written for the transfer. */
  end(): Promise<void>
}

/**
 * Keeps a transfer while it is worked on: every three seconds it says that the worker lives and how far it is, and hears
 * whether somebody stopped it, another has it, or it is gone.
 *
 * @param closing aborted when the process has to end
 */
export function hold(core: Core, { claim, transfer }: Claimed, closing: AbortSignal): Hold {
  const ending = new AbortController()
  const progress: Told = { doneBytes: 0, sizeBytes: 0, sentBytes: 0, toldBytes: 0 }
  let keptAtMs = performance.now()
  let beating: Promise<void> | undefined
  const beat = async () => {
    try {
      const kept = await renew(core, claim)
      if (kept !== 'kept') ending.abort(new Ended(kept === 'stop' ? 'stopped' : 'lost'))
      if (kept === 'lost') return
      keptAtMs = performance.now()
      await tell(core, transfer, progress)
    } catch {
      // The database may be back in a moment; but then another may have it.
      if (performance.now() - keptAtMs > LEASE_MS) ending.abort(new Ended('lost'))
    }
  }
  const beganAtMs = core.now()
  const rest = onBeat(core, () => {
    // Whether or not the database answers the beats.
    if (core.now() - beganAtMs > DEADLINE_MS) ending.abort(new Ended('late'))
    beating ??= beat().finally(() => {
      beating = undefined
    })
  })
  const close = () => ending.abort(new Ended('closing'))
  closing.addEventListener('abort', close)
  if (closing.aborted) close()
  return {
    signal: ending.signal,
    progress,
    abort: (why) => ending.abort(why),
    async end() {
      rest()
      closing.removeEventListener('abort', close)
      await beating
    },
  }
}
