import type { Core } from '../../context/index.ts'
import { askProvider, type ProviderAccess } from './ask.ts'
import { ProviderError } from './failure.ts'

/** What sign-in needs of OpenID Connect Discovery 1.0, section 3. */
export interface ProviderDescription {
  issuer: string
  authorizationEndpoint: string
  tokenEndpoint: string
  jwksUri: string
  userinfoEndpoint: string | undefined
  endSessionEndpoint: string | undefined
  /** How the token endpoint wants the client's secret: in the header unless it takes it in the body only. */
  secretInBody: boolean
  /** RFC 9207: answers must name the issuer. */
  namesIssuer: boolean
}

// Providers change this with an upgrade; a changed setting is another entry.
const DESCRIPTION_TTL_MS = 5 * 60_000

/** Remembered for five minutes. @throws ProviderError */
export async function describeProvider(core: Core, access: ProviderAccess): Promise<ProviderDescription> {
  const key = JSON.stringify([access.endpoint, access.verifyCert, access.ca])
  const cache = core.cache<ProviderDescription>('oidc.description', DESCRIPTION_TTL_MS, 8)
  return (await cache.get(key, () => readDescription(access)))!
}

/** Asked of the provider now. @throws ProviderError */
export async function readDescription(access: ProviderAccess): Promise<ProviderDescription> {
  const base = access.endpoint.replace(/\/+$/, '')
  const { status, json } = await askProvider(access, `${base}/.well-known/openid-configuration`)
  if (status !== 200 || !json)
    throw new ProviderError('invalid', `the description of the provider is not there (status ${status})`)
  if (typeof json.issuer !== 'string' || json.issuer.replace(/\/+$/, '') !== base)
    throw new ProviderError(
      'invalid',
      'the provider calls itself by another issuer than the endpoint that is set',
    )
  const secure = base.startsWith('https:')
  const address = (name: string): string | undefined => {
    const value = json[name]
    if (value === undefined || value === null) return undefined
    const url = typeof value === 'string' ? URL.parse(value) : null
    // A provider that is reached safely sends nobody on an open road.
    if (url === null || !(url.protocol === 'https:' || (url.protocol === 'http:' && !secure)))
      throw new ProviderError('invalid', `the provider's ${name} is not an address to use`)
    return url.href
  }
  const needed = (name: string): string => {
    const found = address(name)
    if (found === undefined) throw new ProviderError('invalid', `the provider tells no ${name}`)
    return found
  }
  const methods = json.token_endpoint_auth_methods_supported
  return {
    issuer: json.issuer,
    authorizationEndpoint: needed('authorization_endpoint'),
    tokenEndpoint: needed('token_endpoint'),
    jwksUri: needed('jwks_uri'),
    userinfoEndpoint: address('userinfo_endpoint'),
    endSessionEndpoint: address('end_session_endpoint'),
    secretInBody:
      Array.isArray(methods) &&
      !methods.includes('client_secret_basic') &&
      methods.includes('client_secret_post'),
    namesIssuer: json.authorization_response_iss_parameter_supported === true,
  }
}
