import { fetchConfigured, OutboundError } from '../outbound/index.ts'
import { signatureHeaders } from '../signatures/index.ts'
import { DeliveryError } from './failure.ts'
import type { Target } from './model.ts'

const TIMEOUT_MS = 30_000
/** Of the answer, which is only looked at when it refuses. */
const MAX_ANSWER_BYTES = 64 * 1024
const SHOWN_LENGTH = 300
const MAX_WAIT_MS = 3_600_000

/**
 * Posts a JSON array, under an id that stays the same when it is sent again. Any status from 200 to 299 says that the receiver has it.
 *
 * @throws DeliveryError
 */
export async function sendHttp(
  target: Target,
  id: string,
  records: readonly Record<string, unknown>[],
  now: number,
): Promise<{ status: number }> {
  const body = JSON.stringify(records)
  const { status, headers, text } = await post(target, body, {
    'content-type': 'application/json',
    ...proof(target, id, body, now),
  })
  if (status >= 200 && status < 300) return { status }
  throw new DeliveryError(`the receiver answered ${status}${text === '' ? '' : `: ${text}`}`, {
    refusesContent: [400, 413, 422].includes(status),
    ...(status === 429 || status === 503 ? { retryAfterMs: waitOf(headers['retry-after'], now) } : {}),
  })
}

async function post(target: Target, body: string, headers: Record<string, string>) {
  try {
    const answer = await fetchConfigured(target.address, {
      method: 'POST',
      headers,
      body,
      ...(target.caPem !== null && { ca: target.caPem }),
      maxBytes: MAX_ANSWER_BYTES,
      timeoutMs: TIMEOUT_MS,
    })
    const text = answer.body
      .toString('utf8')
      .replace(/[\p{Cc}\s]+/gu, ' ')
      .trim()
      .slice(0, SHOWN_LENGTH)
    return { status: answer.status, headers: answer.headers, text: text.toWellFormed() }
  } catch (cause) {
    if (cause instanceof OutboundError) throw new DeliveryError(cause.message, { cause })
    throw cause
  }
}

/** As webhooks are signed: see `signatureOf`. */
function proof({ auth, secret, previousSecret }: Target, id: string, body: string, now: number) {
  const keys = auth === 'hmac' ? [secret, previousSecret].filter((key) => key !== null) : []
  return {
    ...(auth === 'bearer' && secret !== null && { authorization: `Bearer ${secret}` }),
    ...signatureHeaders(keys, now, id, body),
  }
}

/** RFC 9110, 10.2.3: seconds or a date. */
function waitOf(header: string | string[] | undefined, now: number): number | undefined {
  const text = String(header ?? '')
  const ms = /^\d{1,9}$/.test(text) ? Number(text) * 1_000 : Date.parse(text) - now
  return ms > 0 ? Math.min(ms, MAX_WAIT_MS) : undefined
}
