import { rootCertificates } from 'node:tls'
import { isNever, parseIp } from '../../addresses/index.ts'
import { fetchConfigured, OutboundError } from '../../outbound/index.ts'
import { ProviderError } from './failure.ts'
import type { OidcSettings } from './settings.ts'

/** The part of the settings that says how the provider is reached. */
export type ProviderAccess = Pick<OidcSettings, 'endpoint' | 'verifyCert' | 'ca'>

export interface ProviderAnswer {
  status: number
  /** Undefined when the body is no JSON object. */
  json: Record<string, unknown> | undefined
}

const TIMEOUT_MS = 10_000
const MAX_BODY_BYTES = 1024 * 1024

/** Where no provider is asked, however an administrator has written it. */
export function isNeverProvider(address: string): boolean {
  const ip = parseIp(address)
  return ip === undefined || isNever(ip)
}

/**
 * One request to the provider: no redirect is followed, ten seconds for all of it, a megabyte at most.
 *
 * @throws ProviderError unreachable, certificate
 */
export async function askProvider(
  access: ProviderAccess,
  address: string,
  { form, headers = {} }: { form?: Record<string, string>; headers?: Record<string, string> } = {},
): Promise<ProviderAnswer> {
  try {
    const { status, body } = await fetchConfigured(address, {
      ...(form && { method: 'POST' as const, body: new URLSearchParams(form).toString() }),
      headers: {
        accept: 'application/json',
        ...(form && { 'content-type': 'application/x-www-form-urlencoded' }),
        ...headers,
      },
      insecure: !access.verifyCert,
      // Beside the system's: the provider may change to one that everybody trusts.
      ...(access.ca !== '' && { ca: [...rootCertificates, access.ca] }),
      maxBytes: MAX_BODY_BYTES,
      timeoutMs: TIMEOUT_MS,
    })
    return { status, json: toObject(body.toString('utf8')) }
  } catch (error) {
    throw error instanceof OutboundError ? failure(new URL(address), error) : error
  }
}

function toObject(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : undefined
  } catch {
    return undefined
  }
}

function failure({ host }: URL, error: OutboundError): ProviderError {
  const { reason, cause } = error
  const code = (cause as { code?: unknown } | undefined)?.code
  const why = typeof code === 'string' ? code : error.message
  if (reason === 'certificate')
    return new ProviderError('certificate', `the certificate of ${host} is not trusted (${why})`, { cause })
  if (reason === 'address')
    return new ProviderError('unreachable', `Berth does not connect to the address of ${host}`, { cause })
  return new ProviderError('unreachable', `${host} cannot be reached (${why})`, { cause })
}
