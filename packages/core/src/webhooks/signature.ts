import { createHmac, randomBytes } from 'node:crypto'

/** Shown once. The prefix lets scanners for leaked secrets know it. */
export const makeSecret = (): string => `whsec_${randomBytes(32).toString('base64url')}`

/**
 * The value of `Berth-Signature`: `t=<Unix seconds>,v1=<hex>`, with one `v1` per secret that holds. Signed is
 * `<t>.<id>.<body>` with HMAC-SHA-256, so that neither an old delivery nor one under another id can be sent again.
 */
export function signatureOf(secrets: readonly string[], atSeconds: number, id: string, body: string): string {
  const signatures = secrets.map(
    (secret) => `v1=${createHmac('sha256', secret).update(`${atSeconds}.${id}.${body}`).digest('hex')}`,
  )
  return [`t=${atSeconds}`, ...signatures].join(',')
}
