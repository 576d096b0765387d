import { randomBytes } from 'node:crypto'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { UploadOptions } from './blob-upload.ts'
import { createRegistryClient } from './client.ts'
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

/** A source that writes down where it was opened and whether it was closed. */
function recordedSource(content: Uint8Array = bytes) {
  const openedAt: number[] = []
  let open = 0
  return {
    openedAt,
    stillOpen: () => open,
    sizeBytes: bytes.byteLength,
    async *open(offsetBytes: number) {
      openedAt.push(offsetBytes)
      open += 1
      try {
        for (let at = offsetBytes; at < content.byteLength; at += 7_001)
          yield content.subarray(at, at + 7_001)
      } finally {
        open -= 1
      }
    },
  }
}

async function upload(options: UploadOptions = {}) {
  const source = recordedSource()
  const result = await clientOf().uploadBlob(repository, digest, source, { resumeDelayMs: 1, ...options })
  const stored = fake.state.repositories.get(repository)?.blobs.get(digest)
  expect(stored && Buffer.compare(stored, bytes)).toBe(0)
  expect(source.stillOpen()).toBe(0)
  expect(fake.state.uploads.size).toBe(0)
  return { ...result, openedAt: source.openedAt }
}

describe('an upload goes on', () => {
  it('opens its source once when nothing happens, in one request or in parts', async () => {
    expect(await upload()).toMatchObject({ resumes: 0, openedAt: [0] })
    expect(await upload({ chunkBytes: 100_000 })).toMatchObject({ resumes: 0, openedAt: [0] })
  })

  it('from where the connection broke, in parts', async () => {
    onMethod('PATCH', { kind: 'dropRequestAfter', bytes: 30_000 })
    const { resumes, openedAt } = await upload({ chunkBytes: 100_000 })
    expect(resumes).toBe(1)
    expect(openedAt).toEqual([0, 30_000])
  })

  it('from where the connection broke, when it was one request', async () => {
    onMethod('PUT', { kind: 'dropRequestAfter', bytes: 250_000 })
    const { resumes, openedAt } = await upload()
    expect(resumes).toBe(1)
    expect(openedAt).toEqual([0, 250_000])
  })

  it('after any number of breaks that leave some progress', async () => {
    onMethod('PATCH', { kind: 'dropRequestAfter', bytes: 20_000 }, 10)
    expect((await upload({ chunkBytes: 50_000, resumeAttempts: 1 })).resumes).toBe(10)
  })

  it('with patience for the end of a big one, which storage may copy then', async () => {
    const big = new Uint8Array(24 * 1024 * 1024)
    const { promise: until, resolve } = Promise.withResolvers<void>()
    fake.state.faults.push({
      when: ({ method }) => method === 'PUT' && setTimeout(resolve, 1_500) !== undefined,
      action: { kind: 'hold', until },
    })
    const { resumes } = await clientOf(1_000).uploadBlob(repository, digestOf(big), big, {
      chunkBytes: big.byteLength,
      resumeAttempts: 0,
    })
    expect(resumes).toBe(0)
  })

  it.each([408, 429, 500, 502, 503])('after %i', async (status) => {
    onMethod('PATCH', { kind: 'answer', reply: { status } }, 2)
    expect((await upload({ chunkBytes: 100_000 })).resumes).toBe(2)
  })

  it('from the beginning when the registry has forgotten it', async () => {
    onMethod('PATCH', { kind: 'dropRequestAfter', bytes: 30_000 })
    onMethod('GET', { kind: 'answer', reply: { status: 404 } })
    expect((await upload({ chunkBytes: 100_000 })).openedAt).toEqual([0, 0])
  })

  it('to its end when only the last answer was lost', async () => {
    onMethod('PUT', { kind: 'dropAnswerAfter', bytes: 0 })
    expect((await upload()).resumes).toBe(1)
    expect(fake.state.requests.filter(({ method }) => method === 'POST')).toHaveLength(1)
  })

  it('when its source is slower than the timeout, which is for the registry only', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    try {
      const source = {
        sizeBytes: bytes.byteLength,
        async *open() {
          vi.advanceTimersByTime(60_000)
          yield bytes.subarray(0, 5)
          vi.advanceTimersByTime(60_000)
          yield bytes.subarray(5)
        },
      }
      expect(await clientOf(1000).uploadBlob(repository, digest, source)).toMatchObject({ resumes: 0 })
    } finally {
      vi.useRealTimers()
    }
  })

  it('when the registry took less of a part than was sent', async () => {
    onMethod('PATCH', {
      kind: 'rewrite',
      change: (reply) => {
        const [open] = fake.state.uploads.values()
        if (open) {
          open.chunks = [Buffer.concat(open.chunks).subarray(0, 60_000)]
          open.sizeBytes = 60_000
        }
        return { ...reply, headers: { ...reply.headers, range: '0-59999' } }
      },
    })
    expect((await upload({ chunkBytes: 100_000 })).openedAt).toEqual([0, 60_000])
  })

  it('in parts no smaller than the registry takes', async () => {
    await fake.close()
    fake = await startFakeRegistry({ minChunkBytes: 150_000 })
    await upload({ chunkBytes: 1000 })
    const ranges = fake.state.requests.map(({ headers }) => headers['content-range']).filter(Boolean)
    expect(ranges).toEqual(['0-149999', '150000-299999', '300000-399999'])
  })
})

describe('an upload gives up', () => {
  const failing = (options: UploadOptions = {}, source = recordedSource()) =>
    clientOf().uploadBlob(repository, digest, source, { resumeDelayMs: 1, chunkBytes: 100_000, ...options })

  it('after the allowed failures without progress, telling the registry to drop it', async () => {
    onMethod('PATCH', { kind: 'answer', reply: { status: 503 } }, 100)
    await expect(failing({ resumeAttempts: 3 })).rejects.toMatchObject({
      name: 'UnavailableError',
      status: 503,
    })
    expect(fake.state.requests.filter(({ method }) => method === 'PATCH')).toHaveLength(4)
    expect(fake.state.uploads.size).toBe(0)
  })

  it('at once when the registry says no', async () => {
    onMethod('PATCH', { kind: 'answer', reply: { status: 403 } })
    await expect(failing()).rejects.toMatchObject({ name: 'DeniedError' })
    expect(fake.state.uploads.size).toBe(0)
  })

  it('when the caller aborts, also between two tries', async () => {
    const controller = new AbortController()
    onMethod('PATCH', { kind: 'drop' }, 100)
    const upload = failing({ signal: controller.signal, resumeDelayMs: 60_000 })
    const failed = expect(upload).rejects.toThrow('enough')
    await expect.poll(() => fake.state.requests.some(({ method }) => method === 'PATCH')).toBe(true)
    controller.abort(new Error('enough'))
    await failed
  })

  it('when the caller aborts while the source hangs', async () => {
    const controller = new AbortController()
    const hanging = {
      ...recordedSource(),
      async *open() {
        yield bytes.subarray(0, 10)
        controller.abort(new Error('enough'))
        await new Promise<never>(() => {})
      },
    }
    await expect(failing({ signal: controller.signal }, hanging)).rejects.toThrow('enough')
  })

  it('when the source ends early or breaks, passing on its error', async () => {
    const short = { ...recordedSource(bytes.subarray(0, 100_500)), sizeBytes: bytes.byteLength }
    await expect(failing({}, short)).rejects.toMatchObject({ code: 'SOURCE_TRUNCATED' })
    const broken = {
      ...recordedSource(),
      // biome-ignore lint/correctness/useYield: it breaks before its first chunk
      async *open(): AsyncGenerator<Uint8Array> {
        throw new Error('disk on fire')
      },
    }
    await expect(failing({}, broken)).rejects.toThrow('disk on fire')
    expect(fake.state.uploads.size).toBe(0)
  })

  it.each(['0-999999', '0-0', '0-5'])('when a part is confirmed as %s, which it cannot be', async (range) => {
    const lie: FaultAction = {
      kind: 'rewrite',
      change: (reply) => ({ ...reply, headers: { ...reply.headers, range } }),
    }
    fake.state.faults.push({
      when: ({ method }) =>
        method === 'PATCH' && [...fake.state.uploads.values()].some((open) => open.sizeBytes > 0),
      action: lie,
    })
    await expect(failing()).rejects.toMatchObject({ code: 'INVALID_ANSWER' })
  })

  it.each(['-1', 'x', '99999999999999'])('when parts of at least %s bytes are asked for', async (minimum) => {
    onMethod('POST', {
      kind: 'rewrite',
      change: (reply) => ({ ...reply, headers: { ...reply.headers, 'oci-chunk-min-length': minimum } }),
    })
    await expect(failing()).rejects.toMatchObject({ code: 'INVALID_ANSWER' })
  })
})
