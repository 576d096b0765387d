import { describe, expect, it } from 'vitest'
import { collect } from './collect.ts'
import { digestOf, digestVerifierStream, verifyDigest } from './digest.ts'
import { type Digest, isDigest } from './reference.ts'
import { toStream } from './stream.ts'

const text = (chunk: string) => new TextEncoder().encode(chunk)
async function* chunks(...parts: string[]) {
  for (const part of parts) yield text(part)
}
const digest = digestOf('hello')

/** The two ways to verify must agree on everything. */
const ways: {
  name: string
  run: (expected: Digest, sizeBytes: number | undefined, parts: string[]) => Promise<string>
}[] = [
  {
    name: 'verifyDigest',
    run: async (expected, sizeBytes, parts) =>
      Buffer.concat(await collect(verifyDigest(chunks(...parts), expected, sizeBytes))).toString(),
  },
  {
    name: 'digestVerifierStream',
    run: async (expected, sizeBytes, parts) => {
      const source = toStream(chunks(...parts))
      return Buffer.concat(
        await collect(source.pipeThrough(digestVerifierStream(expected, sizeBytes))),
      ).toString()
    },
  },
]

describe('digestOf', () => {
  it('gives the known digests, in the grammar of digests', () => {
    expect(digestOf('')).toBe('sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855')
    expect(isDigest(digestOf('', 'sha512'))).toBe(true)
  })
})

describe.each(ways)('$name', ({ run }) => {
  it('passes the right content on, in either algorithm', async () => {
    expect(await run(digest, undefined, ['he', 'llo'])).toBe('hello')
    expect(await run(digestOf('hello', 'sha512'), 5, ['hello'])).toBe('hello')
    expect(await run(digestOf(''), 0, [])).toBe('')
  })

  it.each([
    ['one byte changed', undefined, ['hellO']],
    ['a truncated end', undefined, ['hell']],
    ['a truncated end, size known', 5, ['hell']],
    ['more than the size', 5, ['hello', '!']],
    ['nothing at all', undefined, []],
  ])('fails on %s', async (_name, sizeBytes, parts) => {
    await expect(run(digest, sizeBytes, parts)).rejects.toMatchObject({ code: 'DIGEST_MISMATCH' })
  })
})
