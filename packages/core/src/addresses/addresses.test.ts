import { BlockList } from 'node:net'
import fc from 'fast-check'
import { describe, expect, it, test } from 'vitest'
import { allowsIp, allowsName, inRange, isPublic, parseAllowedHosts, parseIp, parseIpRange } from './index.ts'

const v4 = fc.ipV4()
const v6 = fc.ipV6()

test('a range holds exactly what the system says it holds', () => {
  const held = (address: string, base: string, bits: number, family: 'ipv4' | 'ipv6') => {
    const list = new BlockList()
    list.addSubnet(base, bits, family)
    expect(inRange(parseIp(address)!, parseIpRange(`${base}/${bits}`)!)).toBe(list.check(address, family))
  }
  fc.assert(fc.property(v4, v4, fc.nat(32), (address, base, bits) => held(address, base, bits, 'ipv4')))
  // BlockList looks through IPv4-mapped addresses; ours says what the bytes say.
  const plain = v6.filter((text) => !/^(0*:)*:?(0*:)*ffff:/i.test(text))
  fc.assert(
    fc.property(plain, plain, fc.nat(128), (address, base, bits) => held(address, base, bits, 'ipv6')),
  )
  // Random pairs share few bits: the same address, with a few changed at the end.
  fc.assert(
    fc.property(v4, fc.nat(32), (base, bits) => inRange(parseIp(base)!, parseIpRange(`${base}/${bits}`)!)),
  )
})

test('what is no address, or one with a zone, is none', () => {
  for (const text of [
    '',
    '1.2.3',
    '1.2.3.4.5',
    '01.2.3.4',
    '1.2.3.256',
    ':::',
    '1::2::3',
    'fe80::1%eth0',
    '::g',
  ])
    expect(parseIp(text), text).toBeUndefined()
  for (const text of ['10.0.0.0/33', '::/129', '10.0.0.0/', '10.0.0.0/-1', '10.0.0.0/8/8', 'x/8'])
    expect(parseIpRange(text), text).toBeUndefined()
  expect(parseIp('::ffff:127.0.0.1')).toEqual(parseIp('::ffff:7f00:1'))
})

describe('an address', () => {
  it.each([
    '0.0.0.0 0.1.2.3 10.0.0.1 10.255.255.255 100.64.0.1 100.127.255.255 127.0.0.1 127.255.255.254 168.63.129.16',
    '169.254.169.254 172.16.0.1 172.31.255.255 192.0.0.1 192.0.0.170 192.0.2.1 192.88.99.1 192.168.0.1 198.18.0.1',
    '198.19.255.255 198.51.100.1 203.0.113.1 224.0.0.1 239.255.255.255 240.0.0.1 255.255.255.255',
    ':: ::1 ::127.0.0.1 ::ffff:127.0.0.1 ::ffff:8.8.8.8 64:ff9b::127.0.0.1 64:ff9b:1::10.0.0.1 100::1 fc00::1 fd12::1',
    'fe80::1 fec0::1 ff02::1 ff0e::1 2001::1 2001:10::1 2001:db8::1 2002:7f00:1:: 2002:808:808:: 3fff::1 5f00::1',
  ])('of these is not public: %s', (texts) => {
    expect(texts.split(' ').filter((text) => isPublic(parseIp(text)!))).toEqual([])
  })

  it.each([
    '1.1.1.1 8.8.8.8 9.255.255.255 11.0.0.0 100.63.255.255 100.128.0.0 126.255.255.255 128.0.0.0 168.63.129.17',
    '169.253.255.255 172.15.255.255 172.32.0.0 192.0.1.1 192.167.255.255 192.169.0.0 198.17.255.255 198.20.0.0 223.255.255.255',
    '2001:200::1 2003::1 2400:cb00::1 2606:4700:4700::1111 2a00:1450::1 2001:4860:4860::8888',
  ])('of these is public: %s', (texts) => {
    expect(texts.split(' ').filter((text) => !isPublic(parseIp(text)!))).toEqual([])
  })
})

test('what administrators allow: names, names below one, addresses, ranges, and nothing that looks alike', () => {
  const allowed = parseAllowedHosts('Issuer.internal, *.svc.cluster.local\n10.1.0.0/16 fd00::/8,127.0.0.1')!
  for (const name of ['issuer.internal', 'issuer.internal.', 'kubernetes.default.svc.cluster.local'])
    expect(allowsName(allowed, name), name).toBe(true)
  for (const name of [
    'x.issuer.internal',
    'svc.cluster.local',
    'xsvc.cluster.local',
    '.svc.cluster.local',
    'internal',
  ])
    expect(allowsName(allowed, name), name).toBe(false)
  for (const text of ['10.1.2.3', 'fd00::1', '127.0.0.1'])
    expect(allowsIp(allowed, parseIp(text)!)).toBe(true)
  for (const text of ['10.2.0.0', '127.0.0.2', '::ffff:127.0.0.1'])
    expect(allowsIp(allowed, parseIp(text)!), text).toBe(false)
  expect(parseAllowedHosts(' , ')).toEqual({ names: new Set(), suffixes: [], ranges: [] })
  for (const text of [
    '*',
    '*.',
    'a..b',
    'http://a',
    'a:80',
    '10.0.0.0/33',
    '127.1',
    '1.2.3',
    'ä.de',
    'a/24',
    '[::1]',
  ])
    expect(parseAllowedHosts(text), text).toBeUndefined()
  expect(parseAllowedHosts('a,'.repeat(101))).toBeUndefined()
})
