import type { NextAuthOptions } from 'next-auth'
import type { JWT } from 'next-auth/jwt'
import CredentialsProvider from 'next-auth/providers/credentials'
import { env } from '../env.ts'
import { DomainError, endSession, LIFETIME_MS, resolveSession, signIn } from './core.ts'
import { getCore } from './running.ts'

/** What travels through next-auth instead of a token's claims: the secret of a session row. */
type SessionToken = JWT & { secret?: string }

/** How long the cookie stays in the browser; the row behind it may end sooner. */
const cookieMaxAgeSeconds = LIFETIME_MS / 1000

/**
 * next-auth asks for a signed token and gets our opaque secret: the cookie `sid` then means the same to the API and
 * the gateway, and ending the row ends the session everywhere.
 */
export function authOptions(): NextAuthOptions {
  const { secure } = env()
  const cookie = { httpOnly: true, sameSite: 'lax' as const, path: '/', secure }
  return {
    session: { strategy: 'jwt', maxAge: cookieMaxAgeSeconds },
    pages: { signIn: '/sign-in', error: '/sign-in' },
    cookies: {
      sessionToken: { name: 'sid', options: cookie },
      csrfToken: { name: 'berth-sign-in', options: cookie },
      callbackUrl: { name: 'berth-sign-in-next', options: cookie },
    },
    providers: [
      CredentialsProvider({
        credentials: { username: { type: 'text' }, password: { type: 'password' } },
        authorize: (credentials, request) => authorize(credentials, request.headers ?? {}),
      }),
    ],
    jwt: {
      maxAge: cookieMaxAgeSeconds,
      encode: async ({ token }) => (token as SessionToken | undefined)?.secret ?? '',
      decode: async ({ token }) => {
        const found = token ? await resolveSession(getCore(), token) : null
        if (!found || !token) return null
        return { secret: token, sub: String(found.user.id), name: found.user.username } satisfies SessionToken
      },
    },
    callbacks: {
      jwt: ({ token, user }) => (user ? { secret: (user as unknown as SessionToken).secret } : token),
      session: ({ session, token }) => ({ ...session, user: { name: token.name } }),
      redirect: ({ baseUrl }) => baseUrl,
    },
    events: {
      signOut: async ({ token }) => {
        // Null when the row has ended already: then there is nothing left to end.
        const secret = (token as SessionToken | null)?.secret
        if (secret) await endSession(getCore(), secret)
      },
    },
  }
}

type Headers = Record<string, string | string[] | undefined>

async function authorize(credentials: Record<string, string> | undefined, headers: Headers) {
  const { username = '', password = '' } = credentials ?? {}
  try {
    const { secret, user } = await signIn(getCore(), {
      username,
      password,
      address: firstAddress(headers['x-forwarded-for']),
      userAgent: String(headers['user-agent'] ?? '').slice(0, 255),
    })
    return { id: String(user.id), name: user.username, secret }
  } catch (error) {
    // The message is all that reaches the sign-in page; it chooses the sentence by it.
    if (error instanceof DomainError && error.code === 'TOO_MANY_REQUEST') throw new Error(error.code)
    if (error instanceof DomainError && error.code === 'UNAUTHORIZED') return null
    console.error('sign-in failed', error)
    throw new Error('UNKNOWN')
  }
}

function firstAddress(forwarded: string | string[] | undefined): string {
  return (
    String(forwarded ?? '')
      .split(',')[0]
      ?.trim() || '127.0.0.1'
  )
}
