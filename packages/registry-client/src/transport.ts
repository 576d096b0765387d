import type { Authorizer } from './authorizer.ts'
import { readErrorText } from './body.ts'
import { errorFromAnswer, ProtocolError } from './errors.ts'
import type { Answer, Exchange, Request } from './exchange.ts'

export interface Call extends Request {
  /** Token scopes the call needs, for example `repository:library/alpine:pull`. */
  scopes: readonly string[]
  /** Statuses that are an answer; any other becomes a RegistryError. */
  ok: readonly number[]
}

/** Sends calls with authorization, one retry after a 401, vetted redirects and typed errors. */
export interface Transport {
  /** Root of the registry; its path, if any, ends with a slash. */
  readonly registry: URL
  call(call: Call): Promise<Answer>
  /** `location` as given by a registry, resolved; refused when it weakens the connection or `allowRedirect` says no. */
  resolve(location: string | null, base: URL): URL
}

export interface TransportSettings {
  registry: URL
  exchange: Exchange
  /** For other hosts than the registry's own. */
  elsewhere: Exchange
  authorizer: Authorizer
  /** May veto a redirect or upload location on another host. */
  allowRedirect: ((target: URL) => boolean) | undefined
  nowMs: () => number
}

const REDIRECTS: readonly number[] = [301, 302, 303, 307, 308]
const MAX_REDIRECTS = 5

export function createTransport(settings: TransportSettings): Transport {
  const { registry, authorizer } = settings
  const resolve = (location: string | null, base: URL) => vetLocation(location, base, settings)

  async function follow(call: Call, authorization: string | undefined): Promise<Answer> {
    let url = call.url
    let trusted = url.origin === registry.origin
    for (let hops = 0; hops <= MAX_REDIRECTS; hops += 1) {
      const headers = { ...call.headers, ...(trusted && authorization ? { authorization } : {}) }
      const exchange = url.host === registry.host ? settings.exchange : settings.elsewhere
      const answer = await exchange({ ...call, url, headers })
      if (!REDIRECTS.includes(answer.status) || !isSafe(call.method)) return answer
      await answer.discard()
      url = resolve(answer.headers.get('location'), url)
      // Once away from the registry the header stays off, even if a later hop leads back.
      trusted &&= url.origin === registry.origin
    }
    throw new ProtocolError(`${call.url.pathname}: too many redirects`, { code: 'LOCATION_NOT_ALLOWED' })
  }

  return {
    registry,
    resolve,
    async call(call) {
      const atHome = call.url.origin === registry.origin
      const authorization = atHome ? await authorizer.header(call.scopes) : undefined
      let answer = await follow(call, authorization)
      if (answer.status === 401 && answer.url.origin === registry.origin && atHome) {
        const retry = await retryHeader(answer, authorizer, call, authorization)
        if (retry !== undefined) answer = await follow(call, retry)
      }
      if (call.ok.includes(answer.status)) return answer
      const text = await readErrorText(answer)
      const what = `${call.method} ${call.url.origin}${call.url.pathname}`
      throw errorFromAnswer(what, answer.status, answer.headers, text, settings.nowMs())
    },
  }
}

const isSafe = (method: Request['method']) => method === 'GET' || method === 'HEAD'

/** Frees the refused answer's connection only when the call is going to be repeated. */
async function retryHeader(
  answer: Answer,
  authorizer: Authorizer,
  call: Call,
  sent: string | undefined,
): Promise<string | undefined> {
  let retry: string | undefined
  try {
    retry = await authorizer.afterRefusal(call.scopes, answer.headers, sent)
  } catch (error) {
    await answer.discard()
    throw error
  }
  if (retry !== undefined) await answer.discard()
  return retry
}

function vetLocation(location: string | null, base: URL, settings: TransportSettings): URL {
  const refuse = (why: string) =>
    new ProtocolError(`${base.pathname} points to ${why}`, { code: 'LOCATION_NOT_ALLOWED' })
  if (location === null || !URL.canParse(location, base.href)) throw refuse('no valid location')
  const target = new URL(location, base)
  if (target.protocol !== 'https:' && target.protocol !== 'http:') throw refuse('a location that is not http')
  if (target.protocol === 'http:' && base.protocol === 'https:') throw refuse('an unencrypted location')
  if (target.username !== '' || target.password !== '') throw refuse('a location with credentials')
  if (target.host !== settings.registry.host && settings.allowRedirect?.(target) === false) {
    throw refuse('a host that is not allowed')
  }
  target.hash = ''
  return target
}
