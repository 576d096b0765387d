import { verify } from 'node:crypto'
import {
  currentAccessToken,
  currentRobot,
  currentUser,
  forgetRobot,
  forgetUser,
  robotFacts,
  userFacts,
} from '../authentication/index.ts'
import { type Actor, ANONYMOUS, type RobotActor, type UserActor } from '../authorization/index.ts'
import type { Core } from '../context/index.ts'
import { DomainError } from '../errors/index.ts'
import { noteUse } from '../last-used/index.ts'
import { type AccessEntry, TOKEN_AUDIENCE, TOKEN_ISSUER, type TokenClaims } from './claims.ts'
import { keyById } from './keyring.ts'

const MAX_TOKEN_LENGTH = 64 * 1024
/** Clocks of nodes may differ by this much. */
const LEEWAY_SECONDS = 30
const MAX_REMEMBERED = 5_000
// How long a right signature is remembered; the times in the token are looked at again each time.
const REMEMBER_MS = 60_000

export interface VerifiedToken {
  actor: Exclude<Actor, { kind: 'system' }>
  access: readonly AccessEntry[]
  issuedAtMs: number
}

const refuse = (why: string): DomainError => new DomainError('UNAUTHORIZED', `token refused: ${why}`)

/**
 * Whose token this is and what it permits. The person is as of now (at most three seconds old), not as of its issue;
 * what the person may do now is for `authorization` to say.
 *
 * @throws DomainError UNAUTHORIZED for anything but a token of ours that is good now
 */
export async function verifyToken(core: Core, token: string): Promise<VerifiedToken> {
  const cache = core.cache<{ kid: string; claims: TokenClaims }>(
    'tokens.verified',
    REMEMBER_MS,
    MAX_REMEMBERED,
  )
  let known = cache.peek(token)
  if (!known) {
    known = await verifySignature(core, token)
    cache.set(token, known)
  } else await requireKey(core, known.kid)
  const { claims } = known
  const now = core.now() / 1000
  if (claims.exp <= now - LEEWAY_SECONDS) throw refuse('it has expired')
  if (claims.nbf > now + LEEWAY_SECONDS) throw refuse('it is not valid yet')
  const actor = await bearerOf(core, claims)
  return { actor, access: claims.access, issuedAtMs: claims.iat * 1000 }
}

function bearerOf(
  core: Core,
  { uid, rid, cep, pat }: TokenClaims,
): Promise<VerifiedToken['actor']> | typeof ANONYMOUS {
  if (uid !== undefined) return person(core, uid, cep, pat)
  return rid === undefined ? ANONYMOUS : robot(core, rid, cep)
}

async function robot(core: Core, robotId: number, epoch: number | undefined): Promise<RobotActor> {
  let facts = await robotFacts(core, robotId)
  if (facts && epoch !== undefined && epoch > facts.credentialEpoch) {
    forgetRobot(core, robotId)
    facts = await robotFacts(core, robotId)
  }
  const actor = await currentRobot(core, robotId)
  if (epoch === undefined || actor?.credentialEpoch !== epoch) throw refuse('it was withdrawn')
  noteUse(core, 'robot', robotId)
  return actor
}

async function person(
  core: Core,
  userId: number,
  epoch: number | undefined,
  accessTokenId: number | undefined,
): Promise<UserActor> {
  let facts = await userFacts(core, userId)
  if (facts && epoch !== undefined && epoch > facts.credentialEpoch) {
    // Issued on another node after a change that this node has not seen yet.
    forgetUser(core, userId)
    facts = await userFacts(core, userId)
  }
  const actor = await (accessTokenId === undefined
    ? currentUser(core, userId)
    : currentAccessToken(core, accessTokenId))
  if (!facts?.proven) throw refuse('nobody has spoken for its person for long')
  if (epoch === undefined || actor?.id !== userId || actor.credentialEpoch !== epoch)
    throw refuse('it was withdrawn')
  return actor
}

async function requireKey(core: Core, kid: string) {
  const key = await keyById(core, kid)
  if (!key || key.expiresAtMs <= core.now()) throw refuse('its key is not one of ours')
  return key
}

async function verifySignature(core: Core, token: string): Promise<{ kid: string; claims: TokenClaims }> {
  if (token.length > MAX_TOKEN_LENGTH) throw refuse('it is too long')
  const parts = token.split('.')
  if (parts.length !== 3) throw refuse('it is not a signed token')
  const header = decode(parts[0]!)
  // The algorithm is ours to choose, and a key that comes with a token proves nothing (CVE-2025-24976): only the key
  // id counts, `x5c` is for the registry.
  if (header.alg !== 'ES256' || header.typ !== 'JWT') throw refuse('its algorithm is not ES256')
  for (const name of ['jwk', 'jku', 'x5u', 'crit'])
    if (Object.hasOwn(header, name)) throw refuse(`its header has ${name}`)
  if (typeof header.kid !== 'string') throw refuse('it names no key')
  const key = await requireKey(core, header.kid)
  const ours = decode(key.header.slice(0, -1))
  if (header.x5c !== undefined && first(header.x5c) !== first(ours.x5c)) throw refuse('its x5c is not ours')
  const signature = Buffer.from(parts[2]!, 'base64url')
  const signed = Buffer.from(`${parts[0]}.${parts[1]}`)
  if (
    signature.length !== 64 ||
    !verify('sha256', signed, { key: key.publicKey, dsaEncoding: 'ieee-p1363' }, signature)
  )
    throw refuse('its signature is wrong')
  return { kid: key.kid, claims: readClaims(decode(parts[1]!)) }
}

const first = (list: unknown): unknown => (Array.isArray(list) ? list[0] : undefined)

function decode(part: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(Buffer.from(part, 'base64url').toString('utf8'))
    if (typeof value === 'object' && value !== null && !Array.isArray(value))
      return value as Record<string, unknown>
  } catch {
    // falls through to the same answer
  }
  throw refuse('it cannot be read')
}

/** Ours are written by `issueToken`; the shape is checked all the same, because a key can leak. */
function readClaims(claims: Record<string, unknown>): TokenClaims {
  if (claims.iss !== TOKEN_ISSUER) throw refuse('its issuer is not Berth')
  if (claims.aud !== TOKEN_AUDIENCE) throw refuse('it is for another service')
  if (claims.internal !== undefined) throw refuse('it is for Berth itself')
  for (const name of ['exp', 'nbf', 'iat'] as const)
    if (!Number.isSafeInteger(claims[name])) throw refuse(`it has no ${name}`)
  const { uid, rid, cep, pat, access } = claims
  if (uid !== undefined && rid !== undefined) throw refuse('it names two')
  const id = uid ?? rid
  if (id === undefined ? claims.sub !== '' : !Number.isSafeInteger(id) || !Number.isSafeInteger(cep))
    throw refuse('it names nobody')
  if (pat !== undefined && (uid === undefined || !Number.isSafeInteger(pat)))
    throw refuse('it names no token')
  if (!Array.isArray(access) || !access.every(isEntry)) throw refuse('its access cannot be read')
  return claims as unknown as TokenClaims
}

const isEntry = (entry: unknown): entry is AccessEntry => {
  if (typeof entry !== 'object' || entry === null) return false
  const { type, name, actions } = entry as Record<string, unknown>
  return typeof type === 'string' && typeof name === 'string' && Array.isArray(actions)
}
