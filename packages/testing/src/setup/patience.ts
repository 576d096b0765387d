import { vi } from 'vitest'

/** What a busy machine may take for what is waited for. */
const PATIENCE_MS = 30_000

// Vitest gives no configuration for this, and its own second is over before a machine with other work gets to it.
const own = vi.waitFor
const patient: typeof own & { isPatient?: true } = (callback, options) =>
  own(callback, { timeout: PATIENCE_MS, ...(typeof options === 'number' ? { timeout: options } : options) })
patient.isPatient = true
// Files share their modules, and this is run before each of them.
if (!('isPatient' in own)) vi.waitFor = patient
