import {
  type AllowedHosts,
  allowsIp,
  allowsName,
  type Ip,
  isNever,
  isPublic,
  parseIp,
} from '../addresses/index.ts'
import { OutboundError } from './failure.ts'
import { type Address, lookUp } from './names.ts'

export type { Address }

const MAX_URL_LENGTH = 2_048
/** More than any name has that somebody means; a limit on how long connecting can take. */
const MAX_ADDRESSES = 8

/**
 * The URL in its one form: what the parser makes of `0x7f.1`, `①②⑦.0.0.1` or `[::ffff:7f00:1]` is what is judged.
 *
 * @throws OutboundError
 */
export function parseTarget(text: string): URL {
  const url = text.length > MAX_URL_LENGTH ? null : URL.parse(text)
  if (!url || (url.protocol !== 'http:' && url.protocol !== 'https:') || url.hostname === '')
    throw new OutboundError('url', 'it is not an http or https address')
  if (url.username !== '' || url.password !== '')
    throw new OutboundError('url', 'the address must not hold a name or a password')
  return url
}

/** Where hosts may be: public ones and those allowed, or, of hosts that only administrators name, nearly everywhere. */
export type Reachable = AllowedHosts | 'configured'

const mayReach = (ip: Ip, allowed: Reachable): boolean =>
  allowed === 'configured' ? !isNever(ip) : isPublic(ip) || allowsIp(allowed, ip)

/** False when an address is written out that may not be reached. Names are judged when they are resolved. */
export function mayName(url: URL, allowed: AllowedHosts): boolean {
  const ip = parseIp(bare(url))
  return !ip || isPublic(ip) || allowsIp(allowed, ip)
}

/**
 * Where to connect to, and nowhere else: whoever resolves the name again may be told something else.
 *
 * @throws OutboundError
 */
export async function resolveTarget(url: URL, allowed: Reachable, signal: AbortSignal): Promise<Address[]> {
  const host = bare(url)
  const literal = parseIp(host)
  if (literal) {
    if (!mayReach(literal, allowed)) throw refused(allowed === 'configured')
    return [{ address: host, family: literal.length === 4 ? 4 : 6 }]
  }
  const configured = allowed === 'configured'
  const named = !configured && allowsName(allowed, host)
  let found: Address[]
  try {
    found = await lookUp(host, { signal, trusted: configured || named })
  } catch (cause) {
    if (signal.aborted) throw late()
    throw new OutboundError('unresolved', 'the name of the host is not known', cause)
  }
  const permitted = found.filter(({ address }) => {
    const ip = parseIp(address)
    return ip !== undefined && (named || mayReach(ip, allowed))
  })
  if (permitted.length === 0) throw refused(configured)
  return permitted.slice(0, MAX_ADDRESSES)
}

/** Without the brackets of IPv6. */
const bare = (url: URL): string => url.hostname.replace(/^\[|\]$/g, '')

const refused = (configured = false) =>
  new OutboundError(
    'address',
    configured
      ? 'the host is at an address that Berth does not connect to'
      : 'the host is not public, and no administrator has allowed it',
  )

export const late = () => new OutboundError('timeout', 'no answer came in time')
