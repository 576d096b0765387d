import { lookup as lookupName } from 'node:dns'
import { type ClientRequest, type IncomingMessage, request as requestPlain } from 'node:http'
import { request as requestTls } from 'node:https'
import { BlockList, isIP, type LookupFunction } from 'node:net'
import { rootCertificates } from 'node:tls'
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

/**
 * Nothing that signs people in lives at these: link-local addresses answer with the secrets of cloud machines, the
 * others reach many or nobody. Private networks and this machine are where providers of companies are.
 */
const never = new BlockList()
never.addSubnet('0.0.0.0', 8, 'ipv4')
never.addSubnet('169.254.0.0', 16, 'ipv4')
never.addSubnet('224.0.0.0', 3, 'ipv4')
never.addAddress('::', 'ipv6')
never.addSubnet('fe80::', 10, 'ipv6')
never.addSubnet('ff00::', 8, 'ipv6')
// Amazon's, in the range of private networks.
never.addAddress('fd00:ec2::254', 'ipv6')
// IPv4 in IPv6, by translation: the address inside is not looked at, so none goes through.
never.addSubnet('64:ff9b::', 96, 'ipv6')
never.addSubnet('64:ff9b:1::', 48, 'ipv6')
never.addSubnet('2002::', 16, 'ipv6')
never.addSubnet('2001::', 32, 'ipv6')

/** IPv4-mapped forms count as what they map. */
export function isNeverProvider(address: string): boolean {
  const family = isIP(address)
  return family === 0 || never.check(address, family === 4 ? 'ipv4' : 'ipv6')
}

/** The addresses that were looked at are those that are connected to: a name cannot change in between. */
const vettedLookup: LookupFunction = (hostname, options, callback) => {
  lookupName(hostname, { ...options, all: true }, (error, found) => {
    if (error) return callback(error, '', 0)
    const good = found.filter(({ address }) => !isNeverProvider(address))
    const [first] = good
    if (!first) return callback(refusedAddress(), '', 0)
    if (options.all) return callback(null, good)
    callback(null, first.address, first.family)
  })
}

const refusedAddress = () => Object.assign(new Error('the address is refused'), { code: 'EREFUSEDADDRESS' })

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
  const url = new URL(address)
  const host = url.hostname.replace(/^\[|\]$/g, '')
  const body = form && new URLSearchParams(form).toString()
  try {
    // Addresses that are written as such are not looked up.
    if (isIP(host) !== 0 && isNeverProvider(host)) throw refusedAddress()
    const options = {
      method: body === undefined ? 'GET' : 'POST',
      headers: {
        accept: 'application/json',
        'user-agent': 'berth',
        ...(body !== undefined && {
          'content-type': 'application/x-www-form-urlencoded',
          'content-length': Buffer.byteLength(body),
        }),
        ...headers,
      },
      lookup: vettedLookup,
      signal: AbortSignal.timeout(TIMEOUT_MS),
      agent: false as const,
    }
    const request =
      url.protocol === 'https:'
        ? requestTls(url, {
            ...options,
            rejectUnauthorized: access.verifyCert,
            ...(access.ca !== '' && { ca: [...rootCertificates, access.ca] }),
          })
        : requestPlain(url, options)
    request.end(body)
    const response = await answerOf(request)
    return { status: response.statusCode ?? 0, json: toObject(await bodyOf(response)) }
  } catch (error) {
    throw failure(url, error)
  }
}

const answerOf = (request: ClientRequest): Promise<IncomingMessage> =>
  new Promise((resolve, reject) => request.once('response', resolve).on('error', reject))

async function bodyOf(response: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  let sizeBytes = 0
  for await (const chunk of response as AsyncIterable<Buffer>) {
    sizeBytes += chunk.length
    if (sizeBytes > MAX_BODY_BYTES) throw new Error('the answer is too long')
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString('utf8')
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

function failure(url: URL, cause: unknown): ProviderError {
  const code = (cause as { code?: unknown }).code
  const where = url.host
  if (typeof code === 'string' && /CERT|SIGNATURE|ISSUER|SELF_SIGNED|ALTNAME/.test(code))
    return new ProviderError('certificate', `the certificate of ${where} is not trusted (${code})`, { cause })
  if (code === 'EREFUSEDADDRESS')
    return new ProviderError('unreachable', `Berth does not connect to the address of ${where}`, { cause })
  const why = typeof code === 'string' ? code : cause instanceof Error ? cause.name : 'no answer'
  return new ProviderError('unreachable', `${where} cannot be reached (${why})`, { cause })
}
