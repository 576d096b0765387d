import type { SignInProblem } from '@/features/sessions/sign-in-problem.ts'
import { env } from '../env.ts'
import { DEVICE_LIFETIME_MS, type personFrom } from './core.ts'

/** One request to next-auth, and what its hooks find out on the way. */
export interface Visit {
  browser: { address: string; userAgent: string }
  /** The session's cookie, whether it opens anything or not; empty without one. */
  sid: string
  /** The cookie of somebody who has to choose a name; empty without one. */
  newcomer: string
  /** The cookie of a browser that somebody signed in with before; empty without one. */
  device: string
  person?: Awaited<ReturnType<typeof personFrom>>
  /** Of the session that began. */
  secret?: string
  /** For the newcomer's cookie; empty ends it. */
  newcomerSecret?: string
  /** For the device's cookie, after a sign-in with the password. */
  deviceProof?: string
  problem?: SignInProblem
  /** Where the browser ends its session at the provider. */
  awayTo?: string
}

const NEWCOMER_COOKIE = 'berth-newcomer'
const DEVICE_COOKIE = 'berth-device'
const NEWCOMER_MAX_AGE_SECONDS = 15 * 60
const begun = ['berth-oidc-verifier', 'berth-oidc-state', 'berth-oidc-nonce']

export const newcomerCookie = NEWCOMER_COOKIE

export function openVisit(request: Request): Visit {
  const { headers } = request
  const cookies = (headers.get('cookie') ?? '').split(/;\s*/)
  const cookieNamed = (name: string) =>
    cookies.find((cookie) => cookie.startsWith(`${name}=`))?.slice(name.length + 1) ?? ''
  return {
    browser: {
      // The console listens behind the gateway only, which puts the client's address here and nothing else.
      address: headers.get('x-forwarded-for')?.split(',')[0]?.trim() || '127.0.0.1',
      userAgent: (headers.get('user-agent') ?? '').slice(0, 255),
    },
    sid: cookieNamed('sid'),
    newcomer: cookieNamed(NEWCOMER_COOKIE),
    device: cookieNamed(DEVICE_COOKIE),
  }
}

/** Back to the sign-in page, with the reason: as next-auth tells it to scripts, and as a redirect to browsers. */
export function toSignIn(request: Request, problem: SignInProblem): Response {
  const url = `${env().externalUrl}/sign-in?error=${problem}`
  return request.method === 'POST'
    ? Response.json({ url })
    : new Response(null, { status: 302, headers: { location: url } })
}

/** What next-auth has no place for. */
export async function afterwards(request: Request, response: Response, visit: Visit): Promise<Response> {
  if (visit.awayTo !== undefined && response.headers.get('content-type')?.startsWith('application/json'))
    return new Response(JSON.stringify({ url: visit.awayTo }), { status: 200, headers: response.headers })
  if (visit.problem) {
    const answer = toSignIn(request, visit.problem)
    // The same answer of the provider is not tried twice.
    for (const name of begun) answer.headers.append('set-cookie', cookie(name, '', 0))
    return answer
  }
  if (visit.newcomerSecret !== undefined) {
    const maxAge = visit.newcomerSecret === '' ? 0 : NEWCOMER_MAX_AGE_SECONDS
    response.headers.append('set-cookie', cookie(NEWCOMER_COOKIE, visit.newcomerSecret, maxAge))
  }
  if (visit.deviceProof !== undefined)
    response.headers.append(
      'set-cookie',
      cookie(DEVICE_COOKIE, visit.deviceProof, DEVICE_LIFETIME_MS / 1_000),
    )
  return response
}

const cookie = (name: string, value: string, maxAgeSeconds: number): string =>
  `${name}=${value}; Path=/; Max-Age=${maxAgeSeconds}; HttpOnly; SameSite=Lax${env().secure ? '; Secure' : ''}`
