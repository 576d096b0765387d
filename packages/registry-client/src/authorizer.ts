import { type Challenge, parseChallenges } from './challenge.ts'
import type { Exchange } from './exchange.ts'
import type { TokenCache } from './token-cache.ts'
import {
  basicAuthorization,
  type CredentialSource,
  type Credentials,
  fetchToken,
  realmNotAllowed,
  type TokenQuestion,
  tokenKey,
} from './token-endpoint.ts'

export interface AuthorizerSettings {
  registry: URL
  credentials: CredentialSource | undefined
  /** Mints a bearer token for exactly these scopes; takes the place of any token endpoint. */
  token: ((scopes: readonly string[]) => Promise<string>) | undefined
  /** Decides on realms away from the registry's own host; without it they are asked anonymously over https only. */
  allowRealm: ((realm: URL) => boolean) | undefined
  cache: TokenCache
  exchange: Exchange
  nowMs: () => number
}

export interface Authorizer {
  /** The Authorization header to try first; undefined before the registry has said what it wants. */
  header(scopes: readonly string[]): Promise<string | undefined>
  /** The header to try after a 401, or undefined when there is nothing left to try. */
  afterRefusal(
    scopes: readonly string[],
    answer: Headers,
    sent: string | undefined,
  ): Promise<string | undefined>
}

type Scheme = { kind: 'basic' } | { kind: 'bearer'; realm: URL; service: string | undefined }

/**
 * Remembers how one registry wants to be asked. The scopes are always ours: a registry that names wider ones in its challenge
 * would otherwise be handed a token worth more than the request.
 */
export function createAuthorizer(settings: AuthorizerSettings): Authorizer {
  let scheme: Scheme | undefined

  const credentialsOfNow = async (): Promise<Credentials | undefined> =>
    typeof settings.credentials === 'function' ? settings.credentials() : settings.credentials
  const question = async (
    scopes: readonly string[],
    bearer: Scheme & { kind: 'bearer' },
  ): Promise<TokenQuestion> => ({
    realm: bearer.realm,
    service: bearer.service,
    scopes: [...new Set(scopes)].sort(),
    credentials: await credentialsOfNow(),
  })

  async function header(scopes: readonly string[]): Promise<string | undefined> {
    if (settings.token) return `Bearer ${await settings.token(scopes)}`
    if (scheme === undefined) return undefined
    if (scheme.kind === 'basic') {
      const credentials = await credentialsOfNow()
      return credentials && 'username' in credentials ? basicAuthorization(credentials) : undefined
    }
    const asked = await question(scopes, scheme)
    const token = await settings.cache.get(tokenKey(asked), () =>
      fetchToken(settings.exchange, asked, settings.nowMs),
    )
    return `Bearer ${token}`
  }

  return {
    header,
    async afterRefusal(scopes, answer, sent) {
      if (settings.token) return undefined
      const next = chooseScheme(parseChallenges(answer.get('www-authenticate')), settings)
      if (next === undefined) return undefined
      scheme = next
      if (next.kind === 'bearer' && sent?.startsWith('Bearer ')) {
        settings.cache.forget(tokenKey(await question(scopes, next)), sent.slice('Bearer '.length))
      }
      const retry = await header(scopes)
      return retry === sent ? undefined : retry
    },
  }
}

function chooseScheme(challenges: Challenge[], settings: AuthorizerSettings): Scheme | undefined {
  const bearer = challenges.find((challenge) => challenge.scheme === 'bearer')
  if (bearer) {
    const realm = vetRealm(bearer.params.get('realm'), settings)
    return { kind: 'bearer', realm, service: bearer.params.get('service') }
  }
  return challenges.some((challenge) => challenge.scheme === 'basic') ? { kind: 'basic' } : undefined
}

/** @throws ProtocolError REALM_NOT_ALLOWED */
function vetRealm(text: string | undefined, settings: AuthorizerSettings): URL {
  const { registry, allowRealm, credentials } = settings
  const realm = URL.canParse(text ?? '') ? new URL(text as string) : undefined
  if (realm === undefined || realm.username !== '' || realm.password !== '') throw realmNotAllowed(realm)
  // Plain http only where the registry itself is plain http: a challenge never weakens the connection.
  const secureEnough =
    realm.protocol === 'https:' || (realm.protocol === 'http:' && registry.protocol === 'http:')
  if (!secureEnough) throw realmNotAllowed(realm)
  realm.hash = ''
  if (realm.host === registry.host) return realm
  const allowed = allowRealm ? allowRealm(realm) : realm.protocol === 'https:' && credentials === undefined
  if (!allowed) throw realmNotAllowed(realm)
  return realm
}
