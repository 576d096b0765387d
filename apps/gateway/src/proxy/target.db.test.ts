import { once } from 'node:events'
import { createServer, type RequestListener, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { startBerth, type TestBerth } from '../../test/berth.ts'
import { sendRaw } from '../../test/raw.ts'

/** The console, and a server that nobody but the gateway's own machine can reach. */
let berth: TestBerth
let web: Server
let inside: Server
let insideHost: string
const askedOfWeb: string[] = []
const askedInside: string[] = []

const recording = (asked: string[]): RequestListener => {
  return (req, res) => {
    asked.push(`${req.method} ${req.url}`)
    res.end('a page')
  }
}
async function listen(listener: RequestListener, asked: string[]): Promise<Server> {
  const server = createServer(listener).listen(0, '127.0.0.1')
  server.on('upgrade', (req, socket) => {
    asked.push(`upgrade ${req.url}`)
    socket.end('HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n')
  })
  await once(server, 'listening')
  return server
}
const portOf = (server: Server) => (server.address() as AddressInfo).port

beforeAll(async () => {
  web = await listen(recording(askedOfWeb), askedOfWeb)
  inside = await listen(recording(askedInside), askedInside)
  insideHost = `127.0.0.1:${portOf(inside)}`
  berth = await startBerth({ webUrl: `http://127.0.0.1:${portOf(web)}`, idleTimeoutMs: 2_000 })
})
afterEach(() => {
  askedOfWeb.length = 0
  askedInside.length = 0
})
afterAll(async () => {
  await berth.close()
  web.close()
  inside.close()
})

const send = (method: string, target: string, headers = '') =>
  sendRaw(berth.port, `${method} ${target} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n${headers}\r\n`)

// Each of them names another server for somebody who resolves it against a base address (RFC 3986, 4.2).
const elsewhere = [
  '//HOST/x',
  '///HOST/x',
  '/\\HOST/x',
  '\\\\HOST/x',
  '/\\/HOST/x',
  '//user@HOST/x',
  'http://HOST/x',
]

test.each(['GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'OPTIONS'])(
  'a %s for another server is refused and goes nowhere',
  async (method) => {
    const body = method === 'POST' || method === 'PUT' ? 'Content-Length: 0\r\n' : ''
    for (const target of elsewhere) {
      const got = await send(method, target.replace('HOST', insideHost), `Cookie: sid=1\r\n${body}`)
      expect([target, got.status]).toEqual([target, 400])
    }
    expect([askedInside, askedOfWeb]).toEqual([[], []])
  },
)

test('an offer of a WebSocket to another server is refused and goes nowhere', async () => {
  const offer = 'Upgrade: websocket\r\nSec-WebSocket-Key: k\r\n'
  for (const target of [...elsewhere, '/_next//HOST/x', '/_next/\\HOST/x', '/_next/..//HOST/x']) {
    const path = target.replace('HOST', insideHost)
    const got = await sendRaw(
      berth.port,
      `GET ${path} HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\n${offer}\r\n`,
      { stop: /\r\n\r\n/ },
    )
    expect([target, got.status]).toEqual([target, 400])
  }
  expect([askedInside, askedOfWeb]).toEqual([[], []])
})

test.each([
  '/v2//HOST/x',
  '/v2//HOST/manifests/x',
  '/v2/\\HOST/x',
  '/api//HOST/x',
  '/api/v2.0//HOST/x',
  '/a/\\HOST',
  '/a//HOST',
  '/a/../b',
  '/a/..',
  '/a/%2E./b',
  '/./a',
  '/#x',
  '*',
])('%s is asked of nobody', async (target) => {
  for (const method of ['GET', 'HEAD', 'POST']) {
    const body = method === 'POST' ? 'Content-Length: 0\r\n' : ''
    const got = await send(method, target.replace('HOST', insideHost), body)
    expect([400, 401]).toContain(got.status)
  }
  expect([askedInside, askedOfWeb]).toEqual([[], []])
})

test('a path reaches the console as it was written, and nobody else', async () => {
  const targets = [
    '/?next=//HOST/x',
    '/%2f%2fHOST/x',
    '/%5cHOST',
    '/a;b=c',
    '/@HOST',
    '/:80',
    '/..a',
    '/a/.../b',
    '/a?/../b',
    '/a?#x',
  ]
  for (const target of targets)
    expect((await send('GET', target.replace('HOST', insideHost))).status).toBe(200)
  expect(askedOfWeb).toEqual(targets.map((target) => `GET ${target.replace('HOST', insideHost)}`))
  expect(askedInside).toEqual([])
})
