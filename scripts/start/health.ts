import { setTimeout as delay } from 'node:timers/promises'

/** Asks the front door until everything behind it answers. Rejects with what it said last, or the signal's reason. */
export async function untilHealthy(url: string, limitMs: number, signal: AbortSignal): Promise<void> {
  let last = 'no answer'
  for (const end = Date.now() + limitMs; Date.now() < end; await delay(30)) {
    signal.throwIfAborted()
    try {
      const answer = await fetch(`${url}/api/v2.0/health`, { signal: AbortSignal.timeout(5_000) })
      const health = (await answer.json()) as {
        status?: string
        components?: { name: string; status: string }[]
      }
      if (health.status === 'healthy') return
      const ill = health.components?.filter((part) => part.status !== 'healthy').map((part) => part.name)
      last = ill && ill.length > 0 ? `not healthy: ${ill.join(', ')}` : `status ${answer.status}`
    } catch (error) {
      last = (error as Error).message
    }
  }
  throw new Error(`Berth did not get healthy within ${limitMs / 1000} s (${last})`)
}
