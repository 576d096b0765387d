import { createHmac } from 'node:crypto'
import { badRequest } from '../errors/index.ts'

/**
 * The value of `Berth-Signature`: `t=<Unix seconds>,v1=<hex>`, with one `v1` per secret that holds. Signed is
 * `<t>.<id>.<body>` with HMAC-SHA-256, so that neither an old request nor one under another id can be sent again.
 * Whoever Berth posts to checks this one text; it is described in docs/guides/signatures.md.
 */
export function signatureOf(secrets: readonly string[], atSeconds: number, id: string, body: string): string {
  const signatures = secrets.map(
    (secret) => `v1=${createHmac('sha256', secret).update(`${atSeconds}.${id}.${body}`).digest('hex')}`,
  )
  return [`t=${atSeconds}`, ...signatures].join(',')
}

/** The headers that prove whose request it is: the id always, the signature where there is a secret. */
export const signatureHeaders = (
  secrets: readonly string[],
  atMs: number,
  id: string,
  body: string,
): Record<string, string> => ({
  'berth-webhook-id': id,
  ...(secrets.length > 0 && {
    'berth-signature': signatureOf(secrets, Math.floor(atMs / 1_000), id, body),
  }),
})

const MAX_OVERLAP_HOURS = 24 * 7
const HOUR_MS = 3_600_000

/** Until when a former secret signs beside its successor; null: not at all. @throws DomainError BAD_REQUEST */
export function overlapUntil(nowMs: number, overlapHours = 24): Date | null {
  if (!Number.isInteger(overlapHours) || overlapHours < 0 || overlapHours > MAX_OVERLAP_HOURS)
    throw badRequest(`overlap_hours must be a whole number from 0 to ${MAX_OVERLAP_HOURS}`)
  return overlapHours === 0 ? null : new Date(nowMs + overlapHours * HOUR_MS)
}
