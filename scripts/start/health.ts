import { setTimeout as delay } from 'node:timers/promises'

// A registry of somebody else's may be away, or may still have to be told of Berth: Berth is of use without it.
const PATIENCE_MS = 5_000

export interface Patience {
  /** Parts that are not waited for longer than `patienceMs` once all others are healthy. */
  mayBeIll?: readonly string[]
  patienceMs?: number
}

/**
 * Asks the front door until everything behind it answers. Rejects with what it said last, or the signal's reason.
 *
 * @returns what is wrong with those of them that are not healthy
 */
export async function untilHealthy(
  url: string,
  limitMs: number,
  signal: AbortSignal,
  { mayBeIll = [], patienceMs = PATIENCE_MS }: Patience = {},
): Promise<string[]> {
  let last = 'no answer'
  let othersHealthySince: number | undefined
  for (const end = Date.now() + limitMs; Date.now() < end; await delay(30)) {
    signal.throwIfAborted()
    try {
      const answer = await fetch(`${url}/api/v2.0/health`, { signal: AbortSignal.timeout(5_000) })
      const health = (await answer.json()) as {
        status?: string
        components?: { name: string; status: string; error?: string }[]
      }
      if (health.status === 'healthy') return []
      const ill = health.components?.filter((part) => part.status !== 'healthy') ?? []
      const errors = ill.map((part) => part.error ?? `${part.name} is not healthy`)
      if (ill.length > 0 && ill.every((part) => mayBeIll.includes(part.name))) {
        othersHealthySince ??= Date.now()
        if (Date.now() - othersHealthySince > patienceMs) return errors
      } else othersHealthySince = undefined
      last = errors.length > 0 ? errors.join('; ') : `status ${answer.status}`
    } catch (error) {
      last = (error as Error).message
    }
  }
  throw new Error(`Berth did not get healthy within ${limitMs / 1000} s (${last})`)
}
