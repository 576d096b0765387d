import { ProtocolError } from './errors.ts'
import type { Answer } from './exchange.ts'

/**
 * The whole body, never more than `maxBytes` of it in memory.
 * @throws ProtocolError BODY_TOO_LARGE
 */
export async function readBytes(answer: Answer, maxBytes: number): Promise<Uint8Array> {
  const declared = Number(answer.headers.get('content-length') ?? 0)
  if (declared > maxBytes) {
    await answer.discard()
    throw tooLarge(answer, maxBytes)
  }
  const chunks: Uint8Array[] = []
  let sizeBytes = 0
  for await (const chunk of answer.chunks()) {
    sizeBytes += chunk.byteLength
    if (sizeBytes > maxBytes) throw tooLarge(answer, maxBytes)
    chunks.push(chunk)
  }
  return Buffer.concat(chunks, sizeBytes)
}

export async function readText(answer: Answer, maxBytes: number): Promise<string> {
  return new TextDecoder().decode(await readBytes(answer, maxBytes))
}

/** @throws ProtocolError INVALID_ANSWER when the body is not a JSON object */
export async function readJsonObject(answer: Answer, maxBytes: number): Promise<Record<string, unknown>> {
  const text = await readText(answer, maxBytes)
  try {
    const value: unknown = JSON.parse(text)
    if (typeof value === 'object' && value !== null && !Array.isArray(value))
      return value as Record<string, unknown>
  } catch {
    // Falls through to the same error: what exactly was wrong with foreign JSON helps nobody.
  }
  throw new ProtocolError(`${answer.url.pathname} sent no JSON object`, { code: 'INVALID_ANSWER' })
}

/** What can be had of an error body: its beginning, or nothing when even that fails. */
export async function readErrorText(answer: Answer): Promise<string> {
  const MAX_ERROR_BYTES = 16 * 1024
  const chunks: Uint8Array[] = []
  let sizeBytes = 0
  try {
    for await (const chunk of answer.chunks()) {
      chunks.push(chunk)
      sizeBytes += chunk.byteLength
      if (sizeBytes >= MAX_ERROR_BYTES) break
    }
  } catch {
    // The status alone has to do.
  }
  return new TextDecoder().decode(Buffer.concat(chunks).subarray(0, MAX_ERROR_BYTES))
}

function tooLarge(answer: Answer, maxBytes: number): ProtocolError {
  return new ProtocolError(`${answer.url.pathname} sent more than ${maxBytes} bytes`, {
    code: 'BODY_TOO_LARGE',
  })
}
