import type { IncomingMessage } from 'node:http'
import { describe, expect, it } from 'vitest'
import { clientAddress, trustedProxies } from './client-address.ts'

const request = (remoteAddress: string, forwarded?: string) =>
  ({ socket: { remoteAddress }, headers: { 'x-forwarded-for': forwarded } }) as unknown as IncomingMessage
const proxies = trustedProxies(['10.0.0.0/8', '192.0.2.7', 'fd00::/8'])

describe('clientAddress', () => {
  it('believes nobody when no proxy is trusted', () => {
    expect(clientAddress(request('203.0.113.5', '198.51.100.1'), trustedProxies([]))).toBe('203.0.113.5')
  })

  it('believes a trusted proxy, also one seen through a dual-stack socket', () => {
    expect(clientAddress(request('10.1.2.3', '198.51.100.1'), proxies)).toBe('198.51.100.1')
    expect(clientAddress(request('::ffff:10.1.2.3', '2001:db8::1'), proxies)).toBe('2001:db8::1')
    expect(clientAddress(request('fd00::1', '198.51.100.1'), proxies)).toBe('198.51.100.1')
  })

  it('does not believe a stranger who names a victim', () => {
    expect(clientAddress(request('203.0.113.5', '10.0.0.1, 198.51.100.1'), proxies)).toBe('203.0.113.5')
  })

  it('takes the nearest address that is no proxy, not what the client itself wrote in front', () => {
    expect(clientAddress(request('10.1.2.3', '1.1.1.1, 198.51.100.1, 192.0.2.7'), proxies)).toBe(
      '198.51.100.1',
    )
  })

  it('stops at what is no address', () => {
    expect(clientAddress(request('10.1.2.3', 'unknown'), proxies)).toBe('10.1.2.3')
    expect(clientAddress(request('10.1.2.3', ''), proxies)).toBe('10.1.2.3')
    expect(clientAddress(request('10.1.2.3'), proxies)).toBe('10.1.2.3')
  })
})
