import { isIPv4, isIPv6 } from 'node:net'

/** 4 or 16 bytes. */
export type Ip = Uint8Array

/** Undefined for what is no address in its plain form; addresses with a zone are none. */
export function parseIp(text: string): Ip | undefined {
  if (isIPv4(text)) return Uint8Array.from(text.split('.').map(Number))
  if (!isIPv6(text) || text.includes('%')) return undefined
  // A dotted quad at the end stands for two groups.
  const plain = text.replace(/\d+\.\d+\.\d+\.\d+$/, (quad) => {
    const [a, b, c, d] = quad.split('.').map(Number) as [number, number, number, number]
    return `${((a << 8) | b).toString(16)}:${((c << 8) | d).toString(16)}`
  })
  const [head, tail] = plain.split('::') as [string, string | undefined]
  const groups = (part: string | undefined) => (part ? part.split(':') : [])
  const left = groups(head)
  const right = groups(tail)
  const zeros = Array<string>(8 - left.length - right.length).fill('0')
  const bytes = [...left, ...zeros, ...right].flatMap((group) => {
    const value = Number.parseInt(group, 16)
    return [value >> 8, value & 0xff]
  })
  return Uint8Array.from(bytes)
}

/** Addresses of one family whose first `bits` are those of `base`. */
export interface IpRange {
  base: Ip
  bits: number
}

/** `10.0.0.0/8`, `fd00::/8`, or one address. Undefined for anything else. */
export function parseIpRange(text: string): IpRange | undefined {
  const [address = '', bits, ...rest] = text.split('/')
  const base = parseIp(address)
  if (!base || rest.length > 0) return undefined
  const width = base.length * 8
  if (bits === undefined) return { base, bits: width }
  return /^\d{1,3}$/.test(bits) && Number(bits) <= width ? { base, bits: Number(bits) } : undefined
}

export function inRange(ip: Ip, { base, bits }: IpRange): boolean {
  if (ip.length !== base.length) return false
  const whole = bits >> 3
  for (let index = 0; index < whole; index++) if (ip[index] !== base[index]) return false
  const rest = bits & 7
  return rest === 0 || ((ip[whole]! ^ base[whole]!) & (0xff << (8 - rest)) & 0xff) === 0
}
