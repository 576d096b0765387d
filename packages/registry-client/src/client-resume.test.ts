import { randomBytes } from 'node:crypto'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { UploadOptions } from './blob-upload.ts'
import { createRegistryClient } from './client.ts'
import { collect } from './collect.ts'
import { digestOf } from './digest.ts'
import { type FakeRegistry, startFakeRegistry } from './fake/index.ts'
import { parseRepositoryName } from './reference.ts'
import type { UploadSession } from './upload-session.ts'

let fake: FakeRegistry
beforeEach(async () => {
  fake = await startFakeRegistry()
})
afterEach(() => fake.close())

const repository = parseRepositoryName('team/app')
const bytes = randomBytes(400_000)
const digest = digestOf(bytes)
const client = () => createRegistryClient({ baseUrl: fake.url, timeoutMs: 5_000 })

/** An upload that ends after its second part, as one whose process is killed; gives what was written down of it. */
async function cutOff(options: UploadOptions = {}): Promise<UploadSession> {
  const controller = new AbortController()
  let last: UploadSession | undefined
  const ended = client().uploadBlob(repository, digest, bytes, {
    chunkBytes: 100_000,
    keepUnfinished: true,
    signal: controller.signal,
    onSession(session, confirmedBytes) {
      last = session
      if (confirmedBytes === 200_000) controller.abort(new Error('stopped'))
    },
    ...options,
  })
  await expect(ended).rejects.toThrow('stopped')
  return { location: new URL(last!.location.href), minChunkBytes: last!.minChunkBytes }
}
const stored = () => fake.state.repositories.get(repository)?.blobs.get(digest)
const ranges = () => fake.state.requests.map(({ headers }) => headers['content-range']).filter(Boolean)

describe('an upload of another process', () => {
  it('is gone on with where the registry says it stands', async () => {
    const resume = await cutOff()
    expect(fake.state.uploads.size).toBe(1)
    const result = await client().uploadBlob(repository, digest, bytes, { chunkBytes: 100_000, resume })
    expect(result).toMatchObject({ resumes: 0, resumedFromBytes: 200_000 })
    expect(stored() && Buffer.compare(stored()!, bytes)).toBe(0)
    expect(ranges()).toEqual(['0-99999', '100000-199999', '200000-299999', '300000-399999'])
    expect(fake.state.uploads.size).toBe(0)
  })

  it('begins anew when the registry has forgotten it', async () => {
    const resume = await cutOff()
    fake.state.uploads.clear()
    const result = await client().uploadBlob(repository, digest, bytes, { chunkBytes: 100_000, resume })
    expect(result.resumedFromBytes).toBe(0)
    expect(stored() && Buffer.compare(stored()!, bytes)).toBe(0)
  })

  it.each([401, 403, 405, 410])('begins anew when its location answers %i', async (status) => {
    const resume = await cutOff()
    fake.state.faults.push({
      when: ({ method }) => method === 'GET',
      action: { kind: 'answer', reply: { status } },
    })
    const result = await client().uploadBlob(repository, digest, bytes, { chunkBytes: 100_000, resume })
    expect(result.resumedFromBytes).toBe(0)
    expect(stored() && Buffer.compare(stored()!, bytes)).toBe(0)
  })

  it('is asked for again when the registry does not answer at once', async () => {
    const resume = await cutOff()
    fake.state.faults.push({
      when: ({ method }) => method === 'GET',
      action: { kind: 'answer', reply: { status: 503 } },
    })
    const options = { chunkBytes: 100_000, resume, resumeDelayMs: 1 }
    expect(await client().uploadBlob(repository, digest, bytes, options)).toMatchObject({
      resumes: 1,
      resumedFromBytes: 200_000,
    })
  })
})

describe('an upload that ends', () => {
  it('is dropped unless it is to be kept', async () => {
    await cutOff({ keepUnfinished: false })
    expect(fake.state.uploads.size).toBe(0)
  })

  it('is dropped when the content is wrong, even if it was to be kept', async () => {
    const wrong = client().uploadBlob(repository, digest, randomBytes(400_000), {
      chunkBytes: 100_000,
      keepUnfinished: true,
    })
    await expect(wrong).rejects.toMatchObject({ code: 'DIGEST_INVALID' })
    expect(fake.state.uploads.size).toBe(0)
  })

  it('is kept when the registry goes away, and ends at once for a Retry-After that is too long', async () => {
    fake.state.faults.push({
      when: ({ method }) => method === 'PATCH',
      times: 9,
      action: { kind: 'answer', reply: { status: 429, headers: { 'retry-after': '60' } } },
    })
    const ended = client().uploadBlob(repository, digest, bytes, {
      chunkBytes: 100_000,
      keepUnfinished: true,
      maxRetryAfterMs: 10_000,
    })
    await expect(ended).rejects.toMatchObject({ name: 'RateLimitedError', retryAfterMs: 60_000 })
    expect(fake.state.uploads.size).toBe(1)
  })
})

it('a part of a blob can be had from a registry that knows no ranges', async () => {
  await client().uploadBlob(repository, digest, bytes)
  fake.state.faults.push({
    when: ({ method }) => method === 'GET',
    action: { kind: 'answer', reply: { status: 200, body: bytes } },
  })
  const range = { firstByte: 123_456 }
  const { stream, sizeBytes } = await client().getBlob(repository, digest, { range, passOver: true })
  expect(sizeBytes).toBe(400_000 - 123_456)
  expect(Buffer.compare(Buffer.concat(await collect(stream)), bytes.subarray(123_456))).toBe(0)
})
