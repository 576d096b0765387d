import { plainText } from '../plain-text/index.ts'

// As the last word of a name, in either case: `oidc_client_secret`, `newPassword`; not `robot_token_duration`.
const SECRET_NAME =
  /(^|_)(password|passphrase|secret|token|credentials?|cookie|authorization|otp|recovery_codes?|(password|secret|token)_hash|(private|secret|api)_key)$/
const MASK = '***'
const MAX_DEPTH = 6
const MAX_TEXT_LENGTH = 1_000
const MAX_ENTRIES = 100
const MAX_JSON_LENGTH = 16_384

const snakeCase = (name: string): string =>
  name
    .replace(/([a-z0-9])([A-Z])/g, '$1_$2')
    .replaceAll('-', '_')
    .toLowerCase()

/** The detail of a change: what it touches, as it was and as it is. What was not there before is null. */
export function oldAndNew(
  before: Record<string, unknown>,
  change: Record<string, unknown>,
): { old: Record<string, unknown>; new: Record<string, unknown> } {
  const names = Object.keys(change).filter((name) => change[name] !== undefined)
  const pick = (from: Record<string, unknown>) =>
    Object.fromEntries(names.map((name) => [name, from[name] ?? null]))
  return { old: pick(before), new: pick(change) }
}

/**
 * The detail of a line as it may be kept: plain JSON without secrets and of a limited size. Of a secret it tells only
 * whether there is one.
 */
export function maskDetail(detail: Record<string, unknown> | undefined): Record<string, unknown> | null {
  if (detail === undefined || Object.keys(detail).length === 0) return null
  const masked = mask(detail, false, 0) as Record<string, unknown>
  return JSON.stringify(masked).length > MAX_JSON_LENGTH ? { truncated: true } : masked
}

function mask(value: unknown, secret: boolean, depth: number): unknown {
  if (value === null || value === undefined) return null
  if (value instanceof Date) return secret ? MASK : value.toISOString()
  if (typeof value === 'object') {
    if (depth >= MAX_DEPTH) return MASK
    if (Array.isArray(value))
      return value.slice(0, MAX_ENTRIES).map((entry) => mask(entry, secret, depth + 1))
    return Object.fromEntries(
      Object.entries(value)
        .filter(([, entry]) => entry !== undefined)
        .slice(0, MAX_ENTRIES)
        .map(([name, entry]) => [
          plainText(name, 128),
          mask(entry, secret || SECRET_NAME.test(snakeCase(name)), depth + 1),
        ]),
    )
  }
  if (secret) return value === '' ? '' : MASK
  if (typeof value === 'string') return plainText(value, MAX_TEXT_LENGTH)
  return typeof value === 'boolean' || (typeof value === 'number' && Number.isFinite(value))
    ? value
    : plainText(String(value), MAX_TEXT_LENGTH)
}
