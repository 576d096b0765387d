import { createHash, randomBytes } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createRegistryClient } from '../client.ts'
import { collect } from '../collect.ts'
import { type ConformanceTarget, conformanceCases } from '../conformance.ts'
import { digestOf } from '../digest.ts'
import { parseDigest, parseRepositoryName } from '../reference.ts'
import { type RunningDistribution, startDistribution } from './start-distribution.ts'

describe('the real distribution registry', () => {
  let registry: RunningDistribution
  let target: ConformanceTarget

  beforeAll(async () => {
    registry = await startDistribution()
    const client = createRegistryClient({ baseUrl: registry.url })
    target = { client, capabilities: { tagPages: false, referrersApi: false } }
  })
  afterAll(() => registry?.close())

  it.each(conformanceCases)('$guarantee', ({ run }) => run(target))

  it('finishes an upload although the registry is killed in the middle of it', async () => {
    const repository = parseRepositoryName('resumed/upload')
    const bytes = randomBytes(3_000_000)
    const digest = digestOf(bytes)
    let restarted: Promise<void> | undefined
    const onProgress = (confirmedBytes: number) => {
      if (confirmedBytes >= 1_000_000) restarted ??= registry.kill().then(() => registry.start())
    }
    const openedAt: number[] = []
    const source = {
      sizeBytes: bytes.byteLength,
      async *open(offsetBytes: number) {
        openedAt.push(offsetBytes)
        for (let at = offsetBytes; at < bytes.byteLength; at += 50_000) {
          // The part that is on its way when the registry dies stays unfinished until it is back.
          if (at > 1_500_000) await restarted
          yield bytes.subarray(at, at + 50_000)
        }
      },
    }
    const options = { chunkBytes: 1_000_000, resumeDelayMs: 100, resumeAttempts: 8, onProgress }
    const { resumes } = await target.client.uploadBlob(repository, digest, source, options)
    expect(resumes).toBeGreaterThan(0)
    expect(openedAt[0]).toBe(0)
    // What the registry had confirmed before it died is not sent again.
    expect(Math.min(...openedAt.slice(1))).toBeGreaterThanOrEqual(1_000_000)
    const { stream } = await target.client.getBlob(repository, digest)
    expect(digestOf(Buffer.concat(await collect(stream)))).toBe(digest)
  })

  it('streams 256 MiB up and down without holding them', async () => {
    const repository = parseRepositoryName('streamed/large')
    const chunk = randomBytes(64 * 1024)
    const chunkCount = 4096
    const sizeBytes = chunk.byteLength * chunkCount
    const hash = createHash('sha256')
    for (let count = 0; count < chunkCount; count += 1) hash.update(chunk)
    const digest = parseDigest(`sha256:${hash.digest('hex')}`)
    let peakBytes = 0
    const look = () => {
      peakBytes = Math.max(peakBytes, process.memoryUsage().arrayBuffers)
    }
    const source = {
      sizeBytes,
      async *open(offsetBytes: number) {
        for (let at = offsetBytes; at < sizeBytes; at += chunk.byteLength) {
          look()
          yield chunk
        }
      },
    }
    look()
    const beforeBytes = peakBytes
    await target.client.uploadBlob(repository, digest, source, { chunkBytes: 100_000_000 })
    for await (const piece of (await target.client.getBlob(repository, digest)).stream) if (piece) look()
    // Half of the blob leaves room for what the collector has not come to yet.
    expect(peakBytes - beforeBytes).toBeLessThan(sizeBytes / 2)
  }, 60_000)
})
