import { BYTES_PER_KILOBIT, pause } from '../sites/index.ts'

/** Passes at once after a silence. */
const BURST_MS = 1_000

/** Bytes at no more than so many kilobits per second, in the long run. */
export async function* atSpeed(
  chunks: AsyncIterable<Uint8Array>,
  kbps: number,
  signal: AbortSignal | undefined,
): AsyncGenerator<Uint8Array> {
  const bytesPerMs = (kbps * BYTES_PER_KILOBIT) / 1_000
  let freeAtMs = performance.now()
  for await (const chunk of chunks) {
    const nowMs = performance.now()
    freeAtMs = Math.max(freeAtMs, nowMs - BURST_MS) + chunk.byteLength / bytesPerMs
    if (freeAtMs > nowMs) await pause(freeAtMs - nowMs, signal)
    yield chunk
  }
}
