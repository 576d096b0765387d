import { ProtocolError, UnavailableError } from '@berth/registry-client'

const MAX_ANSWER_BYTES = 16 * 1024 * 1024
const TIMEOUT_MS = 30_000

export interface Asked {
  method?: 'GET' | 'HEAD' | 'POST' | 'PUT' | 'DELETE'
  headers?: Record<string, string>
  body?: string
  signal?: AbortSignal
}

export interface Told {
  status: number
  headers: Headers
  /** Undefined when the body is no JSON. */
  data: unknown
  text: string
}

/**
 * One question to an API beside /v2: bounded in time and size, no redirect followed.
 *
 * @throws UnavailableError, ProtocolError; the signal's reason
 */
export async function askJson(fetch: typeof globalThis.fetch, url: URL, asked: Asked): Promise<Told> {
  const { signal: ending, ...init } = asked
  const timeout = AbortSignal.timeout(TIMEOUT_MS)
  const signal = ending ? AbortSignal.any([ending, timeout]) : timeout
  try {
    const headers = { accept: 'application/json', 'user-agent': 'berth', ...init.headers }
    const answer = await fetch(url, { ...init, headers, signal, redirect: 'manual' })
    const text = await readText(answer)
    return { status: answer.status, headers: answer.headers, data: parse(text), text }
  } catch (cause) {
    ending?.throwIfAborted()
    if (cause instanceof ProtocolError) throw cause
    const code = timeout.aborted ? 'TIMEOUT' : 'UNAVAILABLE'
    throw new UnavailableError(`${url.origin}${url.pathname} gave no answer`, { code, cause })
  }
}

async function readText(answer: Response): Promise<string> {
  if (!answer.body) return ''
  const chunks: Uint8Array[] = []
  let sizeBytes = 0
  for await (const chunk of answer.body as unknown as AsyncIterable<Uint8Array>) {
    sizeBytes += chunk.byteLength
    if (sizeBytes > MAX_ANSWER_BYTES)
      throw new ProtocolError('the answer is too large', { code: 'BODY_TOO_LARGE' })
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString('utf8')
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
