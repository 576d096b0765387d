import { DomainError } from '@berth/core'
import { digestOf, InvalidReferenceError, parseDigest } from '@berth/registry-client'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { OciError } from '../oci-error.ts'
import { parseContentRange, receivedBytes, requireNextChunk } from './chunk.ts'
import { readBasic } from './identity.ts'
import { linkTo, pageOf } from './listings.ts'
import { parseV2Path } from './path.ts'

// Whatever a client writes: what is read stands there, or the request is refused with a 4xx. Nothing else is thrown.

const digest = digestOf('x')
const part = fc.oneof(
  fc.constantFrom(
    ...['team', 'app', 'a', 'b.c', 'a__b', 'A', 'ü', '..', '.', '', '*', '%2e%2e', '%2f', '%252f', '%00'],
  ),
  fc.constantFrom(
    ...['manifests', 'blobs', 'uploads', 'tags', 'list', 'referrers', '_catalog', 'latest', 'x'.repeat(260)],
  ),
  fc.constantFrom(
    digest,
    digest.replace(':', '%3A'),
    digest.toUpperCase(),
    'sha256:abc',
    `md5:${'a'.repeat(32)}`,
  ),
  fc.string({ unit: 'binary', maxLength: 12 }),
)
const path = fc.array(part, { maxLength: 9 }).map((parts) => `/v2/${parts.join('/')}`)

/** Runs a parser; undefined when it refused as it may. */
function read<T>(parse: () => T): T | undefined {
  try {
    return parse()
  } catch (error) {
    const refused =
      (error instanceof OciError && error.status >= 400 && error.status < 500) ||
      error instanceof InvalidReferenceError ||
      (error instanceof DomainError && error.code === 'UNAUTHORIZED')
    if (!refused) throw error
    return undefined
  }
}

test('a path is read as it stands, or not at all', () => {
  fc.assert(
    fc.property(path, (text) => {
      const parsed = read(() => parseV2Path(text))
      if (!parsed) return
      const parts = parsed as Record<string, string>
      const rebuilt = parsed.path.replace(/<(\w+)>/g, (_, key: string) => parts[key]!)
      expect(rebuilt.replace(/\/$/, '')).toBe(text.replace(/%3a/i, ':').replace(/\/$/, ''))
      if ('name' in parsed) expect(parsed.name).toMatch(/^[a-z0-9._-]+(\/[a-z0-9._-]+)+$/)
      if ('digest' in parsed) expect(parseDigest(parsed.digest)).toBe(parsed.digest)
    }),
    { numRuns: 3_000 },
  )
})

const number = fc.oneof(fc.nat(), fc.bigInt({ min: 0n }), fc.constantFrom('', '-1', '1e3', '0x1', ' 1', '١'))
const range = fc.oneof(
  fc
    .tuple(
      fc.constantFrom('', 'bytes ', 'bytes=', 'items '),
      number,
      number,
      fc.constantFrom('', '/*', '/9', '/'),
    )
    .map(([unit, first, last, total]) => `${unit}${first}-${last}${total}`),
  fc.string({ unit: 'binary' }),
)

test('a Content-Range is two ordered positions that stand there', () => {
  fc.assert(
    fc.property(range, (text) => {
      const chunk = read(() => parseContentRange(text))
      if (!chunk) return
      expect(chunk.firstByte).toBeLessThanOrEqual(chunk.lastByte)
      expect(Number.isSafeInteger(chunk.lastByte)).toBe(true)
      expect(text).toMatch(new RegExp(`^\\s*(bytes +)?0*${chunk.firstByte}-0*${chunk.lastByte}`))
    }),
    { numRuns: 2_000 },
  )
})

const stateOf = (json: string) => Buffer.concat([Buffer.alloc(32), Buffer.from(json)]).toString('base64url')

test('only the chunk that comes next passes, whatever the state of the upload says', () => {
  const state = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.json().map(stateOf),
    fc
      .record({ Offset: fc.oneof(fc.nat(), fc.integer(), fc.double(), fc.string()) })
      .map((o) => stateOf(JSON.stringify(o))),
  )
  fc.assert(
    fc.property(state, range, (given, text) => {
      const received = receivedBytes(given)
      if (received !== undefined) expect(Number.isSafeInteger(received) && received >= 0).toBe(true)
      const chunk = read(() => requireNextChunk({ address: '/', state: given }, { 'content-range': text }))
      if (chunk && received !== undefined) expect(chunk.firstByte).toBe(received)
    }),
    { numRuns: 2_000 },
  )
})

test('a page is never longer than 1,000, and begins after a name that can be', () => {
  const query = fc.record(
    { n: number.map(String), last: fc.oneof(part, fc.string({ unit: 'binary' })) },
    { requiredKeys: [] },
  )
  fc.assert(
    fc.property(query, (asked) => {
      const page = read(() => pageOf(new URLSearchParams(asked)))
      if (!page) return
      expect(Number.isInteger(page.n) && page.n >= 0 && page.n <= 1_000).toBe(true)
      if (page.last !== undefined) expect(page.last).toMatch(/^[\w./-]{1,255}$/)
    }),
    { numRuns: 1_000 },
  )
})

test('a Link leads back to what it was made of and cannot be broken out of', () => {
  fc.assert(
    fc.property(fc.nat(1_000), fc.string({ unit: 'binary', minLength: 1 }), (n, last) => {
      const { link } = linkTo('/v2/a/b/tags/list', n, last, { artifactType: last })
      const target = /^<([^<>"\s]+)>; rel="next"$/.exec(link!)![1]!
      const query = new URL(target, 'http://x').searchParams
      expect([query.get('n'), query.get('last')]).toEqual([String(n), last.toWellFormed()])
    }),
    { numRuns: 500 },
  )
})

test('a Basic header gives a name and a password or nobody', () => {
  const header = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.string({ unit: 'binary' }).map((text) => `Basic ${Buffer.from(text).toString('base64')}`),
  )
  fc.assert(
    fc.property(header, (text) => {
      const credentials = read(() => readBasic(text, '127.0.0.1'))
      if (credentials) expect(credentials.username.length).toBeGreaterThan(0)
    }),
    { numRuns: 1_000 },
  )
})
