import { type Ip, type IpRange, inRange, parseIpRange } from './ip.ts'

const ranges = (...texts: string[]): IpRange[] => texts.map((text) => parseIpRange(text)!)

// From IANA's registries of special-purpose addresses (RFC 6890 and later).
const specialV4 = ranges(
  '0.0.0.0/8', // this network
  '10.0.0.0/8', // private
  '100.64.0.0/10', // carriers' shared space; also some clouds' metadata
  '127.0.0.0/8', // loopback
  '168.63.129.16', // a cloud's platform services, inside every virtual machine
  '169.254.0.0/16', // link-local; clouds' metadata
  '172.16.0.0/12', // private
  '192.0.0.0/24', // protocol assignments
  '192.0.2.0/24', // documentation
  '192.88.99.0/24', // 6to4 relays
  '192.168.0.0/16', // private
  '198.18.0.0/15', // benchmarks
  '198.51.100.0/24', // documentation
  '203.0.113.0/24', // documentation
  '224.0.0.0/4', // multicast
  '240.0.0.0/4', // reserved, broadcast
)

// Only 2000::/3 is handed out. Outside are loopback, link-local, unique local, multicast, IPv4-mapped and -compatible
// addresses, and both prefixes of NAT64 (64:ff9b::/96 and 64:ff9b:1::/48).
const globalV6 = parseIpRange('2000::/3')!
const specialV6 = ranges(
  '2001::/23', // protocol assignments; Teredo carries an IPv4 address
  '2001:db8::/32', // documentation
  '2002::/16', // 6to4 carries an IPv4 address
  '3fff::/20', // documentation
)

/** False for every address that means this machine, this network, or an address wrapped into another. */
export function isPublic(ip: Ip): boolean {
  if (ip.length === 4) return !specialV4.some((range) => inRange(ip, range))
  return inRange(ip, globalV6) && !specialV6.some((range) => inRange(ip, range))
}
