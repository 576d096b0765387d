import type { Core } from '../../context/index.ts'
import {
  isSigned,
  JsonWebTokenError,
  type PublishedKey,
  type ReadToken,
  readKeys as readPublishedKeys,
  readToken,
} from '../../json-web-tokens/index.ts'
import { askProvider } from './ask.ts'
import type { ProviderDescription } from './description.ts'
import { ProviderError } from './failure.ts'
import type { OidcSettings } from './settings.ts'

export type Claims = Readonly<Record<string, unknown>>

/** Some providers list hundreds of groups in it. */
const MAX_TOKEN_LENGTH = 64 * 1024
/** Clocks of provider and Berth may differ by this much. */
const LEEWAY_SECONDS = 60
const KEYS_TTL_MS = 10 * 60_000
/** A token that names an unknown key makes Berth ask again, at most this often. */
const ASK_AGAIN_AFTER_MS = 30_000

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
  if (typeof token !== 'string') throw bad('it is missing')
  const read = readOrRefuse(token)
  if (!isSigned(read, await keysFor(core, settings, provider, read.kid)))
    throw bad('no key of the provider made its signature')
  const { claims } = read
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

interface KeySet {
  readAtMs: number
  keys: PublishedKey[]
}

/** Keys come from the provider's own list only; what a token carries or points to is not looked at. */
async function keysFor(
  core: Core,
  settings: OidcSettings,
  { jwksUri }: ProviderDescription,
  kid: string | undefined,
): Promise<PublishedKey[]> {
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
  return { readAtMs: core.now(), keys: readPublishedKeys(json) }
}

function readOrRefuse(token: string): ReadToken {
  try {
    return readToken(token, MAX_TOKEN_LENGTH)
  } catch (error) {
    throw error instanceof JsonWebTokenError ? bad(error.message) : error
  }
}
