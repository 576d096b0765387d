import type { Core } from '../../context/index.ts'
import { askProvider, type ProviderAnswer } from './ask.ts'
import { describeProvider, type ProviderDescription } from './description.ts'
import { ProviderError } from './failure.ts'
import { type Claims, verifyIdToken } from './id-token.ts'
import type { OidcSettings } from './settings.ts'

/** What the provider said about a person, checked. */
export interface Statement {
  issuer: string
  /** Of the identity token and the userinfo endpoint together; empty when a refresh brought neither. */
  claims: Claims
  subject: string | undefined
  idToken: string | undefined
  refreshToken: string | undefined
}

/**
 * Gives the code of a sign-in to the provider (RFC 6749 section 4.1.3 with RFC 7636) and checks what comes back.
 *
 * @throws ProviderError
 */
export async function exchangeCode(
  core: Core,
  settings: OidcSettings,
  input: { code: string; codeVerifier: string; nonce: string; redirectUri: string },
): Promise<Statement & { subject: string }> {
  const provider = await describeProvider(core, settings)
  const tokens = await askForTokens(settings, provider, {
    grant_type: 'authorization_code',
    code: input.code,
    redirect_uri: input.redirectUri,
    code_verifier: input.codeVerifier,
  })
  const claims = await verifyIdToken(core, settings, provider, tokens.id_token, input.nonce)
  return {
    ...statement(provider, tokens),
    subject: claims.sub,
    claims: { ...claims, ...(await userinfo(settings, provider, tokens.access_token, claims.sub)) },
  }
}

/**
 * Renews what the provider says about a person (RFC 6749 section 6). `subject` must still be the same. `keep` gets a new
 * refresh token at once: the old one may be over, whatever fails afterwards.
 *
 * @throws ProviderError; `refused` when the person may not go on
 */
export async function refreshStatement(
  core: Core,
  settings: OidcSettings,
  refreshToken: string,
  subject: string,
  keep: (refreshToken: string) => Promise<void>,
): Promise<Statement> {
  const provider = await describeProvider(core, settings)
  const tokens = await askForTokens(settings, provider, {
    grant_type: 'refresh_token',
    refresh_token: refreshToken,
  })
  const fresh = statement(provider, tokens)
  if (fresh.refreshToken !== undefined && fresh.refreshToken !== refreshToken) await keep(fresh.refreshToken)
  const claims =
    tokens.id_token === undefined
      ? undefined
      : await verifyIdToken(core, settings, provider, tokens.id_token, undefined)
  if (claims && claims.sub !== subject) throw new ProviderError('invalid', 'the refresh names another person')
  const more = await userinfo(settings, provider, tokens.access_token, subject)
  return {
    ...fresh,
    subject: claims || more ? subject : undefined,
    claims: { ...claims, ...more },
  }
}

const statement = (provider: ProviderDescription, tokens: Record<string, unknown>) => ({
  issuer: provider.issuer,
  idToken: typeof tokens.id_token === 'string' ? tokens.id_token : undefined,
  refreshToken: typeof tokens.refresh_token === 'string' ? tokens.refresh_token : undefined,
})

async function askForTokens(
  { clientId, clientSecret, ...settings }: OidcSettings,
  { tokenEndpoint, secretInBody }: ProviderDescription,
  form: Record<string, string>,
): Promise<Record<string, unknown>> {
  const inHeader = clientSecret !== '' && !secretInBody
  const answer = await askProvider(settings, tokenEndpoint, {
    form: {
      ...form,
      ...(!inHeader && { client_id: clientId }),
      ...(clientSecret !== '' && secretInBody && { client_secret: clientSecret }),
    },
    headers: inHeader ? { authorization: basic(clientId, clientSecret) } : {},
  })
  if (answer.status === 200 && answer.json) return answer.json
  throw tokenProblem(answer)
}

// RFC 6749 section 2.3.1: each part is encoded as in a form before.
const basic = (id: string, secret: string): string =>
  `Basic ${Buffer.from(`${formEncoded(id)}:${formEncoded(secret)}`).toString('base64')}`
const formEncoded = (text: string) => new URLSearchParams([['', text]]).toString().slice(1)

function tokenProblem({ status, json }: ProviderAnswer): ProviderError {
  const code = typeof json?.error === 'string' ? json.error.slice(0, 64).replace(/[^\w.-]/g, '?') : undefined
  // Only this one speaks about the person; what else goes wrong is nobody's fault who wants to sign in.
  if (status === 400 && code === 'invalid_grant')
    return new ProviderError('refused', 'the provider refuses the code or refresh token (invalid_grant)')
  if (status >= 500 || status === 429)
    return new ProviderError('unreachable', `the provider's token endpoint answers ${status}`)
  return new ProviderError(
    'misconfigured',
    `the provider refuses Berth itself (${status} ${code ?? 'without a reason'})`,
  )
}

/** Core section 5.3: for another person than the identity token it counts for nothing. */
async function userinfo(
  settings: OidcSettings,
  { userinfoEndpoint }: ProviderDescription,
  accessToken: unknown,
  subject: string,
): Promise<Claims | undefined> {
  if (userinfoEndpoint === undefined || typeof accessToken !== 'string') return undefined
  const { status, json } = await askProvider(settings, userinfoEndpoint, {
    headers: { authorization: `Bearer ${accessToken}` },
  })
  if (status >= 500 || status === 429)
    throw new ProviderError('unreachable', `the provider's userinfo endpoint answers ${status}`)
  // Signed answers (application/jwt) and refusals: the identity token has to be enough.
  if (status !== 200 || !json) return undefined
  if (json.sub !== subject) throw new ProviderError('invalid', 'userinfo names another person')
  const { sub: _, iss: _iss, aud: _aud, ...claims } = json
  return claims
}
