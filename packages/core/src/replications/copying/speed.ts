import { BYTES_PER_KILOBIT, pause } from '../sites/index.ts'

/** Passes at once after a silence. */
const BURST_MS = 1_000

/**
 * Bytes at no more than so many kilobits per second, in the long run. No piece takes longer than a second: servers break off
 * what is silent for a while.
 */
export async function* atSpeed(
  chunks: AsyncIterable<Uint8Array>,
  kbps: number,
  signal: AbortSignal | undefined,
): AsyncGenerator<Uint8Array> {
  const bytesPerMs = (kbps * BYTES_PER_KILOBIT) / 1_000
  let freeAtMs = performance.now()
  for await (const chunk of chunks)
    for (const piece of inPieces(chunk, Math.ceil(bytesPerMs * 1_000))) {
      const nowMs = performance.now()
      freeAtMs = Math.max(freeAtMs, nowMs - BURST_MS) + piece.byteLength / bytesPerMs
      if (freeAtMs > nowMs) await pause(freeAtMs - nowMs, signal)
      yield piece
    }
}

function* inPieces(chunk: Uint8Array, maxBytes: number): Generator<Uint8Array> {
  for (let start = 0; start < chunk.byteLength; start += maxBytes)
    yield chunk.subarray(start, start + maxBytes)
}
