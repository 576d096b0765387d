import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Transform } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { setTimeout as delay } from 'node:timers/promises'
import { startRegistry } from '@berth/testing/berth'

/** A plain distribution registry of its own, over a line that can be slow or dead. */
export interface FarRegistry {
  /** Over the line. */
  url: string
  /** Past the line, to look what arrived. */
  directUrl: string
  /** Bytes a second of each body that goes there; 0: it takes connections and says nothing. */
  pace: number
  /** How often each digest was sent to its end. */
  uploads: Map<string, number>
  /** Bytes of blobs that were taken, also of those that broke off. */
  takenBytes(): number
  /** Requests that wait for an answer now. */
  waiting(): number
  close(): Promise<void>
}

export async function openFarRegistry(): Promise<FarRegistry> {
  const registry = await startRegistry()
  let takenBytes = 0
  let waiting = 0
  const server = createServer((asked, answer) => {
    waiting++
    answer.on('close', () => waiting--)
    if (far.pace === 0) return void asked.resume()
    pass(asked, answer).catch(() => answer.destroy())
  })

  async function pass(asked: IncomingMessage, answer: ServerResponse): Promise<void> {
    const { method, headers } = asked
    const out = request(new URL(asked.url!, registry.url), { method, headers })
    const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>()
    out.on('response', resolve).on('error', reject)
    const isBlob = method === 'PATCH' || method === 'PUT' ? asked.url!.includes('/blobs/uploads/') : false
    const counting = new Transform({
      transform(chunk: Buffer, _encoding, done) {
        if (isBlob) takenBytes += chunk.length
        const waitMs = Number.isFinite(far.pace) ? (chunk.length / far.pace) * 1_000 : 0
        void delay(waitMs).then(() => done(null, chunk))
      },
    })
    const [told] = await Promise.all([promise, pipeline(asked, counting, out)])
    const digest = new URL(asked.url!, registry.url).searchParams.get('digest')
    if (isBlob && digest && told.statusCode === 201)
      far.uploads.set(digest, (far.uploads.get(digest) ?? 0) + 1)
    answer.writeHead(told.statusCode!, told.headers)
    await pipeline(told, answer)
  }

  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const far: FarRegistry = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    directUrl: registry.url,
    pace: Number.POSITIVE_INFINITY,
    uploads: new Map(),
    takenBytes: () => takenBytes,
    waiting: () => waiting,
    async close() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
      await registry.stop()
    },
  }
  return far
}
