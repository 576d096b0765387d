import { type Actor, ANONYMOUS, type Core, DomainError } from '@berth/core'
import { authenticateBasic, authenticateBearer } from '@berth/core/authentication'
import { csrfToken, resolveSession } from '@berth/core/sessions'
import { requireCsrf } from './csrf.ts'
import type { ApiRequest } from './http.ts'

const COOKIE = 'sid'
const MAX_SECRET_LENGTH = 128

export interface Caller {
  /** Goes into every answer to a request that carried the cookie. */
  csrfToken: string | undefined
  /** @throws DomainError UNAUTHORIZED, FORBIDDEN (CSRF), TOO_MANY_REQUEST */
  actor(): Promise<Actor>
}

/**
 * Who asks. The CSRF token is known before anything is refused, so that a refusal carries a usable one.
 * Credentials that are wrong are refused at once: to go on as anonymous, as Harbor does, would answer a mistyped
 * password with half of the data.
 */
export function identify(core: Core, request: ApiRequest): Caller {
  const secret = cookie(request.header('cookie'), COOKIE)
  const token = secret === undefined ? undefined : csrfToken(core, secret)
  return {
    csrfToken: token,
    async actor() {
      if (token !== undefined) requireCsrf(core, request, token)
      const authorization = request.header('authorization')
      const bearer = /^bearer +([^ ]+) *$/i.exec(authorization ?? '')?.[1]
      if (bearer !== undefined) return authenticateBearer(core, bearer, request.remoteAddress)
      if (authorization !== undefined && authorization !== '')
        return authenticateBasic(core, { ...parseBasic(authorization), address: request.remoteAddress })
      if (secret === undefined) return ANONYMOUS
      // A stream is opened again by the browser itself, which can send no header of ours along.
      const byItself =
        request.header('x-harbor-no-session-renewal') === 'true' ||
        request.header('accept') === 'text/event-stream'
      return (await resolveSession(core, secret, { renew: !byItself }))?.user ?? ANONYMOUS
    },
  }
}

/** The first cookie of that name; undefined when there is none. */
export function cookie(header: string | undefined, name: string): string | undefined {
  if (!header) return undefined
  for (const part of header.split(';')) {
    const equals = part.indexOf('=')
    if (equals < 0 || part.slice(0, equals).trim() !== name) continue
    const value = part
      .slice(equals + 1)
      .trim()
      .replace(/^"(.*)"$/, '$1')
    return value === '' ? undefined : value.slice(0, MAX_SECRET_LENGTH)
  }
  return undefined
}

/** RFC 7617. @throws DomainError UNAUTHORIZED for anything else */
export function parseBasic(header: string): { username: string; password: string } {
  const match = /^basic +([a-z0-9+/_-]+=*) *$/i.exec(header)
  const text = match ? Buffer.from(match[1]!, 'base64').toString('utf8') : ''
  const colon = text.indexOf(':')
  if (colon < 0 || text.includes('\0'))
    throw new DomainError(
      'UNAUTHORIZED',
      'this API takes basic authentication, a personal access token or a session',
    )
  return { username: text.slice(0, colon), password: text.slice(colon + 1) }
}
