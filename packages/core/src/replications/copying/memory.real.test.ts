import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { digestOf, MEDIA_TYPES } from '@berth/registry-client'
import { type TestDatabase, testDatabase } from '@berth/testing'
import { peakOwnBytes } from '@berth/testing/berth'
import { afterAll, beforeAll, expect, test } from 'vitest'

const MIB = 1024 * 1024
const LAYER_BYTES = 512 * MIB
/** Of so many zeros. */
const LAYER_DIGEST = 'sha256:9acca8e8c22201155389f65abbf6bc9723edc7384ead80503839f49dcc56d767'
/** The jobs are started so. */
const AS_STARTED = ['--max-semi-space-size=2']
const piece = Buffer.alloc(MIB)

const config = Buffer.from('{"architecture":"amd64","os":"linux"}')
const manifest = Buffer.from(
  JSON.stringify({
    schemaVersion: 2,
    mediaType: MEDIA_TYPES.ociManifest,
    config: { mediaType: MEDIA_TYPES.ociConfig, digest: digestOf(config), size: config.length },
    layers: [{ mediaType: MEDIA_TYPES.ociLayer, digest: LAYER_DIGEST, size: LAYER_BYTES }],
  }),
)
const digest = digestOf(manifest)

let database: TestDatabase
const servers: ReturnType<typeof createServer>[] = []
const sums: string[] = []
beforeAll(async () => {
  database = await testDatabase()
})
afterAll(async () => {
  for (const server of servers) server.close().closeAllConnections()
  await database.drop()
})

async function serve(answer: (request: IncomingMessage, response: ServerResponse) => Promise<unknown>) {
  const server = createServer((request, response) => void answer(request, response))
  servers.push(server)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

/** A registry that makes the layer up. */
const openSource = () =>
  serve(async ({ method, url = '' }, response) => {
    if (url.includes('/manifests/') && !url.includes('sha256-')) {
      const headers = { 'content-type': MEDIA_TYPES.ociManifest, 'docker-content-digest': digest }
      return response
        .writeHead(200, { ...headers, 'content-length': manifest.length })
        .end(method === 'GET' ? manifest : '')
    }
    if (url.endsWith(digestOf(config))) return response.end(config)
    if (!url.endsWith(LAYER_DIGEST)) return response.writeHead(404).end()
    response.writeHead(200, { 'content-length': LAYER_BYTES })
    for (let sent = 0; sent < LAYER_BYTES; sent += piece.length)
      if (!response.write(piece)) await once(response, 'drain')
    return response.end()
  })

/** A registry that only counts and sums what it is given. */
const openTarget = () =>
  serve(async (request, response) => {
    const { method, url = '' } = request
    if (method === 'HEAD' || method === 'GET') return response.writeHead(404).end()
    if (method === 'POST') return response.writeHead(202, { location: `${url}one` }).end()
    const hash = createHash('sha256')
    let sizeBytes = 0
    for await (const chunk of request as AsyncIterable<Buffer>) {
      hash.update(chunk)
      sizeBytes += chunk.length
    }
    if (url.includes('/uploads/')) sums.push(`${sizeBytes} sha256:${hash.digest('hex')}`)
    return response.writeHead(201).end()
  })

test('a large layer passes through a worker whose memory stays flat', async () => {
  const [source, target] = [await openSource(), await openTarget()]
  // The whole in one request: nothing may depend on small parts.
  const argv = [database.url, source, target, digest, 'v1', String(2 * LAYER_BYTES)]
  const worker = spawn(
    process.execPath,
    [...AS_STARTED, join(import.meta.dirname, 'sender.fixture.ts'), ...argv],
    {
      stdio: ['pipe', 'pipe', 'inherit'],
    },
  )
  let printed = ''
  const peakBytes = await peakOwnBytes(worker.pid!, async () => {
    for await (const text of worker.stdout) {
      printed += text
      if (printed.endsWith('\n')) break
    }
  })
  worker.stdin.end()
  expect(JSON.parse(printed)).toMatchObject({ outcome: 'copied', bytesSent: LAYER_BYTES + config.length })
  expect(sums.sort()).toEqual(
    [`${LAYER_BYTES} ${LAYER_DIGEST}`, `${config.length} ${digestOf(config)}`].sort(),
  )
  // 80 MiB that a worker takes by itself, and the chunks that the collector has not come to yet; never the layer.
  expect(peakBytes).toBeLessThan(200 * MIB)
}, 120_000)
