import { createHash } from 'node:crypto'
import type { Core } from '../context/index.ts'
import { fetchOutbound, OutboundError } from '../outbound/index.ts'
import { type IssuerKey, readKeys } from './jwt.ts'
import { RefusedTokenError, UnjudgedTokenError } from './refused.ts'

const FRESH_MS = 10 * 60_000
/** While the issuer does not answer, what it said is believed for this long. */
const STALE_MS = 60 * 60_000
/** How often an unknown key id, or an issuer that fails, may make Berth ask. */
const ASK_EVERY_MS = 30_000
const MAX_ISSUERS = 500
const FETCH = { maxBytes: 256 * 1_024, timeoutMs: 5_000, headers: { accept: 'application/json' } }

interface KnownIssuer {
  keys: IssuerKey[]
  /** Of the last answer that was good. */
  fetchedAtMs: number
  askedAtMs: number
  /** Why the last one was not. */
  problem: string | undefined
  running: Promise<void> | undefined
}

const states = new WeakMap<Core, Map<string, KnownIssuer>>()

/**
 * The keys that an issuer has published under this id (OpenID Connect Discovery 1.0 section 4), fetched at most twice a
 * minute, one request at a time per issuer.
 *
 * @throws RefusedTokenError
 */
export async function keysOf(
  core: Core,
  issuer: string,
  caPem: string | null,
  kid: string,
): Promise<IssuerKey[]> {
  const known = recall(core, issuer, caPem)
  const now = core.now()
  const named = () => known.keys.filter((key) => key.kid === kid)
  if (named().length > 0 && now - known.fetchedAtMs < FRESH_MS) return named()
  if (!known.running && Math.abs(now - known.askedAtMs) >= ASK_EVERY_MS) {
    known.askedAtMs = now
    known.running = refresh(core, issuer, caPem, known).finally(() => {
      known.running = undefined
    })
  }
  await known.running
  if (core.now() - known.fetchedAtMs >= STALE_MS) known.keys = []
  if (named().length > 0) return named()
  if (known.problem === undefined) throw new RefusedTokenError('its issuer has published no such key')
  throw new UnjudgedTokenError(`the keys of its issuer could not be read: ${known.problem}`)
}

/** Keys of this issuer that are at hand, whoever vouched for them: for telling jobs apart, not for letting them in. */
export function keysAtHand(core: Core, issuer: string, kid: string): IssuerKey[] {
  const found: IssuerKey[] = []
  for (const [id, known] of states.get(core) ?? [])
    if (id.slice(id.indexOf(' ') + 1) === issuer) found.push(...known.keys.filter((key) => key.kid === kid))
  return found
}

/** An authority of one's own is part of who was asked: what it vouched for counts for nobody else. */
function recall(core: Core, issuer: string, caPem: string | null): KnownIssuer {
  const all = states.get(core) ?? new Map<string, KnownIssuer>()
  states.set(core, all)
  const authority = caPem === null ? '' : createHash('sha256').update(caPem).digest('hex')
  const id = `${authority} ${issuer}`
  let known = all.get(id)
  if (!known) {
    known = {
      keys: [],
      fetchedAtMs: Number.NEGATIVE_INFINITY,
      askedAtMs: Number.NEGATIVE_INFINITY,
      problem: undefined,
      running: undefined,
    }
  }
  all.delete(id)
  all.set(id, known)
  if (all.size > MAX_ISSUERS) all.delete(all.keys().next().value as string)
  return known
}

async function refresh(core: Core, issuer: string, caPem: string | null, known: KnownIssuer): Promise<void> {
  try {
    const keys = await fetchKeys(core, issuer, caPem ?? undefined)
    Object.assign(known, { keys, fetchedAtMs: core.now(), problem: undefined })
  } catch (error) {
    if (!(error instanceof OutboundError) && !(error instanceof RefusedTokenError)) {
      // Not the issuer's fault, and nobody was asked.
      known.askedAtMs = Number.NEGATIVE_INFINITY
      throw error
    }
    known.problem = error.message
  }
}

async function fetchKeys(core: Core, issuer: string, ca: string | undefined): Promise<IssuerKey[]> {
  const address = `${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`
  const document = (await readJson(core, address, ca)) as Record<string, unknown> | null
  if (document?.issuer !== issuer) throw new RefusedTokenError('its discovery document names another issuer')
  const { jwks_uri: keysUri } = document
  if (typeof keysUri !== 'string') throw new RefusedTokenError('its discovery document has no jwks_uri')
  if (issuer.startsWith('https:') && !/^https:/i.test(keysUri))
    throw new RefusedTokenError('its keys are not behind https')
  return readKeys(await readJson(core, keysUri, ca))
}

async function readJson(core: Core, url: string, ca: string | undefined): Promise<unknown> {
  const { status, body } = await fetchOutbound(core, url, { ...FETCH, ca })
  if (status !== 200) throw new RefusedTokenError(`it answers ${status}`)
  try {
    return JSON.parse(body.toString('utf8'))
  } catch {
    throw new RefusedTokenError('it answers with something that is no JSON')
  }
}
