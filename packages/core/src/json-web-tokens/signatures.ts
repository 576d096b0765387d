import { constants, createPublicKey, type JsonWebKey, type KeyObject, verify } from 'node:crypto'
import type { ReadToken } from './read.ts'

const MAX_KEYS = 100
/** What a token without a key's id is tried with; OpenID Connect Core 10.1 asks for an id where there are several. */
const MAX_TRIES = 2
/** Larger ones make a signature cost more than a token is worth. */
const RSA_BITS = { least: 2_048, most: 8_192 }

interface Algorithm {
  kty: 'RSA' | 'EC' | 'OKP'
  crv?: string
  hash: string | null
  /** Of the signature; RSA's is as long as the key. */
  bytes?: number
  pss?: true
}

/** Nothing symmetric, and not `none`: what a token says of itself picks one of these or nothing. */
export const algorithms: Record<string, Algorithm> = {
  RS256: { kty: 'RSA', hash: 'sha256' },
  RS384: { kty: 'RSA', hash: 'sha384' },
  RS512: { kty: 'RSA', hash: 'sha512' },
  PS256: { kty: 'RSA', hash: 'sha256', pss: true },
  PS384: { kty: 'RSA', hash: 'sha384', pss: true },
  PS512: { kty: 'RSA', hash: 'sha512', pss: true },
  ES256: { kty: 'EC', crv: 'P-256', hash: 'sha256', bytes: 64 },
  ES384: { kty: 'EC', crv: 'P-384', hash: 'sha384', bytes: 96 },
  ES512: { kty: 'EC', crv: 'P-521', hash: 'sha512', bytes: 132 },
  EdDSA: { kty: 'OKP', crv: 'Ed25519', hash: null, bytes: 64 },
  Ed25519: { kty: 'OKP', crv: 'Ed25519', hash: null, bytes: 64 },
}

/** A key that an issuer published. */
export interface PublishedKey {
  kid: string | undefined
  kty: string
  crv: string | undefined
  /** When the issuer says that the key is for one algorithm only. */
  alg: string | undefined
  key: KeyObject
}

/** The keys of a JWK set (RFC 7517) that signatures can be checked with; others are left out. */
export function readKeys(set: unknown): PublishedKey[] {
  const list = (set as { keys?: unknown } | null)?.keys
  if (!Array.isArray(list)) return []
  return list.slice(0, MAX_KEYS).flatMap((jwk) => readKey(jwk) ?? [])
}

function readKey(jwk: unknown): PublishedKey | undefined {
  if (typeof jwk !== 'object' || jwk === null) return undefined
  const { kid, kty, crv, alg, use, key_ops: operations, n, e, x, y } = jwk as Record<string, unknown>
  if (kid !== undefined && typeof kid !== 'string') return undefined
  if (use !== undefined && use !== 'sig') return undefined
  if (Array.isArray(operations) && !operations.includes('verify')) return undefined
  if (alg !== undefined && typeof alg !== 'string') return undefined
  // Only the public numbers: nothing else that stands in the set has a say.
  const numbers =
    kty === 'RSA'
      ? { kty, n, e }
      : kty === 'EC'
        ? { kty, crv, x, y }
        : kty === 'OKP'
          ? { kty, crv, x }
          : undefined
  if (!numbers) return undefined
  try {
    const key = createPublicKey({ key: numbers as JsonWebKey, format: 'jwk' })
    const { modulusLength = 0, publicExponent = 0n } = key.asymmetricKeyDetails ?? {}
    const fits =
      modulusLength >= RSA_BITS.least && modulusLength <= RSA_BITS.most && publicExponent < 2n ** 33n
    if (kty === 'RSA' && !fits) return undefined
    return { kid, kty: kty as string, crv: crv as string | undefined, alg, key }
  } catch {
    return undefined
  }
}

/** True when one of the keys signed it, has the id that the token names, and is of the kind that the algorithm needs. */
export function isSigned(
  { algorithm, kid, signed, signature }: ReadToken,
  keys: readonly PublishedKey[],
): boolean {
  const { kty, crv, hash, bytes, pss } = algorithms[algorithm]!
  if (bytes !== undefined && signature.length !== bytes) return false
  return keys
    .filter((key) => kid === undefined || key.kid === kid)
    .filter((key) => key.kty === kty && (crv === undefined || key.crv === crv))
    .filter((key) => key.alg === undefined || key.alg === algorithm)
    .slice(0, MAX_TRIES)
    .some(({ key }) =>
      verify(
        hash,
        Buffer.from(signed),
        {
          key,
          ...(kty === 'EC' ? { dsaEncoding: 'ieee-p1363' as const } : {}),
          ...(kty === 'RSA'
            ? pss
              ? { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: constants.RSA_PSS_SALTLEN_DIGEST }
              : { padding: constants.RSA_PKCS1_PADDING }
            : {}),
        },
        signature,
      ),
    )
}
