import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { answerTokenRequest, challenge } from './auth.ts'
import { type FaultAction, takeFault } from './faults.ts'
import type { FakeRegistryOptions } from './options.ts'
import type { Reply } from './reply.ts'
import { route } from './routes.ts'
import { createState, type FakeState } from './state.ts'

export type { Fault, FaultAction } from './faults.ts'
export type { FakeAuth, FakeRegistryOptions } from './options.ts'
export type { Reply } from './reply.ts'
export type { FakeRepository, FakeState, FakeUpload, SeenRequest, StoredManifest } from './state.ts'

export interface FakeRegistry {
  /** Origin, for example `http://127.0.0.1:43211`. */
  url: string
  state: FakeState
  /** Stops at once, open connections included. */
  close(): Promise<void>
}

/** A whole registry in memory on a free loopback port, for tests and development. Never for real data: nothing is kept. */
export async function startFakeRegistry(options: FakeRegistryOptions = {}): Promise<FakeRegistry> {
  const state = createState()
  const server = createServer((request, response) => {
    serve(state, options, request, response).catch((error: unknown) => {
      if (!response.headersSent && !request.destroyed) response.writeHead(500).end(String(error))
      else response.destroy()
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    state,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

async function serve(
  state: FakeState,
  options: FakeRegistryOptions,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const origin = `http://${request.headers.host ?? 'localhost'}`
  const url = new URL(request.url ?? '/', origin)
  const method = request.method ?? ''
  state.requests.push({ method, url: request.url ?? '', headers: request.headers })
  const fault = takeFault(state.faults, { method, path: url.pathname, query: url.searchParams })
  if (fault?.kind === 'drop') return void request.socket.destroy()
  if (fault?.kind === 'hold') await fault.until
  const reply =
    fault?.kind === 'answer' ? fault.reply : await work(state, options, request, url, origin, fault)
  write(request, response, fault?.kind === 'rewrite' ? fault.change(reply) : reply, fault)
}

function work(
  state: FakeState,
  options: FakeRegistryOptions,
  request: IncomingMessage,
  url: URL,
  origin: string,
  fault: FaultAction | undefined,
): Reply | Promise<Reply> {
  if (url.pathname === '/token') return answerTokenRequest(state, options, request, url)
  const refused = challenge(state, options, request, url, origin)
  if (refused !== undefined) return refused
  const limitBytes = fault?.kind === 'dropRequestAfter' ? fault.bytes : Number.POSITIVE_INFINITY
  return route({ state, options, request, url, chunks: () => takeBody(request, limitBytes) })
}

/** The request's body; at the limit the connection goes away, as if the cable had been pulled. */
async function* takeBody(request: IncomingMessage, limitBytes: number): AsyncGenerator<Uint8Array> {
  let seenBytes = 0
  for await (const chunk of request as AsyncIterable<Uint8Array>) {
    const piece = chunk.subarray(0, limitBytes - seenBytes)
    seenBytes += piece.byteLength
    if (piece.byteLength > 0) yield piece
    if (seenBytes >= limitBytes) {
      request.socket.destroy()
      throw new Error('the connection was dropped on purpose')
    }
  }
}

function write(
  request: IncomingMessage,
  response: ServerResponse,
  reply: Reply,
  fault: FaultAction | undefined,
): void {
  const cutAfterBytes = fault?.kind === 'dropAnswerAfter' ? fault.bytes : undefined
  if (cutAfterBytes === 0) return void request.socket.destroy()
  const body = Buffer.from(reply.body ?? '')
  const headers: Record<string, string> = {
    'docker-distribution-api-version': 'registry/2.0',
    ...reply.headers,
  }
  if (reply.status !== 204) headers['content-length'] ??= String(body.byteLength)
  response.writeHead(reply.status, headers)
  if (request.method === 'HEAD') return void response.end()
  if (cutAfterBytes === undefined) return void response.end(body)
  response.write(body.subarray(0, cutAfterBytes), () => response.socket?.destroy())
}
