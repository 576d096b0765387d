import { once } from 'node:events'
import { createServer, type IncomingMessage, type RequestListener, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startBerth, type TestBerth } from '../../test/berth.ts'
import { sendRaw } from '../../test/raw.ts'

let berth: TestBerth
let web: Server
let last: IncomingMessage
let answer: RequestListener = (_, res) => res.end('a page')
beforeAll(async () => {
  web = createServer((req, res) => {
    last = req
    answer(req, res)
  }).listen(0, '127.0.0.1')
  await once(web, 'listening')
  const webUrl = `http://127.0.0.1:${(web.address() as AddressInfo).port}`
  berth = await startBerth({ webUrl, idleTimeoutMs: 2_000 })
})
afterAll(async () => {
  await berth.close()
  web.close()
})

test('a page comes from the console, which is told the truth about the outside', async () => {
  const claims =
    'X-Forwarded-For: 6.6.6.6\r\nX-Forwarded-Host: evil.test\r\nForwarded: for=6.6.6.6\r\nX-Real-IP: 6.6.6.6'
  const page = await sendRaw(
    berth.port,
    `GET /projects?x=1 HTTP/1.1\r\nHost: evil.test\r\nConnection: close, Cookie\r\nCookie: sid=1\r\n${claims}\r\n\r\n`,
  )
  expect(page.text).toContain('a page')
  const host = `127.0.0.1:${berth.port}`
  expect(last.url).toBe('/projects?x=1')
  expect(last.headers).toMatchObject({ host, 'x-forwarded-host': host, 'x-forwarded-for': '127.0.0.1' })
  expect(JSON.stringify(last.headers)).not.toMatch(/evil|6\.6\.6\.6/)
  expect(last.headers.cookie).toBeUndefined()
})

test('cookies, statuses and bodies pass in both directions', async () => {
  answer = (req, res) => {
    res.writeHead(201, { 'set-cookie': ['a=1', 'b=2'], connection: 'x-secret', 'x-secret': '1' })
    req.pipe(res)
  }
  const got = await fetch(`${berth.url}/api/auth/callback`, { method: 'POST', body: 'credentials' })
  expect([got.status, got.headers.getSetCookie(), await got.text()]).toEqual([
    201,
    ['a=1', 'b=2'],
    'credentials',
  ])
  expect(got.headers.get('x-secret')).toBeNull()
})

test('services that do not exist are not looked for in the console', async () => {
  expect((await fetch(`${berth.url}/service/elsewhere`, { method: 'POST', body: '{}' })).status).toBe(404)
})

test('the REST API is answered here, without the console', async () => {
  answer = (_, res) => res.writeHead(500).end()
  const version = await fetch(`${berth.url}/api/version`)
  expect(version.status).toBe(200)
  const ping = await fetch(`${berth.url}/api/v2.0/ping`)
  expect([ping.status, await ping.text()]).toEqual([200, 'Pong'])
})

test('a WebSocket of the development server passes; an offer to upgrade anything else is not taken up', async () => {
  answer = (_, res) => res.end('a page')
  web.once('upgrade', (req, socket) => {
    socket.write(`HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n`)
    socket.write(`for ${req.headers.origin} key ${req.headers['sec-websocket-key']};`)
    socket.once('data', (data: Buffer) => socket.end(`heard ${data}`))
  })
  const offer = (path: string, protocol: string) =>
    `GET ${path} HTTP/1.1\r\nHost: x\r\nOrigin: http://evil.test\r\nConnection: Upgrade\r\nUpgrade: ${protocol}\r\nSec-WebSocket-Key: k\r\n\r\n`
  const socket = await sendRaw(berth.port, `${offer('/_next/hmr', 'websocket')}hello`)
  expect(socket.text).toMatch(/^HTTP\/1.1 101 /)
  expect(socket.text).toContain(`for ${berth.url} key k;heard hello`)
  expect((await sendRaw(berth.port, offer('/v2/', 'h2c'), { stop: /errors/ })).status).toBe(401)
  expect((await sendRaw(berth.port, offer('/x', 'websocket'), { stop: /a page/ })).status).toBe(200)
})

test('a page asked for in the moment the console ends an idle connection is asked for again; a form is not', async () => {
  const asked: string[] = []
  const used = new WeakSet()
  answer = (req, res) => {
    asked.push(`${req.method} ${req.url}`)
    // What the gateway sees when the console's end of the connection and its own request cross.
    if (used.has(req.socket)) return void req.socket.destroy()
    used.add(req.socket)
    res.end('a page')
  }
  const ask = async (path: string, method = 'GET') => (await fetch(`${berth.url}${path}`, { method })).status
  // The console's connections of the tests before count as kept ones, too.
  web.closeAllConnections()
  expect([await ask('/first'), await ask('/again')]).toEqual([200, 200])
  expect(asked).toEqual(['GET /first', 'GET /again', 'GET /again'])
  expect([await ask('/first'), await ask('/form', 'POST')]).toEqual([200, 503])
  expect(asked.filter((line) => line === 'POST /form')).toHaveLength(1)
})

test('an idle connection is ended by the gateway, before the console would do it', async () => {
  web.keepAliveTimeout = 2_000
  web.closeAllConnections()
  let endedByGateway = false
  const closed = new Promise((resolve) => {
    web.once('connection', (socket) => {
      socket.once('end', () => {
        endedByGateway = true
      })
      socket.once('close', resolve)
    })
  })
  answer = (_, res) => res.end('a page')
  expect((await fetch(`${berth.url}/`)).status).toBe(200)
  await closed
  expect(endedByGateway).toBe(true)
})

test('a console that hangs, breaks off or is gone is said to be so, and the rest goes on', async () => {
  answer = () => {}
  expect((await fetch(`${berth.url}/`)).status).toBe(503)
  answer = (_, res) => {
    res.writeHead(200, { 'content-length': '100' })
    res.write('half')
    setImmediate(() => res.destroy())
  }
  await expect(fetch(`${berth.url}/`).then((got) => got.text())).rejects.toThrow()
  web.close()
  web.closeAllConnections()
  const gone = await fetch(`${berth.url}/`)
  expect([gone.status, gone.headers.get('retry-after')]).toEqual([503, '5'])
  expect(await gone.text()).toContain('The console is not answering')
  expect((await fetch(`${berth.url}/v2/`)).status).toBe(401)
})
