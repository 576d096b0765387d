import type { LookupFunction } from 'node:net'
import { createNodeFetch } from '@berth/registry-client'
import type { AllowedHosts } from '../addresses/index.ts'
import { OutboundError } from './failure.ts'
import { type Address, type Reachable, resolveTarget } from './target.ts'
import { Whereabouts } from './whereabouts.ts'

const LOOKUP_LIMIT_MS = 10_000

type Fetch = typeof globalThis.fetch

export interface StreamOptions {
  /** PEM of the only authorities that may vouch for a host; the system's when not given. */
  ca?: string
  insecure?: boolean
}

/** Ways to servers that administrators set, and to where these lead. */
export interface Streams {
  /** To what administrators set. */
  fetch: Fetch
  /**
   * To where the server `home` leads: redirects, places for uploads. To public and allowed hosts; to others only from a
   * server that is at no public address itself, so that nobody outside reaches into the house through Berth.
   */
  fetchLed(home: URL): Fetch
}

/**
 * As `fetchConfigured`, for what is streamed. Names are looked up for each connection and the addresses looked at, so no
 * second look-up leads elsewhere. Connections are kept; timeouts, bounds and redirects are the caller's business.
 *
 * @throws OutboundError from the fetch, for what may not be reached
 */
export function openConfiguredStreams(options: StreamOptions, allowed: () => Promise<AllowedHosts>): Streams {
  const known = new Whereabouts()
  const configured = async () => 'configured' as const
  const fetch = openFetch(options, configured, (name, found) => known.saw(name, found))
  // Connections of their own: what was open for one is not for the other.
  const inside = openFetch(options, configured)
  const outside = explained(openFetch(options, allowed))
  return {
    fetch,
    fetchLed: (home) => (input, init) => (known.isInside(home.hostname) ? inside : outside)(input, init),
  }
}

/** Of such a server alone, which leads nowhere. */
export const openConfiguredFetch = (options: StreamOptions): Fetch =>
  openFetch(options, async () => 'configured')

function openFetch(
  options: StreamOptions,
  reachable: () => Promise<Reachable>,
  onFound: (hostname: string, addresses: readonly Address[]) => void = () => {},
): Fetch {
  const resolve = async (url: URL) =>
    resolveTarget(url, await reachable(), AbortSignal.timeout(LOOKUP_LIMIT_MS))
  const lookup: LookupFunction = (hostname, { all }, callback) => {
    const url = new URL('http://host')
    url.hostname = hostname
    resolve(url).then(
      (addresses) => {
        onFound(hostname, addresses)
        if (all) callback(null, addresses)
        else callback(null, addresses[0]!.address, addresses[0]!.family)
      },
      (error) => callback(error, []),
    )
  }
  const send = createNodeFetch({ ...options, lookup })
  return async (input, init) => {
    const url = new URL(input instanceof Request ? input.url : input)
    // An address that is written out is never looked up.
    if (/^[[\d]/.test(url.hostname)) await resolve(url)
    if (url.username !== '' || url.password !== '')
      throw new OutboundError('url', 'the address must not hold a name or a password')
    return send(url, init)
  }
}

const explained =
  (send: Fetch): Fetch =>
  async (input, init) => {
    try {
      return await send(input, init)
    } catch (error) {
      if (!(error instanceof OutboundError) || error.reason !== 'address') throw error
      const words = 'it leads to a host that is not public, which outbound_allowed_hosts would have to allow'
      throw new OutboundError('address', words, error)
    }
  }
