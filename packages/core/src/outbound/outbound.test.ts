import { execFile } from 'node:child_process'
import { createServer, type RequestListener, type Server } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import { type AddressInfo, createServer as createSocketServer } from 'node:net'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { createAuthority } from '@berth/testing'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { parseAllowedHosts } from '../addresses/index.ts'
import { OutboundError } from './failure.ts'
import { type OutboundRequest, sendOutbound, sendPinned } from './fetch.ts'
import { parseTarget } from './target.ts'

const nothing = parseAllowedHosts('')!
const loopback = parseAllowedHosts('127.0.0.0/8')!
const wanted: OutboundRequest = { maxBytes: 1_000, timeoutMs: 5_000 }
const authority = createAuthority()
const strangers = createAuthority('Somebody else')
let plain: Server
let secure: Server
let asked: string[] = []

const answers: Record<string, RequestListener> = {
  '/': (_req, res) => res.end('hello'),
  '/large': (_req, res) => res.end('x'.repeat(1_001)),
  '/endless': (_req, res) => {
    const timer = setInterval(() => res.write('x'.repeat(400)), 1)
    res.on('close', () => clearInterval(timer))
  },
  '/silent': () => {},
  '/slow': (_req, res) => {
    res.write('x')
  },
  '/broken': (_req, res) => {
    res.writeHead(503, { 'content-length': 10 }).write('x')
    setTimeout(() => res.destroy(), 20)
  },
  '/packed': (_req, res) => res.writeHead(200, { 'content-encoding': 'gzip' }).end('x'),
  '/away': (_req, res) => res.writeHead(302, { location: `http://127.0.0.1:${portOf(plain)}/` }).end(),
}
const listener: RequestListener = (req, res) => {
  asked.push(`${req.method} ${req.headers.host} ${req.url}`)
  ;(answers[req.url ?? ''] ?? answers['/']!)(req, res)
}
const portOf = (server: Server) => (server.address() as AddressInfo).port
const listen = (server: Server) =>
  new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()))
const refusedWith = async (
  url: string,
  reason: string,
  allowed = nothing,
  how: Partial<OutboundRequest> = {},
) => {
  const failure = await sendOutbound(url, allowed, { ...wanted, ...how }).catch((error) => error)
  expect(failure, url).toBeInstanceOf(OutboundError)
  expect(failure.reason, url).toBe(reason)
}

beforeAll(async () => {
  const { certificatePem, keyPem } = authority.issue(['127.0.0.1', 'pinned.invalid'])
  plain = createServer(listener)
  secure = createTlsServer({ cert: certificatePem, key: keyPem }, listener) as unknown as Server
  await Promise.all([listen(plain), listen(secure)])
})
afterAll(() => {
  for (const server of [plain, secure]) {
    server.closeAllConnections()
    server.close()
  }
})

describe('an address that means this machine or network', () => {
  const hosts = [
    '127.0.0.1 127.1 127.0.1 2130706433 0x7f000001 0x7f.0.0.1 0177.0.0.1 017700000001 127.0.0.01 0 0.0.0.0 0x0',
    'localhost LOCALHOST 127.0.0.1. ①②⑦.0.0.1 127。0。0。1 %31%32%37.0.0.1',
    '[::1] [::] [0:0:0:0:0:0:0:1] [::ffff:127.0.0.1] [::ffff:7f00:1] [0:0:0:0:0:ffff:7f00:1] [::127.0.0.1] [::7f00:1]',
    '[64:ff9b::127.0.0.1] [64:ff9b:1::7f00:1] [2002:7f00:1::] [2001:0:7f00:1::] [fe80::1] [fec0::1] [fd00::1] [ff02::1]',
    '10.0.0.1 172.16.0.1 192.168.1.1 169.254.169.254 [::ffff:169.254.169.254] 100.64.0.1 100.100.100.200 168.63.129.16',
    '192.0.0.192 224.0.0.1 255.255.255.255 0xa9fea9fe 2852039166',
  ].flatMap((line) => line.split(' '))

  it.each(hosts)('is refused, however it is written: %s', async (host) => {
    asked = []
    for (const scheme of ['http', 'https'])
      await refusedWith(`${scheme}://${host}:${portOf(plain)}/`, 'address')
    expect(asked).toEqual([])
  })

  it('is refused as a name with a dot at the end, which not every resolver knows', async () => {
    asked = []
    await expect(sendOutbound(`http://localhost.:${portOf(plain)}/`, nothing, wanted)).rejects.toThrow(
      OutboundError,
    )
    expect(asked).toEqual([])
  })

  it('is reached when an administrator has allowed it, by range or by name', async () => {
    for (const [host, allowed] of [
      ['127.0.0.1', '127.0.0.1'],
      ['localhost', '127.0.0.0/8'],
      ['localhost', 'localhost'],
    ]) {
      const { status, body } = await sendOutbound(
        `http://${host}:${portOf(plain)}/`,
        parseAllowedHosts(allowed!)!,
        wanted,
      )
      expect([status, body.toString()]).toEqual([200, 'hello'])
    }
    // A name that is allowed allows no address that is written out, and an address no other.
    await refusedWith(`http://127.0.0.1:${portOf(plain)}/`, 'address', parseAllowedHosts('localhost'))
    await refusedWith(`http://127.0.0.2:${portOf(plain)}/`, 'address', parseAllowedHosts('127.0.0.1'))
    await refusedWith(`http://[::ffff:127.0.0.1]:${portOf(plain)}/`, 'address', loopback)
  })
})

it('only http and https addresses without credentials are asked', async () => {
  for (const url of [
    '',
    'x',
    '//a',
    'file:///etc/passwd',
    'ftp://a/',
    'gopher://a/',
    'http://',
    'http://u@a/',
  ])
    await refusedWith(url, 'url')
  for (const url of ['http://u:p@a/', 'http://[fe80::1%25eth0]/', `http://a/${'x'.repeat(2_048)}`])
    await refusedWith(url, 'url')
})

it('a name is resolved once: the connection goes where was looked at, whatever the name stands for by then', async () => {
  const url = parseTarget(`https://pinned.invalid:${portOf(secure)}/`)
  const pinned = [{ address: '127.0.0.1', family: 4 as const }]
  const how = { ...wanted, ca: authority.certificatePem }
  const { body } = await sendPinned(url, pinned, how, AbortSignal.timeout(5_000))
  expect(body.toString()).toBe('hello')
  await refusedWith('http://pinned.invalid/', 'unresolved')
})

it('follows no redirect', async () => {
  asked = []
  const { status } = await sendOutbound(`http://127.0.0.1:${portOf(plain)}/away`, loopback, wanted)
  expect(status).toBe(302)
  expect(asked).toHaveLength(1)
})

it('reads no more than it was told to, waits no longer, and unpacks nothing', async () => {
  const at = `http://127.0.0.1:${portOf(plain)}`
  await refusedWith(`${at}/large`, 'too-large', loopback)
  await refusedWith(`${at}/endless`, 'too-large', loopback)
  await refusedWith(`${at}/packed`, 'answer', loopback)
  await refusedWith(`${at}/silent`, 'timeout', loopback, { timeoutMs: 50 })
  await refusedWith(`${at}/slow`, 'timeout', loopback, { timeoutMs: 50 })
})

it('takes the beginning of an answer where that is enough, however long it is and whatever it is packed in', async () => {
  const at = `http://127.0.0.1:${portOf(plain)}`
  const how = { ...wanted, cut: true }
  for (const path of ['large', 'endless'])
    expect(await sendOutbound(`${at}/${path}`, loopback, how)).toMatchObject({
      status: 200,
      body: Buffer.from('x'.repeat(1_000)),
    })
  expect((await sendOutbound(`${at}/packed`, loopback, how)).status).toBe(200)
  await refusedWith(`${at}/silent`, 'timeout', loopback, { cut: true, timeoutMs: 50 })
})

it('counts the status of an answer of which the beginning is enough, even when its body ends never or too early', async () => {
  const at = `http://127.0.0.1:${portOf(plain)}`
  const body = Buffer.from('x')
  for (const timeoutMs of [1_500, 10_000])
    expect(await sendOutbound(`${at}/slow`, loopback, { ...wanted, cut: true, timeoutMs })).toMatchObject({
      status: 200,
      body,
    })
  expect(await sendOutbound(`${at}/broken`, loopback, { ...wanted, cut: true })).toMatchObject({
    status: 503,
    body,
  })
  await refusedWith(`${at}/broken`, 'connection', loopback)
})

it('is not kept waiting by what is no answer', async () => {
  const texts = [
    'HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: x\r\n\r\n',
    'HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nx',
    'SSH-2.0-x\r\n',
    `HTTP/1.1 200 OK\r\nx: ${'x'.repeat(20_000)}\r\n\r\n`,
    '',
  ]
  for (const text of texts) {
    const server = createSocketServer((socket) => socket.on('error', () => {}).end(text))
    await listen(server as unknown as Server)
    const how = { ...wanted, timeoutMs: 60_000 }
    await expect(
      sendOutbound(`http://127.0.0.1:${portOf(server as unknown as Server)}/`, loopback, how),
    ).rejects.toThrow(OutboundError)
    server.close()
  }
})

it('believes only the authority it was given, and only certificates for the host', async () => {
  const at = `https://127.0.0.1:${portOf(secure)}/`
  const { status } = await sendOutbound(at, loopback, { ...wanted, ca: authority.certificatePem })
  expect(status).toBe(200)
  await refusedWith(at, 'certificate', loopback)
  await refusedWith(at, 'certificate', loopback, { ca: strangers.certificatePem })
  // Only who says so in so many words goes without.
  expect((await sendOutbound(at, loopback, { ...wanted, insecure: true })).status).toBe(200)
  const url = `https://localhost:${portOf(secure)}/`
  await refusedWith(url, 'certificate', parseAllowedHosts('localhost'), { ca: authority.certificatePem })
})

it('asks no proxy that the environment names', async () => {
  asked = []
  const proxy = `http://127.0.0.1:${portOf(plain)}`
  const script = `
    import { sendOutbound } from ${JSON.stringify(join(import.meta.dirname, 'fetch.ts'))}
    import { parseAllowedHosts } from ${JSON.stringify(join(import.meta.dirname, '../addresses/index.ts'))}
    const how = { maxBytes: 1_000, timeoutMs: 5_000 }
    const { body } = await sendOutbound('http://localhost:${portOf(plain)}/', parseAllowedHosts('localhost'), how)
    process.stdout.write(body)`
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', script], {
    env: { NODE_USE_ENV_PROXY: '1', HTTP_PROXY: proxy, http_proxy: proxy, HTTPS_PROXY: proxy },
  })
  expect(stdout).toBe('hello')
  // A proxy would have been asked with the whole address.
  expect(asked).toEqual([`GET localhost:${portOf(plain)} /`])
})
