import type { Core } from '../context/index.ts'
import { resolveSession } from '../sessions/index.ts'
import { describeProvider, oidcSettings, ProviderError } from './provider/index.ts'
import { readIdToken } from './session-store.ts'

/** Longer ones make addresses that servers refuse. */
const MAX_HINT_LENGTH = 6_000

/** So long it is known where a session that has ended leads to: the answer that said so may have been lost. */
const ASKED_AGAIN_MS = 60_000
const ended = (core: Core) => core.cache<string>('oidc-accounts.signed-out', ASKED_AGAIN_MS, 10_000)

/**
 * Where a browser ends its session at the provider too (RP-initiated logout), to be asked before the session here ends.
 * Undefined for sessions that did not begin there, where it is not wanted, and while the provider does not answer:
 * signing out here always works. Who asks again within a minute, at this node, hears the same.
 */
export async function signOutAtProvider(core: Core, secret: string): Promise<string | undefined> {
  const settings = await oidcSettings(core)
  if (!settings?.logout) return undefined
  const key = core.secrets.mac('oidc-tokens', secret)
  const found = await resolveSession(core, secret, { renew: false })
  if (!found) return ended(core).peek(key)
  const idToken = await readIdToken(core, found.session.id)
  if (!idToken) return undefined
  try {
    const { endSessionEndpoint } = await describeProvider(core, settings)
    if (endSessionEndpoint === undefined) return undefined
    const url = new URL(endSessionEndpoint)
    url.searchParams.set('client_id', settings.clientId)
    if (idToken.length <= MAX_HINT_LENGTH) url.searchParams.set('id_token_hint', idToken)
    url.searchParams.set('post_logout_redirect_uri', `${core.settings.externalUrl}/projects`)
    ended(core).set(key, url.href)
    return url.href
  } catch (error) {
    if (error instanceof ProviderError) return undefined
    throw error
  }
}
