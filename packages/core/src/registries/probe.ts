import {
  connectionFault,
  DeniedError,
  NotFoundError,
  ProtocolError,
  RateLimitedError,
  RegistryError,
  UnauthorizedError,
} from '@berth/registry-client'
import type { Core } from '../context/index.ts'
import { DomainError } from '../errors/index.ts'
import { OutboundError } from '../outbound/index.ts'
import { adapterOf } from './adapters/index.ts'
import { type Opening, open } from './open.ts'
import { openPeerApi } from './peer.ts'

/** For all of a look: connecting, signing in, the API. */
const PROBE_LIMIT_MS = 15_000
const SILENCE_LIMIT_MS = 8_000

/** What a look at a registry found. */
export interface Finding {
  healthy: boolean
  /** The end of a sentence about the registry: why it is not. */
  message: string
  /** What another Berth calls itself. */
  instanceId?: string
}

/** Asks a registry whether it is there, speaks as its kind does, and lets Berth in. Never throws for what is the registry's. */
export async function probe(core: Core, opening: Opening, ending?: AbortSignal): Promise<Finding> {
  const limit = AbortSignal.timeout(PROBE_LIMIT_MS)
  const signal = ending ? AbortSignal.any([ending, limit]) : limit
  const { promise: late, reject } = Promise.withResolvers<never>()
  const end = () => reject(signal.reason)
  signal.addEventListener('abort', end, { once: true })
  try {
    return await Promise.race([look(core, opening, signal), late])
  } catch (error) {
    ending?.throwIfAborted()
    if (limit.aborted) return { healthy: false, message: 'no answer came in time' }
    return { healthy: false, message: whyOf(error, opening) }
  } finally {
    signal.removeEventListener('abort', end)
    late.catch(() => {})
  }
}

async function look(core: Core, opening: Opening, signal: AbortSignal): Promise<Finding> {
  const { endpoint, type } = opening
  const adapter = adapterOf(type)
  const { client, tools } = await open(core, opening, SILENCE_LIMIT_MS)
  const signsIn = endpoint.accessKey !== '' || endpoint.accessSecret !== ''
  try {
    await client.ping({ signal })
  } catch (error) {
    // Asked without a name it may still show what is public.
    const refused = error instanceof UnauthorizedError || error instanceof DeniedError
    if (!(refused && adapter.anonymous && !signsIn)) throw error
  }
  if (adapter.listing !== 'api') return { healthy: true, message: '' }
  const { instanceId } = await openPeerApi(endpoint, tools)
    .systemInfo({ signal })
    .catch((error) => {
      // Whom /v2 lets in the API lets in as well, where there is one.
      const refused = error instanceof RegistryError && error.status !== undefined && error.status < 500
      throw refused ? new ProtocolError('there is no API', { code: 'INVALID_ANSWER', cause: error }) : error
    })
  return { healthy: true, message: '', ...(instanceId !== undefined && { instanceId }) }
}

/** The end of a sentence about a registry whose administrator reads it. It never holds what the registry wrote. */
export function whyOf(error: unknown, { endpoint, type }: Pick<Opening, 'endpoint' | 'type'>): string {
  const fault = connectionFault(error)
  const unreachable = outboundError(error)
  const signsIn = endpoint.accessKey !== '' || endpoint.accessSecret !== ''
  if (unreachable) return unreachable.message
  if (error instanceof DomainError) return error.message
  if (error instanceof UnauthorizedError)
    return signsIn ? 'it refuses these credentials' : 'it wants credentials, and has none'
  if (error instanceof DeniedError) return 'it does not let these credentials in'
  if (error instanceof RateLimitedError) return 'it wants fewer requests (429)'
  if (error instanceof NotFoundError || (error instanceof ProtocolError && error.code === 'INVALID_ANSWER'))
    return `it does not answer as a registry of the type ${type}`
  if (error instanceof ProtocolError && error.code === 'REALM_NOT_ALLOWED')
    return `it sends for tokens to a host that is none of its own: ${error.message}`
  if (error instanceof RegistryError && error.code === 'TIMEOUT') return 'no answer came in time'
  if (error instanceof RegistryError && error.status !== undefined) return `it answers ${error.status}`
  return fault?.words ?? 'the connection to it failed'
}

function outboundError(error: unknown): OutboundError | undefined {
  let current = error
  for (let depth = 0; current instanceof Error && depth < 6; depth++) {
    if (current instanceof OutboundError) return current
    current = current.cause
  }
  return undefined
}
