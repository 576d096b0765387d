import { randomBytes } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import { collect } from '../collect.ts'
import type { FakeAuth, FakeRegistryOptions } from './options.ts'
import { errorReply, jsonReply, type Reply } from './reply.ts'
import type { FakeState, IssuedToken } from './state.ts'

const DEFAULT_TOKEN_LIFE_SECONDS = 300

interface Access {
  type: string
  name: string
  actions: string[]
}

/** Answers with a challenge, or with nothing when the request may go on. */
export function challenge(
  state: FakeState,
  options: FakeRegistryOptions,
  request: IncomingMessage,
  url: URL,
  ownOrigin: string,
): Reply | undefined {
  const { auth } = options
  if (auth === undefined) return undefined
  const header = request.headers.authorization ?? ''
  if (auth.scheme === 'basic') {
    return userOf(auth, header) ? undefined : refusal('Basic realm="fake"')
  }
  const needed = requiredAccess(request.method ?? 'GET', url)
  const token = header.startsWith('Bearer ') ? state.tokens.get(header.slice(7)) : undefined
  const now = (options.nowMs ?? Date.now)()
  if (token && token.expiresAtMs > now && needed.every((access) => covers(token, access))) return undefined
  const scope = needed.map((access) => `${access.type}:${access.name}:${access.actions.join(',')}`).join(' ')
  const realm = auth.realm ?? `${ownOrigin}/token`
  return refusal(`Bearer realm="${realm}",service="fake-registry"${scope ? `,scope="${scope}"` : ''}`)
}

function refusal(wwwAuthenticate: string): Reply {
  const reply = errorReply(401, 'UNAUTHORIZED', 'authentication required')
  return { ...reply, headers: { ...reply.headers, 'www-authenticate': wwwAuthenticate } }
}

/** What a request needs, after the routes of the distribution spec. */
function requiredAccess(method: string, url: URL): Access[] {
  if (url.pathname === '/v2/_catalog') return [{ type: 'registry', name: 'catalog', actions: ['*'] }]
  const name = /^\/v2\/(.+?)\/(?:manifests|blobs|tags|referrers)\//.exec(url.pathname)?.[1]
  if (name === undefined) return []
  const inUploads = url.pathname.includes('/blobs/uploads/')
  const reads = (method === 'GET' || method === 'HEAD') && !inUploads
  const deletes = method === 'DELETE' && !inUploads
  const actions = reads ? ['pull'] : deletes ? ['delete'] : ['pull', 'push']
  const from = url.searchParams.get('from')
  const source = from === null ? [] : [{ type: 'repository', name: from, actions: ['pull'] }]
  return [{ type: 'repository', name, actions }, ...source]
}

function covers(token: IssuedToken, needed: Access): boolean {
  return needed.actions.every((action) =>
    token.access.some(
      (held) => held.type === needed.type && held.name === needed.name && held.actions.includes(action),
    ),
  )
}

/** The token endpoint: GET with optional basic auth, and the OAuth2 POST. */
export async function answerTokenRequest(
  state: FakeState,
  options: FakeRegistryOptions,
  request: IncomingMessage,
  url: URL,
): Promise<Reply> {
  const { auth } = options
  const method = request.method ?? ''
  if (auth === undefined) return { status: 404 }
  if (!(auth.tokenMethods ?? ['GET', 'POST']).includes(method as 'GET' | 'POST')) return { status: 405 }
  const body = Buffer.concat(await collect(request as AsyncIterable<Uint8Array>))
  const form = method === 'POST' ? new URLSearchParams(body.toString()) : url.searchParams
  const user = method === 'POST' ? userOfForm(auth, form) : userOf(auth, request.headers.authorization ?? '')
  const triedToSignIn = method === 'POST' || request.headers.authorization !== undefined
  if (user === undefined && triedToSignIn) return errorReply(401, 'UNAUTHORIZED', 'incorrect credentials')
  if (user === undefined && !auth.anonymousPull) return errorReply(401, 'UNAUTHORIZED', 'login required')
  const asked = form.getAll('scope').flatMap((scope) => scope.split(' ').filter(Boolean))
  return issue(state, options, auth, user, asked.map(parseScope))
}

function issue(
  state: FakeState,
  options: FakeRegistryOptions,
  auth: FakeAuth,
  user: string | undefined,
  asked: Access[],
): Reply {
  const grant =
    auth.grant ?? ((who, scope) => (who ? scope.actions : scope.actions.filter((a) => a === 'pull')))
  const access = asked.map((scope) => ({ ...scope, actions: grant(user, scope) }))
  const lifeSeconds = auth.tokenLifeSeconds ?? DEFAULT_TOKEN_LIFE_SECONDS
  const token = randomBytes(24).toString('base64url')
  state.tokens.set(token, { access, expiresAtMs: (options.nowMs ?? Date.now)() + lifeSeconds * 1000 })
  return jsonReply(200, { token, access_token: token, expires_in: lifeSeconds })
}

function parseScope(scope: string): Access {
  const parts = scope.split(':')
  return {
    type: parts[0] ?? '',
    name: parts.slice(1, -1).join(':'),
    actions: (parts.at(-1) ?? '').split(','),
  }
}

function userOf(auth: FakeAuth, header: string): string | undefined {
  if (!header.startsWith('Basic ')) return undefined
  const pair = Buffer.from(header.slice(6), 'base64').toString('utf8')
  const colon = pair.indexOf(':')
  const user = pair.slice(0, colon)
  return colon > 0 && auth.users[user] === pair.slice(colon + 1) ? user : undefined
}

function userOfForm(auth: FakeAuth, form: URLSearchParams): string | undefined {
  if (form.get('grant_type') === 'refresh_token')
    return auth.identityTokens?.[form.get('refresh_token') ?? '']
  const user = form.get('username') ?? ''
  return form.get('grant_type') === 'password' && auth.users[user] === form.get('password') ? user : undefined
}
