import { once } from 'node:events'
import { createServer, type IncomingMessage, type RequestListener, type Server } from 'node:http'
import { type AddressInfo, connect } from 'node:net'
import { type Core, createCore } from '@berth/core'
import { digestOf } from '@berth/registry-client'
import { quietPort } from '@berth/servers'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { startBerth, type TestBerth } from '../../test/berth.ts'
import { codeOf, ociManifest, TestClient } from '../../test/client.ts'
import { type RunningGateway, startGateway } from '../server.ts'

// A second gateway on the same database before a server that answers whatever a test wants: a registry with an account
// of its own, with absolute addresses, with storage elsewhere, or a broken one.
let berth: TestBerth
let registry: Server
let registryUrl: string
let core: Core
let gateway: RunningGateway
let url: string
let seen: IncomingMessage[] = []
let answer: RequestListener
let dev: TestClient
const logged: string[] = []

beforeAll(async () => {
  berth = await startBerth()
  await berth.addUser('dev')
  await berth.addProject('team', { members: { dev: 'developer' } })
  dev = new TestClient(berth, 'dev')
  registry = createServer((req, res) => {
    seen.push(req)
    answer(req, res)
  }).listen(0, '127.0.0.1')
  await once(registry, 'listening')
  registryUrl = `http://127.0.0.1:${(registry.address() as AddressInfo).port}`
  core = createCore({
    ...berth.core.settings,
    registryUrl,
    registryCredentials: { username: 'berth', password: 'its own' },
  })
  const port = await quietPort()
  gateway = await startGateway({
    core,
    port,
    host: '127.0.0.1',
    api: (_, res) => void res.end(),
    log: (level, message, facts) =>
      void logged.push(JSON.stringify({ level, message, ...facts, error: String(facts?.error ?? '') })),
    accessLog: true,
    idleTimeoutMs: 1_000,
  })
  url = `http://127.0.0.1:${port}`
})
afterAll(async () => {
  await gateway.close(0)
  await core.close()
  registry.closeAllConnections()
  registry.close()
  await berth.close()
})
beforeEach(() => {
  seen = []
})

const blob = `/v2/team/app/blobs/${digestOf('blob')}`
async function send(method: string, path: string, headers: Record<string, string> = {}): Promise<Response> {
  const authorization = `Bearer ${await dev.token('repository:team/app:pull,push')}`
  return fetch(new URL(path, url), { method, headers: { ...headers, authorization }, redirect: 'manual' })
}

test('a registry with an account of its own gets that, and only the headers it needs', async () => {
  answer = (_, res) => res.writeHead(200, { 'content-length': 4, 'set-cookie': 'a=1' }).end('blob')
  const got = await send('GET', blob, {
    cookie: 'sid=secret',
    'x-forwarded-for': '6.6.6.6',
    range: 'bytes=0-3',
  })
  expect(await got.text()).toBe('blob')
  const { headers } = seen[0]!
  expect(headers.authorization).toBe(`Basic ${Buffer.from('berth:its own').toString('base64')}`)
  expect(headers.range).toBe('bytes=0-3')
  expect(headers.cookie).toBeUndefined()
  expect(headers['x-forwarded-for']).toBe('127.0.0.1')
})

test('an address that names the registry becomes one of ours; one that leads elsewhere is passed on', async () => {
  answer = (_, res) =>
    res.writeHead(202, { location: `${registryUrl}/v2/team/app/blobs/uploads/1?_state=x` }).end()
  const upload = await send('POST', '/v2/team/app/blobs/uploads/')
  expect(upload.headers.get('location')).toBe('/v2/team/app/blobs/uploads/1?_state=x')
  answer = (_, res) => res.writeHead(307, { location: 'https://storage.test/blob?signature=1' }).end()
  const redirect = await send('GET', blob)
  expect([redirect.status, redirect.headers.get('location')]).toEqual([
    307,
    'https://storage.test/blob?signature=1',
  ])
})

test.each([
  ['refuses its account', 401],
  ['forbids', 403],
  ['fails', 500],
  ['is overloaded', 503],
])('a registry that %s is told as 503, without its own words', async (_, status) => {
  answer = (_, res) =>
    res.writeHead(status, { 'www-authenticate': 'Basic realm="inside"' }).end('inside words')
  const got = await send('GET', blob)
  expect([got.status, got.headers.get('www-authenticate')]).toEqual([503, null])
  expect(await got.clone().text()).not.toContain('inside')
  expect(await codeOf(got)).toBe('UNAVAILABLE')
})

test('a registry that answers before it has read the body is heard, and the connection ends', async () => {
  answer = (_, res) => res.writeHead(416).end()
  const authorization = `Bearer ${await dev.token('repository:team/app:pull,push')}`
  const socket = connect(Number(new URL(url).port), '127.0.0.1')
  let text = ''
  // As clients do that look for an answer only when they have sent all, and more than any buffer holds.
  const sent = new Promise<void>((resolve, reject) => {
    socket.once('error', reject)
    socket.write(
      'PATCH /v2/team/app/blobs/uploads/1?_state=x HTTP/1.1\r\nHost: berth\r\n' +
        `Authorization: ${authorization}\r\nContent-Length: ${64 * 1024 * 1024}\r\n\r\n`,
    )
    socket.write(Buffer.alloc(32 * 1024 * 1024), () => resolve())
  })
  await sent
  socket.on('data', (chunk) => {
    text += chunk
  })
  await once(socket, 'close')
  expect(text).toMatch(/^HTTP\/1\.1 416 /)
})

test('what follows in an answered body is never taken for a request', async () => {
  answer = (_, res) => res.writeHead(416).end()
  const authorization = `Bearer ${await dev.token('repository:team/app:pull,push')}`
  const head = (method: string, path: string, length: number) =>
    `${method} ${path} HTTP/1.1\r\nHost: berth\r\nAuthorization: ${authorization}\r\nContent-Length: ${length}\r\n\r\n`
  const socket = connect(Number(new URL(url).port), '127.0.0.1')
  socket.write(head('PATCH', '/v2/team/app/blobs/uploads/1?_state=x', 4 * 1024 * 1024))
  socket.write(Buffer.alloc(1024 * 1024))
  await once(socket, 'data')
  socket.write(Buffer.alloc(3 * 1024 * 1024))
  socket.end(head('POST', '/v2/team/app/blobs/uploads/', 0))
  await once(socket, 'close')
  expect(seen.map((req) => req.method)).toEqual(['PATCH'])
})

test('a registry that goes silent in the middle of a blob breaks the answer off', async () => {
  answer = (_, res) => res.writeHead(200, { 'content-length': 10 }).write('half')
  await expect(send('GET', blob).then((got) => got.text())).rejects.toThrow()
})

test.each(['GET', 'HEAD'])(
  'a registry that never answers a %s is given up, and named as such',
  async (method) => {
    answer = () => {}
    logged.length = 0
    const got = await send(method, blob)
    expect(got.status).toBe(503)
    expect(got.headers.get('retry-after')).toBe('5')
    expect(logged.join()).toContain('no answer came in time')
  },
)

test.each([
  ['other content', 200, ociManifest, '{"schemaVersion":2}', 'does not match'],
  ['an endless answer', 200, ociManifest, 'x'.repeat(5 * 1024 * 1024), 'sent more than'],
  ['401, since its keys were changed', 401, 'text/plain', 'inside words', 'answered 401'],
  ['500', 500, 'text/plain', 'inside words', 'answered 500'],
])('a registry that gives %s for a manifest is 503 to the client and named in the log', async (...row) => {
  const [name, status, type, body, words] = row
  const { bytes } = await dev.pushImage('team/app', 'known', `known before ${name}`)
  answer = (_, res) => res.writeHead(status, { 'content-type': type }).end(body)
  logged.length = 0
  const got = await send('GET', `/v2/team/app/manifests/${digestOf(bytes)}`)
  expect([got.status, await got.clone().text()]).toEqual([503, expect.not.stringContaining('inside')])
  expect(await codeOf(got)).toBe('UNAVAILABLE')
  expect(logged.join()).toContain(words)
})

test('a client that leaves ends the work behind it', async () => {
  const closed = new Promise<void>((resolve) => {
    answer = (req, res) => {
      req.socket.once('close', () => resolve())
      res.writeHead(200, { 'content-length': 1_000_000_000 }).write('begin')
    }
  })
  const got = await send('GET', blob)
  await got.body!.cancel()
  await closed
})

test('garbage in place of an answer is 503', async () => {
  answer = (req) => req.socket.end('this is no HTTP\r\n\r\n')
  const got = await send('GET', blob)
  expect([got.status, await codeOf(got)]).toEqual([503, 'UNAVAILABLE'])
})

test('the access log names each request and keeps no query, header or body', async () => {
  answer = (req, res) => req.resume().on('end', () => res.writeHead(202).end())
  logged.length = 0
  const got = await send('POST', '/v2/team/app/blobs/uploads/?digest=sha256:bad')
  expect(got.status).toBe(400)
  await send('DELETE', '/v2/team/app/blobs/uploads/1?_state=hidden-state', { 'x-request-id': 'known-1' })
  await expect.poll(() => logged.length).toBe(2)
  expect(JSON.parse(logged[1]!)).toMatchObject({
    method: 'DELETE',
    path: '/v2/team/app/blobs/uploads/1',
    status: 202,
    address: '127.0.0.1',
    requestId: 'known-1',
  })
  expect(logged.join()).not.toMatch(/hidden-state|Bearer|sha256:bad/)
})
