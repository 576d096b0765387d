import { algorithms } from './signatures.ts'

/** What is wrong with it; for logs. */
export class JsonWebTokenError extends Error {
  override name = 'JsonWebTokenError'
}

export interface ReadToken {
  algorithm: string
  /** Undefined when it names no key. */
  kid: string | undefined
  claims: Record<string, unknown>
  /** Exactly the text that is signed. */
  signed: string
  signature: Buffer
}

/**
 * The parts of a compact JWS (RFC 7515), nothing of it proved yet. Keys and addresses of keys in the header (`jwk`, `x5c`,
 * `jku`, `x5u`) are not read at all.
 *
 * @throws JsonWebTokenError
 */
export function readToken(text: string, maxLength: number): ReadToken {
  const parts = text.length > maxLength ? [] : text.split('.')
  if (parts.length !== 3 || !parts.every((part) => /^[A-Za-z0-9_-]+$/.test(part)))
    throw new JsonWebTokenError('it is no signed token')
  const [head, body, tail] = parts as [string, string, string]
  const header = decode(head)
  const { alg, kid, typ } = header
  if (typeof alg !== 'string' || !Object.hasOwn(algorithms, alg))
    throw new JsonWebTokenError('its algorithm is not one of those allowed')
  if (typ !== undefined && !(typeof typ === 'string' && /^(application\/)?jwt$/i.test(typ)))
    throw new JsonWebTokenError('it is a token of another type')
  if (Object.hasOwn(header, 'crit')) throw new JsonWebTokenError('its header has crit')
  if (kid !== undefined && (typeof kid !== 'string' || kid === ''))
    throw new JsonWebTokenError('the name of its key is none')
  return {
    algorithm: alg,
    kid,
    claims: decode(body),
    signed: `${head}.${body}`,
    signature: Buffer.from(tail, 'base64url'),
  }
}

function decode(part: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(
      new TextDecoder('utf-8', { fatal: true }).decode(Buffer.from(part, 'base64url')),
    )
    if (typeof value === 'object' && value !== null && !Array.isArray(value))
      return value as Record<string, unknown>
  } catch {
    // falls through to the same answer
  }
  throw new JsonWebTokenError('it cannot be read')
}
