import type { Core } from '../../../context/index.ts'

const MINUTE_MS = 60_000

/** Since when no look of this process has had its turn, and when that was last said. */
const missed = new WeakMap<object, { sinceMs: number; saidAtMs: number }>()

/**
 * Notes whether a look for work has had its turn. Looks take moments; where none has had its turn for a minute, somebody holds
 * the lock who does not look, and nothing begins anywhere: what it gives then, each minute, is to be written down.
 */
export function noteTurn(core: Pick<Core, 'now'>, hadTurn: boolean): Error | undefined {
  if (hadTurn) {
    missed.delete(core)
    return undefined
  }
  const nowMs = core.now()
  const since = missed.get(core) ?? { sinceMs: nowMs, saidAtMs: nowMs }
  missed.set(core, since)
  if (nowMs - since.saidAtMs < MINUTE_MS) return undefined
  since.saidAtMs = nowMs
  const seconds = Math.round((nowMs - since.sinceMs) / 1_000)
  return new Error(`no look for replications to begin has had its turn for ${seconds} seconds`)
}
