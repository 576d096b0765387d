import type { OAuthConfig } from 'next-auth/providers/oauth'
import { type SignInProblem, toSignInProblem } from '@/features/sessions/sign-in-problem.ts'
import { type Core, ProviderError, personFrom, SignInRefused, wayToProvider } from './core.ts'
import type { Visit } from './visit.ts'

/**
 * The provider as it is set now. next-auth makes and keeps state, nonce and PKCE verifier; whatever is asked of the
 * provider goes through the domain, which has its own authorities, limits and list of algorithms (decision 24).
 *
 * @throws SignInRefused, ProviderError
 */
export async function oidcProvider(core: Core, visit: Visit): Promise<OAuthConfig<{ sub: string }>> {
  const way = await wayToProvider(core)
  return {
    id: 'oidc',
    name: 'OpenID Connect',
    type: 'oauth',
    checks: ['pkce', 'state', 'nonce'],
    issuer: way.issuer,
    clientId: way.clientId,
    authorization: { url: way.authorizationEndpoint, params: way.parameters },
    token: {
      async request({ params, checks }) {
        try {
          visit.person = await personFrom(core, {
            code: params.code,
            state: params.state,
            issuer: params.iss as string | undefined,
            began: {
              state: checks.state ?? '',
              // Made and kept like the others; only its type forgets it.
              nonce: (checks as { nonce?: string }).nonce ?? '',
              codeVerifier: checks.code_verifier ?? '',
            },
          })
        } catch (error) {
          visit.problem = describeProblem(error)
          throw error
        }
        return { tokens: {} }
      },
    },
    userinfo: { request: async () => ({ sub: visit.person!.subject }) },
    profile: ({ sub }) => ({ id: sub }),
  }
}

/** For the page; what is wrong with the provider goes to the log. */
export function describeProblem(error: unknown): SignInProblem {
  if (error instanceof SignInRefused) return toSignInProblem(error.reason)
  if (error instanceof ProviderError) {
    console.error(`sign-in at the OpenID Connect provider failed: ${error.message}`)
    return toSignInProblem(`provider-${error.problem}`)
  }
  console.error('sign-in failed', error)
  return 'failed'
}
