import { randomBytes } from 'node:crypto'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createRegistryClient } from './client.ts'
import { collect } from './collect.ts'
import { digestOf } from './digest.ts'
import { type FakeRegistry, type FaultAction, startFakeRegistry } from './fake/index.ts'
import { parseRepositoryName } from './reference.ts'

let fake: FakeRegistry
beforeEach(async () => {
  fake = await startFakeRegistry()
})
afterEach(() => fake.close())

const repository = parseRepositoryName('team/app')
const bytes = randomBytes(400_000)
const digest = digestOf(bytes)
const clientOf = (timeoutMs = 5000) => createRegistryClient({ baseUrl: fake.url, timeoutMs })
const onMethod = (method: string, action: FaultAction, times = 1) =>
  fake.state.faults.push({ when: (request) => request.method === method, times, action })

describe('a download goes on', () => {
  const download = async (options = {}) => {
    const { stream } = await clientOf().getBlob(repository, digest, options)
    return Buffer.concat(await collect(stream))
  }
  beforeEach(() => clientOf().uploadBlob(repository, digest, bytes))

  it('where the connection broke, and is verified as a whole', async () => {
    onMethod('GET', { kind: 'dropAnswerAfter', bytes: 100_000 })
    expect(Buffer.compare(await download(), bytes)).toBe(0)
    const ranges = fake.state.requests.map(({ headers }) => headers.range).filter(Boolean)
    expect(ranges).toEqual(['bytes=100000-'])
  })

  it('within the range that was asked for', async () => {
    onMethod('GET', { kind: 'dropAnswerAfter', bytes: 1000 })
    const part = await download({ range: { firstByte: 10_000, lastByte: 19_999 } })
    expect(Buffer.compare(part, bytes.subarray(10_000, 20_000))).toBe(0)
    expect(fake.state.requests.at(-1)?.headers.range).toBe('bytes=11000-19999')
  })

  it('not for ever: a body that is always cut is an error, never a short blob', async () => {
    onMethod('GET', { kind: 'dropAnswerAfter', bytes: 10 }, 100)
    await expect(download({ resumeAttempts: 3 })).rejects.toMatchObject({ name: 'UnavailableError' })
    expect(fake.state.requests.filter(({ method }) => method === 'GET')).toHaveLength(4)
  })

  it('not on bytes of another content: the pieces must match the digest together', async () => {
    onMethod('GET', { kind: 'dropAnswerAfter', bytes: 100_000 })
    fake.state.faults.push({
      when: ({ method }) => method === 'GET',
      action: {
        kind: 'rewrite',
        change: (reply) => ({ ...reply, body: Buffer.alloc((reply.body as Uint8Array).byteLength) }),
      },
    })
    await expect(download()).rejects.toMatchObject({ code: 'DIGEST_MISMATCH' })
  })

  it('not when the registry ignores the range and starts over', async () => {
    onMethod('GET', { kind: 'answer', reply: { status: 200, body: bytes } })
    const ranged = download({ range: { firstByte: 5 } })
    await expect(ranged).rejects.toMatchObject({ code: 'INVALID_ANSWER' })
  })

  it.each([
    [
      'after a first piece',
      async (stream: ReadableStream<Uint8Array>) => {
        for await (const chunk of stream) if (chunk.byteLength > 0) break
      },
    ],
    ['before anything was read', (stream: ReadableStream<Uint8Array>) => stream.cancel()],
  ])('not when the reader has had enough %s: the connection is given up at once', async (_name, leave) => {
    let given = 0
    let cancelled = false
    const endless = new ReadableStream<Uint8Array>({
      pull: (controller) => {
        given += 1
        controller.enqueue(new Uint8Array(1000))
      },
      cancel: () => {
        cancelled = true
      },
    })
    const client = createRegistryClient({ baseUrl: fake.url, fetch: async () => new Response(endless) })
    await leave((await client.getBlob(repository, digest)).stream)
    await expect.poll(() => cancelled).toBe(true)
    expect(given).toBeLessThan(10)
  })

  it('a part cut silently is taken up too, and is never short', async () => {
    let calls = 0
    const fetch = async () => {
      calls += 1
      const headers = { 'content-length': '100', 'content-range': `bytes ${calls === 1 ? 0 : 10}-99/400000` }
      return new Response(bytes.subarray(0, 10), { status: 206, headers })
    }
    const client = createRegistryClient({ baseUrl: fake.url, fetch })
    const range = { firstByte: 0, lastByte: 99 }
    const { stream } = await client.getBlob(repository, digest, { range, resumeAttempts: 1 })
    await expect(collect(stream)).rejects.toMatchObject({ code: 'DIGEST_MISMATCH' })
    expect(calls).toBe(2)
  })

  it('a body cut silently by the fetch in use is found out by its length', async () => {
    const fetch = async () => new Response(bytes.subarray(0, 10), { headers: { 'content-length': '400000' } })
    const client = createRegistryClient({ baseUrl: fake.url, fetch })
    const { stream } = await client.getBlob(repository, digest, { resumeAttempts: 0 })
    await expect(collect(stream)).rejects.toMatchObject({ code: 'DIGEST_MISMATCH' })
  })
})

describe('a copy between two registries', () => {
  it('gets through with both sides breaking, and sends each byte the target has only once', async () => {
    const target = await startFakeRegistry()
    try {
      const from = clientOf()
      const to = createRegistryClient({ baseUrl: target.url })
      await from.uploadBlob(repository, digest, bytes)
      onMethod('GET', { kind: 'dropAnswerAfter', bytes: 90_000 }, 2)
      target.state.faults.push({
        when: ({ method }) => method === 'PATCH',
        times: 3,
        action: { kind: 'dropRequestAfter', bytes: 70_000 },
      })
      const source = {
        sizeBytes: bytes.byteLength,
        open: async (firstByte: number) => {
          const range = firstByte > 0 ? { firstByte } : undefined
          return (await from.getBlob(repository, digest, { range })).stream
        },
      }
      await to.uploadBlob(repository, digest, source, { chunkBytes: 150_000, resumeDelayMs: 1 })
      const stored = target.state.repositories.get(repository)?.blobs.get(digest)
      expect(stored && Buffer.compare(stored, bytes)).toBe(0)
      const starts = target.state.requests.map(({ headers }) => headers['content-range']).filter(Boolean)
      expect(starts.map((range) => Number(String(range).split('-')[0]))).toEqual([
        0, 70_000, 140_000, 210_000, 360_000,
      ])
    } finally {
      await target.close()
    }
  })
})
