import { setTimeout as delay } from 'node:timers/promises'
import { ProtocolError, RateLimitedError, RegistryError, UnavailableError } from '@berth/registry-client'

const ATTEMPTS = 5
/** Of requests to which nothing came at all: each has taken half a minute, and whoever is dead is to be known as such soon. */
const SILENT_ATTEMPTS = 2
const FIRST_PAUSE_MS = 200
/** A longer Retry-After is for the whole registry: whoever gives out the work waits it out, not one request. */
export const MAX_RETRY_AFTER_MS = 5_000

/** What asking again may mend. A certificate that nobody trusts is no such thing. */
export const mayPass = (error: unknown): error is RegistryError =>
  (error instanceof UnavailableError && !/^(CERTIFICATE|TLS)_/.test(error.code)) ||
  error instanceof RateLimitedError

/** The registry gave something else than what it was asked for. */
export const isMismatch = (error: unknown): error is ProtocolError =>
  error instanceof ProtocolError && error.code === 'DIGEST_MISMATCH'

/**
 * May have been spoilt on the way: another content, an answer that cannot be read, or what was hashed here and is no
 * valid manifest, or has another digest, where it arrived. Once more tells; wrong twice, it is as they say.
 */
export const isSpoilt = (error: unknown): error is RegistryError =>
  isMismatch(error) ||
  (error instanceof ProtocolError && error.code === 'INVALID_ANSWER') ||
  (error instanceof RegistryError &&
    error.status === 400 &&
    (error.code === 'DIGEST_INVALID' || error.code === 'MANIFEST_INVALID'))

/** How long to wait before the next of several attempts; undefined when there is to be none. */
export function pauseBefore(error: unknown, failures: number): number | undefined {
  if (!mayPass(error) || failures >= (error.code === 'TIMEOUT' ? SILENT_ATTEMPTS : ATTEMPTS)) return undefined
  if ((error.retryAfterMs ?? 0) > MAX_RETRY_AFTER_MS) return undefined
  // Not all at once after an outage.
  const pauseMs = FIRST_PAUSE_MS * 2 ** (failures - 1) * (0.5 + Math.random() / 2)
  return Math.max(pauseMs, error.retryAfterMs ?? 0)
}

/** @throws the signal's reason */
export async function pause(waitMs: number, signal: AbortSignal | undefined): Promise<void> {
  try {
    await delay(waitMs, undefined, { signal })
  } catch {
    throw signal?.reason
  }
}

/** Asks again for what may pass, a few times, and once more for what may have been spoilt on the way. */
export async function steadily<T>(ask: () => Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  let spoilt = 0
  for (let failures = 1; ; failures++)
    try {
      return await ask()
    } catch (error) {
      if (signal?.aborted) throw signal.reason
      if (isSpoilt(error) && ++spoilt === 1) continue
      const waitMs = pauseBefore(error, failures)
      if (waitMs === undefined) throw error
      await pause(waitMs, signal)
    }
}

/** Bytes from an offset on, over as many connections as it takes; a connection that brought something counts no failure. */
export async function* steadyBytes(
  open: (offsetBytes: number) => Promise<AsyncIterable<Uint8Array>>,
  offsetBytes: number,
  signal: AbortSignal | undefined,
): AsyncGenerator<Uint8Array> {
  let position = offsetBytes
  for (let failures = 1; ; failures++)
    try {
      for await (const chunk of await open(position)) {
        position += chunk.byteLength
        failures = 0
        yield chunk
      }
      return
    } catch (error) {
      if (signal?.aborted) throw signal.reason
      const waitMs = pauseBefore(error, Math.max(failures, 1))
      if (waitMs === undefined) throw error
      await pause(waitMs, signal)
    }
}
