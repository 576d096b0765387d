import { type Actor, DomainError } from '@berth/core'
import { authenticateBasic } from '@berth/core/authentication'
import {
  allowedOn,
  mayListCatalog,
  permits,
  type RepositoryAction,
  tokenAllows,
  verifyToken,
} from '@berth/core/tokens'
import type { RepositoryName } from '@berth/registry-client'
import type { Gateway } from '../gateway.ts'
import { OciError } from '../oci-error.ts'
import type { Exchange } from '../request.ts'

/** Who asks, and how far their credentials reach: a token narrows what its bearer may do, a password does not. */
export interface Identity {
  actor: Actor
  /** The Authorization header to pass on; undefined when the registry gets a token of ours. */
  bearer: string | undefined
  allows(repository: RepositoryName, action: RepositoryAction): Promise<boolean>
  mayListCatalog: boolean
}

/** @throws OciError 401 with a challenge; DomainError TOO_MANY_REQUEST */
export async function identify(gateway: Gateway, exchange: Exchange, scope: string): Promise<Identity> {
  const { authorization } = exchange.req.headers
  if (authorization === undefined) throw challenge(gateway, 'UNAUTHORIZED', 'authentication required', scope)
  const { core } = gateway
  try {
    const bearer = /^bearer +([^ ]+)$/i.exec(authorization)?.[1]
    if (bearer !== undefined) {
      const token = await verifyToken(core, bearer)
      const listed = ['*', 'list'].some((action) => permits(token.access, 'registry', 'catalog', action))
      return {
        actor: token.actor,
        bearer: `Bearer ${bearer}`,
        allows: (repository, action) => tokenAllows(core, token, repository, action),
        mayListCatalog: listed && mayListCatalog(token.actor),
      }
    }
    const actor = await authenticateBasic(core, readBasic(authorization, exchange.remoteAddress))
    return {
      actor,
      bearer: undefined,
      allows: async (repository, action) => (await allowedOn(core, actor, repository, [action])).length > 0,
      mayListCatalog: mayListCatalog(actor),
    }
  } catch (error) {
    if (error instanceof DomainError && error.code === 'UNAUTHORIZED')
      throw challenge(gateway, 'UNAUTHORIZED', error.message, scope, 'invalid_token')
    throw error
  }
}

/**
 * User name and password of a Basic header (RFC 7617, UTF-8).
 *
 * @throws DomainError UNAUTHORIZED for anything else
 */
export function readBasic(
  authorization: string,
  address: string,
): { username: string; password: string; address: string } {
  const encoded = /^basic +([A-Za-z0-9+/=_-]+)$/i.exec(authorization)?.[1]
  const text = encoded === undefined ? '' : Buffer.from(encoded, 'base64').toString('utf8')
  const colon = text.indexOf(':')
  if (colon < 1) throw new DomainError('UNAUTHORIZED', 'the Authorization header cannot be read')
  return { username: text.slice(0, colon), password: text.slice(colon + 1), address }
}

/** Where to get a token and for what (docker token protocol). The realm is the configured address, not the Host header. */
export function challenge(
  gateway: Gateway,
  code: 'UNAUTHORIZED' | 'DENIED',
  message: string,
  scope: string,
  error?: 'invalid_token' | 'insufficient_scope',
): OciError {
  const parts = [`realm="${gateway.externalUrl.origin}/service/token"`, 'service="berth-registry"']
  if (scope !== '') parts.push(`scope="${scope}"`)
  if (error !== undefined) parts.push(`error="${error}"`)
  return new OciError(401, code, message, { headers: { 'www-authenticate': `Bearer ${parts.join(',')}` } })
}
