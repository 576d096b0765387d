import { randomInt } from 'node:crypto'
import type { UserActor } from '../authorization/index.ts'
import type { Core, TtlCache } from '../context/index.ts'
import { noteUse } from '../last-used/index.ts'
import { type AccessTokenFacts, readAccessToken, readAccessTokenBySecret } from './access-token-store.ts'
import { toActor, userFacts } from './known-users.ts'
import { usernameKey } from './username.ts'

const PREFIX = 'bpt_'
/** Of 62 signs: 190 bits. */
const SECRET_LENGTH = 32
const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789'
// A token that was revoked ends on every node after at most this long.
const FACTS_TTL_MS = 3_000

const byHash = (core: Core): TtlCache<AccessTokenFacts> =>
  core.cache('authentication.access-tokens', FACTS_TTL_MS, 20_000)
const byId = (core: Core): TtlCache<AccessTokenFacts> =>
  core.cache('authentication.access-tokens-by-id', FACTS_TTL_MS, 20_000)

export const makeAccessTokenSecret = (): string =>
  PREFIX + Array.from({ length: SECRET_LENGTH }, () => ALPHABET[randomInt(ALPHABET.length)]).join('')

/** Nobody can guess what Berth made, so one keyed hash is enough. */
export const hashAccessToken = (core: Core, secret: string): string =>
  core.secrets.mac('access-tokens', secret)

/** By its looks alone; no person's password looks like this by chance. */
export const isAccessToken = (password: string): boolean =>
  password.length === PREFIX.length + SECRET_LENGTH && /^bpt_[A-Za-z0-9]+$/.test(password)

/** Call after a token was revoked, so that this node does not wait for its memory to age. */
export function forgetAccessTokens(core: Core): void {
  byHash(core).clear()
  byId(core).clear()
}

/**
 * The person whose token this is, with its limits; undefined when it is wrong or over, or the name is another person's.
 * There is nothing to guess: it waits for nobody's guesses and slows nobody down.
 */
export async function verifyAccessToken(
  core: Core,
  secret: string,
  username?: string,
): Promise<UserActor | undefined> {
  if (!isAccessToken(secret)) return undefined
  const hash = hashAccessToken(core, secret)
  const facts = await byHash(core).get(hash, () => readAccessTokenBySecret(core, hash))
  const actor = facts && (await actorOf(core, facts))
  if (!actor || (username !== undefined && usernameKey(username) !== usernameKey(actor.username)))
    return undefined
  noteUse(core, 'access-token', facts.id)
  return actor
}

/** The person behind a token as of at most three seconds ago; undefined when either has ended. */
export async function currentAccessToken(core: Core, id: number): Promise<UserActor | undefined> {
  const facts = await byId(core).get(String(id), () => readAccessToken(core, id))
  return facts && actorOf(core, facts)
}

/** Expiry is looked at each time, never remembered. */
async function actorOf(
  core: Core,
  { id, userId, limits, expiresAt }: AccessTokenFacts,
): Promise<UserActor | undefined> {
  if (expiresAt !== null && expiresAt.getTime() <= core.now()) return undefined
  const person = await userFacts(core, userId)
  if (!person || person.disabled || !person.proven) return undefined
  return { ...toActor(person, 'access-token'), limits, accessToken: { id, expiresAt } }
}
