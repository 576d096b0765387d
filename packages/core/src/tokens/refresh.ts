import { currentAccessToken, currentUser, forgetUser, userFacts } from '../authentication/index.ts'
import type { UserActor } from '../authorization/index.ts'
import type { Core } from '../context/index.ts'
import { DomainError } from '../errors/index.ts'
import { epochOf } from './issue.ts'

export const REFRESH_TOKEN_LIFETIME_SECONDS = 30 * 24 * 3600

interface Content {
  /** User id, credential epoch, expiry in seconds; the personal access token it was had with. */
  u: number
  t?: number
  e: number
  x: number
}

/**
 * An opaque text that stands for the person's password until it changes, for clients that ask for offline access. That of
 * a directory changes here at the next look; undefined where the directory does not say that it did.
 */
export async function issueRefreshToken(core: Core, actor: UserActor): Promise<string | undefined> {
  const facts = await userFacts(core, actor.id)
  if (!facts || facts.disabled) throw new DomainError('UNAUTHORIZED', 'the account is not active')
  if (!actor.accessToken && !facts.passwordWatched) return undefined
  const content: Content = {
    u: actor.id,
    ...(actor.accessToken && { t: actor.accessToken.id }),
    e: epochOf(actor),
    x: Math.floor(core.now() / 1000) + REFRESH_TOKEN_LIFETIME_SECONDS,
  }
  return core.secrets.encrypt('refresh-tokens', JSON.stringify(content))
}

/**
 * @throws DomainError UNAUTHORIZED when it is not ours, has expired, or the password changed or the account ended since;
 * also while the provider or the directory has not spoken of its person for too long
 */
export async function redeemRefreshToken(core: Core, refreshToken: string): Promise<UserActor> {
  const refused = (cause?: unknown) =>
    new DomainError('UNAUTHORIZED', 'the refresh token is not valid', { cause })
  let content: Content
  try {
    content = JSON.parse(core.secrets.decrypt('refresh-tokens', refreshToken)) as Content
  } catch (cause) {
    throw refused(cause)
  }
  if (content.x * 1000 <= core.now()) throw refused()
  let facts = await userFacts(core, content.u)
  if (facts && facts.credentialEpoch < content.e) {
    forgetUser(core, content.u)
    facts = await userFacts(core, content.u)
  }
  const actor = await (content.t === undefined
    ? currentUser(core, content.u)
    : currentAccessToken(core, content.t))
  if (!facts?.proven || (content.t === undefined && !facts.passwordWatched)) throw refused()
  if (actor?.id !== content.u || actor.credentialEpoch !== content.e) throw refused()
  return actor
}
