import { constants, createPublicKey, type KeyObject, verify } from 'node:crypto'
import type { Core } from '../../context/index.ts'
import { askProvider } from './ask.ts'
import type { ProviderDescription } from './description.ts'
import { ProviderError } from './failure.ts'
import type { OidcSettings } from './settings.ts'

export type Claims = Readonly<Record<string, unknown>>

const MAX_TOKEN_LENGTH = 64 * 1024
/** Clocks of provider and Berth may differ by this much. */
const LEEWAY_SECONDS = 60
const MIN_RSA_BITS = 2048
const KEYS_TTL_MS = 10 * 60_000
/** A token that names an unknown key makes Berth ask again, at most this often. */
const ASK_AGAIN_AFTER_MS = 30_000

const { RSA_PKCS1_PSS_PADDING, RSA_PSS_SALTLEN_DIGEST } = constants
const pss = { padding: RSA_PKCS1_PSS_PADDING, saltLength: RSA_PSS_SALTLEN_DIGEST }
const ecdsa = { dsaEncoding: 'ieee-p1363' as const }

/** Signatures by keys that only the provider has: neither `none` nor a shared secret is among them. */
const algorithms: Record<string, { type: string; curve?: string; hash: string | null; options?: object }> = {
  RS256: { type: 'rsa', hash: 'sha256' },
  RS384: { type: 'rsa', hash: 'sha384' },
  RS512: { type: 'rsa', hash: 'sha512' },
  PS256: { type: 'rsa', hash: 'sha256', options: pss },
  PS384: { type: 'rsa', hash: 'sha384', options: pss },
  PS512: { type: 'rsa', hash: 'sha512', options: pss },
  ES256: { type: 'ec', curve: 'prime256v1', hash: 'sha256', options: ecdsa },
  ES384: { type: 'ec', curve: 'secp384r1', hash: 'sha384', options: ecdsa },
  ES512: { type: 'ec', curve: 'secp521r1', hash: 'sha512', options: ecdsa },
  EdDSA: { type: 'ed25519', hash: null },
}

const bad = (why: string) => new ProviderError('invalid', `the identity token is refused: ${why}`)

/**
 * The claims of an identity token that this provider issued for this client, now (OpenID Connect Core section 3.1.3.7).
 * `nonce`: what the sign-in began with; undefined for one that a refresh brought.
 *
 * @throws ProviderError
 */
export async function verifyIdToken(
  core: Core,
  settings: OidcSettings,
  provider: ProviderDescription,
  token: unknown,
  nonce: string | undefined,
): Promise<Claims & { sub: string }> {
  if (typeof token !== 'string' || token.length > MAX_TOKEN_LENGTH) throw bad('it is missing or too long')
  const parts = token.split('.')
  if (parts.length !== 3) throw bad('it is not signed')
  const header = decode(parts[0]!)
  const { alg } = header
  const algorithm = typeof alg === 'string' && Object.hasOwn(algorithms, alg) ? algorithms[alg] : undefined
  if (!algorithm || header.crit !== undefined) throw bad('its algorithm is not one of those that are taken')
  const signed = Buffer.from(`${parts[0]}.${parts[1]}`)
  const signature = Buffer.from(parts[2]!, 'base64url')
  const fits = ({ key }: NamedKey) =>
    key.asymmetricKeyType === algorithm.type &&
    (algorithm.type !== 'rsa' || (key.asymmetricKeyDetails?.modulusLength ?? 0) >= MIN_RSA_BITS) &&
    (algorithm.curve === undefined || key.asymmetricKeyDetails?.namedCurve === algorithm.curve)
  const candidates = (await keysFor(core, settings, provider, header.kid)).filter(fits)
  if (!candidates.some(({ key }) => verify(algorithm.hash, signed, { key, ...algorithm.options }, signature)))
    throw bad('no key of the provider made its signature')
  const claims = decode(parts[1]!)
  checkClaims(core, settings, provider, claims, nonce)
  return claims as Claims & { sub: string }
}

function checkClaims(
  core: Core,
  { clientId }: OidcSettings,
  { issuer }: ProviderDescription,
  claims: Claims,
  nonce: string | undefined,
): void {
  const nowSeconds = core.now() / 1000
  const audiences = Array.isArray(claims.aud) ? claims.aud : [claims.aud]
  if (claims.iss !== issuer) throw bad('another issuer made it')
  if (!audiences.includes(clientId)) throw bad('it is for another client')
  if (audiences.length > 1 && claims.azp !== clientId) throw bad('it was made for another client')
  if (typeof claims.exp !== 'number' || claims.exp + LEEWAY_SECONDS <= nowSeconds) throw bad('it has expired')
  if (typeof claims.iat !== 'number' || claims.iat - LEEWAY_SECONDS > nowSeconds)
    throw bad('it is from the future')
  if (nonce !== undefined && claims.nonce !== nonce) throw bad('it belongs to another sign-in')
  if (typeof claims.sub !== 'string' || claims.sub === '' || claims.sub.length > 255)
    throw bad('it names nobody')
}

interface NamedKey {
  kid: unknown
  key: KeyObject
}
interface KeySet {
  readAtMs: number
  keys: NamedKey[]
}

/** Keys come from the provider's own list only; what a token carries or points to is not looked at. */
async function keysFor(
  core: Core,
  settings: OidcSettings,
  { jwksUri }: ProviderDescription,
  kid: unknown,
): Promise<NamedKey[]> {
  const cache = core.cache<KeySet>('oidc.keys', KEYS_TTL_MS, 8)
  const list = JSON.stringify([jwksUri, settings.verifyCert, settings.ca])
  const load = () => readKeys(core, settings, jwksUri)
  const named = ({ keys }: KeySet) => keys.filter((entry) => kid === undefined || entry.kid === kid)
  const known = (await cache.get(list, load))!
  const found = named(known)
  if (found.length > 0 || core.now() < known.readAtMs + ASK_AGAIN_AFTER_MS) return found
  return named((await cache.reload(list, load))!)
}

async function readKeys(core: Core, settings: OidcSettings, jwksUri: string): Promise<KeySet> {
  const { status, json } = await askProvider(settings, jwksUri)
  if (status !== 200 || !Array.isArray(json?.keys))
    throw new ProviderError('invalid', `the keys of the provider are not there (status ${status})`)
  const keys = json.keys.slice(0, 64).flatMap((jwk): NamedKey[] => {
    if (typeof jwk !== 'object' || jwk === null || (jwk.use !== undefined && jwk.use !== 'sig')) return []
    // A symmetric key in a public list is no secret.
    if (jwk.kty === 'oct') return []
    try {
      return [{ kid: jwk.kid, key: createPublicKey({ key: jwk, format: 'jwk' }) }]
    } catch {
      // Of a kind that is not known here.
      return []
    }
  })
  return { readAtMs: core.now(), keys }
}

function decode(part: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(Buffer.from(part, 'base64url').toString('utf8'))
    if (typeof value === 'object' && value !== null && !Array.isArray(value))
      return value as Record<string, unknown>
  } catch {
    // falls through to the same answer
  }
  throw bad('it cannot be read')
}
