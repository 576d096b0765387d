import { type Core, DomainError } from '@berth/core'
import { sameSecret } from '@berth/core/secrets'
import type { ApiRequest } from './http.ts'

export const CSRF_HEADER = 'x-harbor-csrf-token'
const safe = new Set(['GET', 'HEAD', 'OPTIONS'])

/**
 * A browser sends its cookie along with whatever any page makes it send; only our own pages know the token.
 * Asked of every unsafe request that carries the cookie, whatever else it carries.
 *
 * @throws DomainError FORBIDDEN
 */
export function requireCsrf(core: Core, request: ApiRequest, token: string): void {
  if (safe.has(request.method)) return
  if (comesFromElsewhere(core, request))
    throw new DomainError('FORBIDDEN', 'requests from other sites are not accepted')
  const given = request.header(CSRF_HEADER)
  if (given === undefined || !sameSecret(given, token))
    throw new DomainError('FORBIDDEN', `the header ${CSRF_HEADER} is missing or not this session's`)
}

/** What browsers say about where a request comes from; clients that say nothing are judged by the token alone. */
function comesFromElsewhere(core: Core, request: ApiRequest): boolean {
  const site = request.header('sec-fetch-site')
  if (site !== undefined && site !== 'same-origin' && site !== 'none') return true
  const origin = request.header('origin')
  if (origin === undefined) return false
  if (origin === new URL(core.settings.externalUrl).origin) return false
  // Behind another name than the configured one, the page's host is at least the host that was asked.
  return !URL.canParse(origin) || new URL(origin).host !== request.header('host')
}
