import { type AllowedHosts, parseAllowedHosts } from '../addresses/index.ts'
import { readConfiguration } from '../configurations/index.ts'
import type { Core } from '../context/index.ts'
import { type OutboundAnswer, type OutboundRequest, sendOutbound } from './fetch.ts'

const ALLOWED_TTL_MS = 3_000

/** What administrators have allowed beside public hosts, as of at most three seconds ago. */
export const allowedHosts = async (core: Core): Promise<AllowedHosts> =>
  (await core.cache<AllowedHosts>('outbound.allowed', ALLOWED_TTL_MS, 1).get('', async () => {
    const text = await readConfiguration(core, 'outbound_allowed_hosts')
    // A text that cannot be read allows nothing.
    return parseAllowedHosts(text) ?? { names: new Set(), suffixes: [], ranges: [] }
  }))!

/**
 * The one way to addresses that people name: issuers of tokens, targets of webhooks. @throws OutboundError
 */
export const fetchOutbound = async (
  core: Core,
  url: string,
  wanted: OutboundRequest,
): Promise<OutboundAnswer> => sendOutbound(url, await allowedHosts(core), wanted)

/**
 * To an address that only administrators set, as the receiver of the audit log or the provider of sign-in: like LDAP_URL it
 * may be a private one, since whoever sets it could allow it as well. Never for what other people name. @throws OutboundError
 */
export const fetchConfigured = (url: string, wanted: OutboundRequest): Promise<OutboundAnswer> =>
  sendOutbound(url, 'configured', wanted)
