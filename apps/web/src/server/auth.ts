import NextAuth, { type NextAuthOptions } from 'next-auth'
import { decode, encode, type JWT } from 'next-auth/jwt'
import CredentialsProvider from 'next-auth/providers/credentials'
import { safeNextPath } from '@/features/sessions/next-path.ts'
import { toSignInProblem } from '@/features/sessions/sign-in-problem.ts'
import { env } from '../env.ts'
import {
  DomainError,
  endSession,
  LONGEST_LIFETIME_MS,
  recordFailedSignIn,
  resolveSession,
  SecondFactorNeeded,
  SignInRefused,
  signIn,
  signInNewcomer,
  signInPerson,
  signOutAtProvider,
} from './core.ts'
import { describeProblem, oidcProvider } from './oidc-provider.ts'
import { fromHere } from './origin.ts'
import { getCore } from './running.ts'
import { afterwards, openVisit, toSignIn, type Visit } from './visit.ts'

/** What travels through next-auth instead of a token's claims: the secret of a session row. */
type SessionToken = JWT & { secret?: string }

/** How long the cookie stays in the browser; the row behind it may end sooner. */
const cookieMaxAgeSeconds = LONGEST_LIFETIME_MS / 1000

/** Answers what is next-auth's. `path`: behind /api/auth. */
export async function answerAuth(request: Request, path: string[]): Promise<Response> {
  const visit = openVisit(request)
  const [action, providerId] = path
  const atProvider = providerId === 'oidc' && (action === 'signin' || action === 'callback')
  // What stands in the address would travel on to the provider.
  if (action === 'signin' && new URL(request.url).search) return new Response(null, { status: 400 })
  const options = authOptions(visit)
  if (atProvider) {
    try {
      options.providers.push(await oidcProvider(getCore(), visit))
    } catch (error) {
      await fromHere(request, () => recordFailedSignIn(getCore(), error))
      return toSignIn(request, describeProblem(error))
    }
    const denial = new URL(request.url).searchParams.get('error')
    if (action === 'callback' && denial) await refuse(request, visit, 'denied')
  }
  const context = { params: Promise.resolve({ nextauth: path }) }
  const response = await fromHere(request, () => NextAuth(request as never, context as never, options))
  // Without a reason of ours it was next-auth that refused: its cookies were missing, old or another browser's.
  if (atProvider && action === 'callback' && !visit.secret && !visit.newcomerSecret)
    if (!visit.problem) await refuse(request, visit, 'not-begun-here')
  return afterwards(request, response, visit)
}

/** What ends before the domain is asked is in the log too. */
async function refuse(request: Request, visit: Visit, reason: 'denied' | 'not-begun-here'): Promise<void> {
  visit.problem = toSignInProblem(reason)
  await fromHere(request, () => recordFailedSignIn(getCore(), new SignInRefused(reason)))
}

/**
 * next-auth asks for a signed token and gets our opaque secret: the cookie `sid` then means the same to the API and
 * the gateway, and ending the row ends the session everywhere.
 */
function authOptions(visit: Visit): NextAuthOptions {
  const { secure } = env()
  const cookie = { httpOnly: true, sameSite: 'lax' as const, path: '/', secure }
  return {
    session: { strategy: 'jwt', maxAge: cookieMaxAgeSeconds },
    pages: { signIn: '/sign-in', error: '/sign-in' },
    cookies: {
      sessionToken: { name: 'sid', options: cookie },
      csrfToken: { name: 'berth-sign-in', options: cookie },
      callbackUrl: { name: 'berth-sign-in-next', options: cookie },
      pkceCodeVerifier: { name: 'berth-oidc-verifier', options: cookie },
      state: { name: 'berth-oidc-state', options: cookie },
      nonce: { name: 'berth-oidc-nonce', options: cookie },
    },
    providers: [
      CredentialsProvider({
        credentials: { username: { type: 'text' }, password: { type: 'password' }, code: { type: 'text' } },
        authorize: (credentials) => authorize(credentials, visit),
      }),
      CredentialsProvider({
        id: 'newcomer',
        credentials: { username: { type: 'text' } },
        authorize: (credentials) => authorizeNewcomer(credentials, visit),
      }),
    ],
    jwt: {
      maxAge: cookieMaxAgeSeconds,
      // With a salt it is no session but what a sign-in at the provider began with: next-auth encrypts that itself.
      encode: async (params) =>
        params.salt ? encode(params) : ((params.token as SessionToken | undefined)?.secret ?? ''),
      decode: async (params) => {
        if (params.salt) return decode(params)
        const { token } = params
        const found = token ? await resolveSession(getCore(), token) : null
        if (!found || !token) return null
        return { secret: token, sub: String(found.user.id), name: found.user.username } satisfies SessionToken
      },
    },
    callbacks: {
      signIn: ({ account }) => (account?.provider === 'oidc' ? letIn(visit) : true),
      jwt: ({ token, user }) => (user ? { secret: visit.secret } : token),
      session: ({ session, token }) => ({ ...session, user: { name: token.name } }),
      redirect: ({ url, baseUrl }) =>
        baseUrl + safeNextPath(url.startsWith(baseUrl) ? url.slice(baseUrl.length) : url),
    },
    events: {
      signOut: async ({ token }) => {
        // Null when the row has ended already, and the answer that said where to go from here was lost.
        const secret = (token as SessionToken | null)?.secret ?? visit.sid
        if (!secret) return
        visit.awayTo = await signOutAtProvider(getCore(), secret).catch(() => undefined)
        if (token) await endSession(getCore(), secret)
      },
    },
  }
}

/** Refusals that the sign-in page has a sentence of its own for. */
const spoken: readonly string[] = ['TOO_MANY_REQUEST', 'UNAVAILABLE', 'FORBIDDEN']

async function authorize(credentials: Record<string, string> | undefined, visit: Visit) {
  const { username = '', password = '', code = '' } = credentials ?? {}
  try {
    const given = { username, password, code, device: visit.device, ...visit.browser }
    const { secret, user, device } = await signIn(getCore(), given)
    visit.secret = secret
    visit.deviceProof = device
    return { id: String(user.id), name: user.username }
  } catch (error) {
    // The message is all that reaches the sign-in page; it chooses the sentence by it.
    if (error instanceof SecondFactorNeeded) throw new Error('SECOND_FACTOR')
    if (error instanceof DomainError && spoken.includes(error.code)) throw new Error(error.code)
    if (error instanceof DomainError && error.code === 'UNAUTHORIZED') return null
    console.error('sign-in failed', error)
    throw new Error('UNKNOWN')
  }
}

/** Somebody whom the provider knows has chosen a name. */
async function authorizeNewcomer(credentials: Record<string, string> | undefined, visit: Visit) {
  try {
    const { session } = await signInNewcomer(getCore(), {
      secret: visit.newcomer,
      username: credentials?.username ?? '',
      browser: visit.browser,
    })
    visit.secret = session.secret
    visit.newcomerSecret = ''
    return { id: String(session.user.id), name: session.user.username }
  } catch (error) {
    throw new Error(describeProblem(error))
  }
}

/** True, or where to go first. */
async function letIn(visit: Visit): Promise<boolean | string> {
  try {
    const outcome = await signInPerson(getCore(), visit.person!, visit.browser)
    if (outcome.kind === 'signed-in') {
      visit.secret = outcome.session.secret
      return true
    }
    visit.newcomerSecret = outcome.secret
    return '/sign-in/name'
  } catch (error) {
    visit.problem = describeProblem(error)
    return false
  }
}
