import { type Ip, inRange, parseIpRange } from './ip.ts'

/**
 * Nothing that an administrator means lives at these: link-local addresses and a few others answer with the secrets of cloud machines, the
 * others reach many or nobody. Private networks and this machine are where servers of companies are.
 */
const never = [
  '0.0.0.0/8',
  '169.254.0.0/16',
  '224.0.0.0/3',
  '::',
  'fe80::/10',
  'ff00::/8',
  // Of clouds, outside of link-local ranges: Amazon's, Alibaba's, Oracle's, Azure's.
  'fd00:ec2::254',
  '100.100.100.200',
  '192.0.0.192',
  '168.63.129.16',
  // IPv4 in IPv6, by translation: the address inside is not looked at, so none goes through.
  '64:ff9b::/96',
  '64:ff9b:1::/48',
  '2002::/16',
  '2001::/32',
].map((text) => parseIpRange(text)!)
const mapped = parseIpRange('::ffff:0:0/96')!

/** IPv4-mapped forms count as what they map. */
export function isNever(ip: Ip): boolean {
  const inner = inRange(ip, mapped) ? ip.slice(12) : ip
  return never.some((range) => inRange(inner, range))
}
