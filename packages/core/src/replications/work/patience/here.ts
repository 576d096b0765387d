import type { Core } from '../../../context/index.ts'
import { probeRegistry } from '../../../registry/index.ts'

const WAIT_MS = 3_000

/**
 * Whether the registry behind this Berth is away as a whole, being started again or cut off: what fails by that says nothing
 * of an artifact. One that answers and fails for some artifact is not.
 */
export async function isAwayHere(core: Core): Promise<boolean> {
  try {
    return (await probeRegistry(core, AbortSignal.timeout(WAIT_MS))) !== undefined
  } catch {
    return true
  }
}
