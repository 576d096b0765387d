import { isPublic, parseIp } from '../addresses/index.ts'
import type { Address } from './target.ts'

const isInside = (address: string): boolean => {
  const ip = parseIp(address)
  return ip !== undefined && !isPublic(ip)
}

/**
 * Where servers were found when they were connected to. One that was ever at a public address counts as outside from then
 * on: whoever answers for its name may say something else the next time.
 */
export class Whereabouts {
  private inside = new Map<string, boolean>()

  saw(hostname: string, addresses: readonly Address[]): void {
    const all = addresses.length > 0 && addresses.every(({ address }) => isInside(address))
    this.inside.set(hostname, all && this.inside.get(hostname) !== false)
  }

  /** Whether all that answers by this name is in private networks. A name that nobody has looked up yet is not. */
  isInside(hostname: string): boolean {
    const bare = hostname.replace(/^\[|\]$/g, '')
    return parseIp(bare) ? isInside(bare) : this.inside.get(hostname) === true
  }
}
