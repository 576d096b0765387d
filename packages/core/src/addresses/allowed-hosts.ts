import { type Ip, type IpRange, inRange, parseIpRange } from './ip.ts'

/** Hosts that administrators let Berth reach although their addresses are not public. */
export interface AllowedHosts {
  /** Lower case. */
  names: ReadonlySet<string>
  /** `.example.com`: every name below. */
  suffixes: readonly string[]
  ranges: readonly IpRange[]
}

const MAX_ENTRIES = 100
const MAX_TEXT_LENGTH = 4_096
const NAME = /^(\*\.)?[a-z0-9_]([a-z0-9_-]{0,62})(\.[a-z0-9_]([a-z0-9_-]{0,62}))*$/

/**
 * Names, `*.` before a name, addresses and CIDR ranges, with commas, spaces or new lines between them. Undefined when one
 * of them is nothing of the kind.
 */
export function parseAllowedHosts(text: string): AllowedHosts | undefined {
  if (text.length > MAX_TEXT_LENGTH) return undefined
  const entries = text
    .toLowerCase()
    .split(/[\s,]+/)
    .filter((entry) => entry !== '')
  if (entries.length > MAX_ENTRIES) return undefined
  const names = new Set<string>()
  const suffixes: string[] = []
  const ranges: IpRange[] = []
  for (const entry of entries) {
    const range = parseIpRange(entry)
    if (range) ranges.push(range)
    // What ends like an IPv4 address is one that was misspelt.
    else if (entry.length > 253 || !NAME.test(entry) || /(^|\.)\d+$/.test(entry)) return undefined
    else if (entry.startsWith('*.')) suffixes.push(entry.slice(1))
    else names.add(entry)
  }
  return { names, suffixes, ranges }
}

/** `hostname` as a URL has it: lower case, punycode. */
export const allowsName = ({ names, suffixes }: AllowedHosts, hostname: string): boolean => {
  const name = hostname.replace(/\.$/, '')
  return names.has(name) || suffixes.some((suffix) => name.endsWith(suffix) && name.length > suffix.length)
}

export const allowsIp = ({ ranges }: AllowedHosts, ip: Ip): boolean =>
  ranges.some((range) => inRange(ip, range))
