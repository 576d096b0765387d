import { createHash, randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { Agent, createServer, get, type IncomingMessage, type RequestListener, type Server } from 'node:http'
import { type AddressInfo, connect, createServer as createTcpServer, type Socket } from 'node:net'
import { pipeline, Readable } from 'node:stream'
import { afterEach, expect, test, vi } from 'vitest'
import { openExchange } from '../request.ts'
import { forward, openUpstream, relay } from './forward.ts'

const MIB = 1024 * 1024
const closing: (() => void)[] = []
afterEach(() => {
  for (const close of closing.splice(0)) close()
})

async function listen(server: Server | ReturnType<typeof createTcpServer>): Promise<string> {
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  closing.push(() => server.close())
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

/** A gateway's way of passing answers on, in front of `url`. `failures` holds what `relay` threw. */
async function front(url: string): Promise<{ url: string; failures: unknown[] }> {
  const upstream = openUpstream(url, { idleTimeoutMs: 2_000 })
  const failures: unknown[] = []
  const server = createServer(async (req, res) => {
    const exchange = openExchange(req, res, '127.0.0.1', false)
    const outgoing = { method: req.method ?? 'GET', target: req.url ?? '/', headers: {} }
    try {
      const answer = await forward(exchange, upstream, outgoing)
      await relay(exchange, upstream, answer, { 'content-length': answer.headers['content-length'] })
    } catch (error) {
      failures.push(error)
      res.destroy()
    }
  })
  closing.push(
    () => server.closeAllConnections(),
    () => upstream.agent.destroy(),
  )
  return { url: await listen(server), failures }
}

const serve = async (answer: RequestListener) => {
  const server = createServer(answer)
  closing.push(() => server.closeAllConnections())
  return front(await listen(server))
}

const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex')

function read(url: string, agent?: Agent): Promise<{ answer: IncomingMessage; digest: string }> {
  return new Promise((resolve, reject) => {
    get(url, { agent }, (answer) => {
      const hash = createHash('sha256')
      answer.on('data', (chunk) => hash.update(chunk))
      answer.on('error', reject)
      answer.on('end', () => resolve({ answer, digest: hash.digest('hex') }))
    }).on('error', reject)
  })
}

test('many large bodies at once arrive byte for byte, whatever the size of the pieces they are sent in', async () => {
  const bodies = Array.from({ length: 6 }, (_, n) => randomBytes(3 * MIB + n * 65_537))
  const gateway = await serve(async (req, res) => {
    const body = bodies[Number(req.url!.slice(1))]!
    res.setHeader('content-length', body.byteLength)
    for (let at = 0, step = 1; at < body.byteLength; at += step, step = (step * 7) % 300_007)
      if (!res.write(body.subarray(at, at + step))) await once(res, 'drain')
    res.end()
  })
  const digests = await Promise.all(
    [...bodies, ...bodies].map((_, n) => read(`${gateway.url}/${n % 6}`).then(({ digest }) => digest)),
  )
  expect(digests).toEqual([...bodies, ...bodies].map(sha256))
  expect(gateway.failures).toEqual([])
})

test('the client’s connection is good for the next request, large or small', async () => {
  const body = randomBytes(2 * MIB)
  const gateway = await serve((req, res) => {
    const part = req.url === '/small' ? body.subarray(0, 10) : body
    res.setHeader('content-length', part.byteLength)
    res.end(req.method === 'HEAD' ? undefined : part)
  })
  const agent = new Agent({ keepAlive: true, maxSockets: 1 })
  closing.push(() => agent.destroy())
  const sockets = new Set<Socket>()
  for (const path of ['/large', '/small', '/large', '/large']) {
    const { answer, digest } = await read(`${gateway.url}${path}`, agent)
    sockets.add(answer.socket)
    expect(digest).toBe(sha256(path === '/small' ? body.subarray(0, 10) : body))
  }
  expect(sockets.size).toBe(1)
  const head = await fetch(`${gateway.url}/large`, { method: 'HEAD' })
  expect([head.status, head.headers.get('content-length')]).toEqual([200, String(body.byteLength)])
})

test('a client that reads slowly holds the server back', async () => {
  let sent = 0
  const gateway = await serve((_, res) => {
    res.setHeader('content-length', 400 * MIB)
    const pieces = function* () {
      for (sent = 0; sent < 400; sent++) yield Buffer.alloc(MIB)
    }
    pipeline(Readable.from(pieces(), { highWaterMark: 1 }), res, () => {})
  })
  const socket = connect(Number(new URL(gateway.url).port), '127.0.0.1')
  socket.write('GET / HTTP/1.1\r\nHost: x\r\n\r\n')
  await once(socket, 'readable')
  let before = -1
  // Buffers of the kernel fill up; then nothing moves.
  await vi.waitFor(
    () => {
      const now = sent
      const still = now === before
      before = now
      expect(still).toBe(true)
    },
    { timeout: 10_000, interval: 200 },
  )
  expect(sent).toBeLessThan(100)
  socket.destroy()
  await vi.waitFor(() => expect(gateway.failures).toHaveLength(1), { timeout: 5_000 })
  expect(String(gateway.failures[0])).toContain('the client went away')
})

test('a body that ends early, or stops, ends the client’s connection before the announced length', async () => {
  const gateway = await serve((req, res) => {
    res.setHeader('content-length', 4 * MIB)
    res.write(Buffer.alloc(2 * MIB), () => req.url === '/early' && res.destroy())
  })
  for (const path of ['/early', '/stopped'])
    await expect(read(`${gateway.url}${path}`)).rejects.toMatchObject({ code: 'ECONNRESET' })
  expect(gateway.failures.map(String)).toEqual([
    expect.stringContaining('the answer broke off'),
    expect.stringContaining('the answer stopped'),
  ])
})

test('what a server sends beyond the announced length reaches nobody', async () => {
  const body = randomBytes(2 * MIB)
  const server = createTcpServer((socket) => {
    socket.on('error', () => {})
    socket.once('data', () => {
      socket.write(`HTTP/1.1 200 OK\r\nContent-Length: ${body.byteLength}\r\n\r\n`)
      socket.write(body)
      socket.write('HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nevil')
    })
  })
  const gateway = await front(await listen(server))
  const agent = new Agent({ keepAlive: true, maxSockets: 1 })
  closing.push(() => agent.destroy())
  for (let round = 0; round < 3; round++)
    expect((await read(`${gateway.url}/${round}`, agent)).digest).toBe(sha256(body))
  expect(gateway.failures).toEqual([])
})
