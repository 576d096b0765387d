import type { LookupFunction } from 'node:net'
import { createNodeFetch } from '@berth/registry-client'
import { OutboundError } from './failure.ts'
import { resolveTarget } from './target.ts'

const LOOKUP_LIMIT_MS = 10_000

/**
 * As `fetchConfigured`, for what is streamed: a fetch to what only administrators set, and to where that leads. Names are
 * looked up for each connection and the addresses looked at, so no redirect and no second look-up leads to a link-local one.
 * Connections are kept; timeouts, bounds and redirects are the caller's business.
 *
 * @throws OutboundError from the fetch, for what may not be reached
 */
export function openConfiguredFetch(options: {
  /** PEM of the only authorities that may vouch for a host; the system's when not given. */
  ca?: string
  insecure?: boolean
}): typeof globalThis.fetch {
  const send = createNodeFetch({ ...options, lookup: vetted })
  return async (input, init) => {
    const url = new URL(input instanceof Request ? input.url : input)
    // An address that is written out is never looked up.
    if (/^[[\d]/.test(url.hostname))
      await resolveTarget(url, 'configured', AbortSignal.timeout(LOOKUP_LIMIT_MS))
    if (url.username !== '' || url.password !== '')
      throw new OutboundError('url', 'the address must not hold a name or a password')
    return send(url, init)
  }
}

const vetted: LookupFunction = (hostname, options, callback) => {
  const url = new URL('http://host')
  url.hostname = hostname
  resolveTarget(url, 'configured', AbortSignal.timeout(LOOKUP_LIMIT_MS)).then(
    (addresses) => {
      if (options.all) callback(null, addresses)
      else callback(null, addresses[0]!.address, addresses[0]!.family)
    },
    (error) => callback(error, []),
  )
}
