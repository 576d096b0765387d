import { randomBytes } from 'node:crypto'
import { expect, it } from 'vitest'
import { digestOf } from './digest.ts'
import { verifiedSource } from './verified-source.ts'

const bytes = randomBytes(50_000)
const digest = digestOf(bytes)

/** Pieces of 1,000 bytes from an offset on. */
async function* pieces(content: Uint8Array, offsetBytes: number) {
  for (let at = offsetBytes; at < content.byteLength; at += 1_000) yield content.subarray(at, at + 1_000)
}
const sourceOf = (content: Uint8Array, sizeBytes = bytes.byteLength) =>
  verifiedSource(digest, sizeBytes, async (offset) => pieces(content, offset))
async function read(source: ReturnType<typeof sourceOf>, offsetBytes = 0, atMost = Number.POSITIVE_INFINITY) {
  let seenBytes = 0
  try {
    for await (const piece of await source.open(offsetBytes)) {
      seenBytes += piece.byteLength
      if (seenBytes >= atMost) break
    }
    return seenBytes
  } catch (error) {
    return { code: (error as { code?: string }).code, seenBytes }
  }
}

it('gives what the digest names and knows it', async () => {
  const source = sourceOf(bytes)
  expect(await read(source)).toBe(50_000)
  expect(source.verified).toBe(true)
})

it('hashes over any number of openings, overlapping or not', async () => {
  const source = sourceOf(bytes)
  await read(source, 0, 20_000)
  await read(source, 5_500, 3_000)
  expect(source.verified).toBe(false)
  await read(source, 19_500)
  expect(source.verified).toBe(true)
  expect(await read(source)).toBe(50_000)
})

it('never gives the end of wrong content', async () => {
  for (const at of [0, 25_000, 49_999]) {
    const wrong = Buffer.from(bytes)
    wrong[at]! ^= 1
    const source = sourceOf(wrong)
    expect(await read(source)).toEqual({ code: 'DIGEST_MISMATCH', seenBytes: 49_000 })
    expect(await read(source)).toEqual({ code: 'DIGEST_MISMATCH', seenBytes: 0 })
    expect(source.verified).toBe(false)
  }
})

it('is a mismatch when it is shorter or longer than it should be', async () => {
  expect(await read(sourceOf(bytes.subarray(0, 40_000)))).toEqual({
    code: 'DIGEST_MISMATCH',
    seenBytes: 40_000,
  })
  expect(await read(sourceOf(Buffer.concat([bytes, bytes])))).toMatchObject({ seenBytes: 50_000 })
  expect(await read(sourceOf(Buffer.concat([bytes, bytes]), 49_500))).toMatchObject({
    code: 'DIGEST_MISMATCH',
  })
})

it('opened behind its beginning gives everything and claims nothing', async () => {
  const source = sourceOf(bytes)
  expect(await read(source, 10_000)).toBe(40_000)
  expect(source.verified).toBe(false)
})
