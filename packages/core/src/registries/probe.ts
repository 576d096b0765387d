import {
  type ConnectionFaultCode,
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
import { OutboundError, type OutboundReason } from '../outbound/index.ts'
import { adapterOf } from './adapters/index.ts'
import { type Opening, open } from './open.ts'
import { openPeerApi } from './peer.ts'
import type { RegistryReason, Why } from './reasons.ts'

/** For all of a look: connecting, signing in, the API. */
const PROBE_LIMIT_MS = 15_000
const SILENCE_LIMIT_MS = 8_000

/** What a look at a registry found: that it is healthy, or why it is not. */
export type Finding =
  | {
      healthy: true
      /** What another Berth calls itself. */
      instanceId?: string
    }
  | ({ healthy: false } & Why)

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
    return { healthy: false, ...(limit.aborted ? noAnswer : whyOf(error, opening)) }
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
  if (adapter.listing !== 'api') return { healthy: true }
  const { instanceId } = await openPeerApi(endpoint, tools)
    .systemInfo({ signal })
    .catch((error) => {
      // Whom /v2 lets in the API lets in as well, where there is one.
      const refused = error instanceof RegistryError && error.status !== undefined && error.status < 500
      throw refused ? new ProtocolError('there is no API', { code: 'INVALID_ANSWER', cause: error }) : error
    })
  return { healthy: true, ...(instanceId !== undefined && { instanceId }) }
}

const noAnswer: Why = { reason: 'timeout', message: 'no answer came in time' }

const ofOutbound: Readonly<Record<OutboundReason, RegistryReason>> = {
  address: 'address_not_allowed',
  url: 'address_not_allowed',
  unresolved: 'unreachable',
  connection: 'unreachable',
  certificate: 'certificate_not_trusted',
  timeout: 'timeout',
  'too-large': 'wrong_type',
  answer: 'wrong_type',
}

const ofFault: Readonly<Record<ConnectionFaultCode, RegistryReason>> = {
  CERTIFICATE_EXPIRED: 'certificate_expired',
  CERTIFICATE_NOT_TRUSTED: 'certificate_not_trusted',
  CERTIFICATE_WRONG_NAME: 'certificate_wrong_name',
  TLS_FAILED: 'no_tls',
  UNAVAILABLE: 'unreachable',
}

/** For the administrator of a registry. It never holds what the registry wrote. */
export function whyOf(error: unknown, { endpoint, type }: Pick<Opening, 'endpoint' | 'type'>): Why {
  const why = (reason: RegistryReason, message: string): Why => ({ reason, message })
  const fault = connectionFault(error)
  const unreachable = outboundError(error)
  const signsIn = endpoint.accessKey !== '' || endpoint.accessSecret !== ''
  if (unreachable) return why(ofOutbound[unreachable.reason], unreachable.message)
  if (error instanceof DomainError) return why('unusable', error.message)
  if (error instanceof UnauthorizedError)
    return signsIn
      ? why('credentials_refused', 'it refuses these credentials')
      : why('credentials_missing', 'it wants credentials, and has none')
  if (error instanceof DeniedError) return why('denied', 'it does not let these credentials in')
  if (error instanceof RateLimitedError) return why('rate_limited', 'it wants fewer requests (429)')
  if (error instanceof NotFoundError || (error instanceof ProtocolError && error.code === 'INVALID_ANSWER'))
    return why('wrong_type', `it does not answer as a registry of the type ${type}`)
  if (error instanceof ProtocolError && error.code === 'REALM_NOT_ALLOWED')
    return why('foreign_realm', `it sends for tokens to a host that is none of its own: ${error.message}`)
  if (error instanceof RegistryError && error.code === 'TIMEOUT') return noAnswer
  if (error instanceof RegistryError && error.status !== undefined)
    return why('answers_error', `it answers ${error.status}`)
  return fault ? why(ofFault[fault.code], fault.words) : why('unreachable', 'the connection to it failed')
}

function outboundError(error: unknown): OutboundError | undefined {
  let current = error
  for (let depth = 0; current instanceof Error && depth < 6; depth++) {
    if (current instanceof OutboundError) return current
    current = current.cause
  }
  return undefined
}
