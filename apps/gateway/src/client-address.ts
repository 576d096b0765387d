import type { IncomingMessage } from 'node:http'
import { BlockList, isIP } from 'node:net'

/** Addresses whose `X-Forwarded-For` is believed. */
export type TrustedProxies = BlockList

const family = (address: string) => (isIP(address) === 6 ? 'ipv6' : 'ipv4')

/** `entries`: addresses and CIDR ranges, already checked by the settings. */
export function trustedProxies(entries: readonly string[]): TrustedProxies {
  const list = new BlockList()
  for (const entry of entries) {
    const [address, bits] = entry.split('/') as [string, string?]
    if (bits === undefined) list.addAddress(address, family(address))
    else list.addSubnet(address, Number(bits), family(address))
  }
  return list
}

/** An IPv4 peer on a dual-stack socket is the same peer. */
const plain = (address: string) => address.replace(/^::ffff:(?=\d+\.\d+\.\d+\.\d+$)/i, '')

/**
 * The address the request came from: the connection's own, or, behind proxies that are trusted, the nearest address in
 * `X-Forwarded-For` that is none of them. What a stranger writes into the header is never believed.
 */
export function clientAddress(req: IncomingMessage, trusted: TrustedProxies): string {
  let address = plain(req.socket.remoteAddress ?? '')
  const claimed = [req.headers['x-forwarded-for'] ?? []].flat().join(',').split(',')
  while (isIP(address) && trusted.check(address, family(address))) {
    const next = plain(claimed.pop()?.trim() ?? '')
    if (!isIP(next)) break
    address = next
  }
  return address
}
