import { isIPv6 } from 'node:net'

/**
 * Whose guesses count together: an IPv4 address, or the /64 of an IPv6 address, because one customer has all of it and
 * could guess from a new address every time. Text that is no address stands for itself.
 */
export function networkOf(address: string): string {
  const text = address.split('%')[0]!.toLowerCase()
  if (!isIPv6(text)) return text
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/.exec(text)
  if (mapped) return mapped[1]!
  const [head, tail] = text.split('::') as [string, string | undefined]
  const left = head === '' ? [] : head.split(':')
  const right = !tail ? [] : tail.split(':')
  // A dotted quad at the end stands for two groups.
  const width = [...left, ...right].reduce((sum, group) => sum + (group.includes('.') ? 2 : 1), 0)
  const zeros = tail === undefined ? [] : Array<string>(Math.max(0, 8 - width)).fill('0')
  const groups = [...left, ...zeros, ...right].slice(0, 4)
  return `${groups.map((group) => Number.parseInt(group, 16).toString(16)).join(':')}::/64`
}
