import { createServer, get, type IncomingMessage, type Server } from 'node:http'
import { type AddressInfo, connect } from 'node:net'
import { text } from 'node:stream/consumers'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { Api } from './api.ts'
import { toFetchHandler } from './fetch-handler.ts'
import type { ByteStream } from './http.ts'
import { toNodeHandler } from './node-handler.ts'

const PIECE = Buffer.alloc(64 * 1024, 'x')
let open: ByteStream
const api: Api = {
  handle: async () => ({
    status: 200,
    headers: { 'content-type': 'text/plain' },
    body: (gone) => open(gone),
  }),
}
/** Pieces without an end; tells how many were asked for. */
function endless(): { made: number; ended: boolean; stream: ByteStream } {
  const state = {
    made: 0,
    ended: false,
    stream: async function* () {
      try {
        for (;;) {
          state.made += 1
          yield PIECE
        }
      } finally {
        state.ended = true
      }
    },
  }
  return state
}

describe('over node:http', () => {
  let server: Server
  let port: number
  beforeEach(async () => {
    server = createServer(toNodeHandler(api))
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    port = (server.address() as AddressInfo).port
  })
  afterEach(() => {
    server.closeAllConnections()
    server.close()
  })
  const ask = (method = 'GET') =>
    new Promise<IncomingMessage>((resolve, reject) =>
      get({ port, host: '127.0.0.1', method }, resolve).on('error', reject),
    )

  it('the head goes out before the first piece is there, and each piece when it is', async () => {
    const { promise, resolve } = Promise.withResolvers<void>()
    open = async function* () {
      await promise
      yield Buffer.from('one ')
      yield Buffer.from('two')
    }
    const answer = await ask()
    expect(answer.headers['content-length']).toBeUndefined()
    resolve()
    expect(await text(answer)).toBe('one two')
  })

  it('no more is made than the client takes, and nothing more once it is gone', async () => {
    const source = endless()
    open = source.stream
    const answer = await ask()
    answer.pause()
    // What fits into the buffers of both sides; then it stands still.
    let before = -1
    await vi.waitFor(
      () => {
        const now = source.made
        const still = now === before
        before = now
        expect(still && now > 0).toBe(true)
      },
      { timeout: 5_000, interval: 100 },
    )
    expect(source.made).toBeLessThan(1_000)
    answer.destroy()
    await vi.waitFor(() => expect(source.ended).toBe(true), { timeout: 5_000 })
  })

  it('what only waits learns by the signal that the client is gone', async () => {
    const ended = Promise.withResolvers<void>()
    open = async function* (gone) {
      yield PIECE
      await new Promise<void>((resolve) => gone.addEventListener('abort', () => resolve(), { once: true }))
      ended.resolve()
    }
    const answer = await ask()
    answer.destroy()
    await ended.promise
  })

  it('a failure in the middle does not look like the end, to HTTP/1.0 either', async () => {
    open = async function* () {
      yield PIECE
      throw new Error('the database went away')
    }
    await expect(ask().then(text)).rejects.toThrow(/aborted|ECONNRESET/)
    const old = connect(port, '127.0.0.1', () => old.write('GET / HTTP/1.0\r\n\r\n'))
    await expect(text(old)).rejects.toThrow('ECONNRESET')
  })

  it('HEAD opens none', async () => {
    const source = endless()
    open = source.stream
    expect(await text(await ask('HEAD'))).toBe('')
    expect(source.made).toBe(0)
  })
})

describe('over WHATWG requests', () => {
  const handle = toFetchHandler(api)
  const ask = (init?: RequestInit) => handle(new Request('http://localhost/', init))

  it('gives piece after piece, each when it is asked for, and ends when nobody reads on', async () => {
    const source = endless()
    open = source.stream
    const reader = (await ask()).body!.getReader()
    expect(source.made).toBe(0)
    expect((await reader.read()).value).toEqual(PIECE)
    expect((await reader.read()).value).toEqual(PIECE)
    expect(source.made).toBe(2)
    await reader.cancel()
    expect(source.ended).toBe(true)
  })

  it('fails where its source fails, learns of a request that ended, and opens none for HEAD', async () => {
    open = async function* () {
      yield PIECE
      throw new Error('the database went away')
    }
    await expect((await ask()).text()).rejects.toThrow('the database went away')
    const left = new AbortController()
    open = async function* (gone) {
      await new Promise<void>((resolve) => gone.addEventListener('abort', () => resolve(), { once: true }))
      yield Buffer.from('told')
    }
    const answer = await ask({ signal: left.signal })
    const read = answer.text()
    left.abort()
    expect(await read).toBe('told')
    expect((await ask({ method: 'HEAD' })).body).toBeNull()
  })
})
