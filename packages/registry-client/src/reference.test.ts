import { describe, expect, it } from 'vitest'
import { parseImageReference } from './image-reference.ts'
import {
  InvalidReferenceError,
  isDigest,
  parseDigest,
  parseReference,
  parseRepositoryName,
  parseTag,
  referrersTag,
} from './reference.ts'

const sha256 = `sha256:${'a'.repeat(64)}`
const sha512 = `sha512:${'0'.repeat(128)}`

const codeOf = (run: () => unknown) => {
  try {
    run()
  } catch (error) {
    if (error instanceof InvalidReferenceError) return error.code
    throw error
  }
  return 'accepted'
}

describe('repository names', () => {
  it.each(['a', 'library/alpine', 'a.b_c__d-e---f/0/1', 'x/y/z/w', `${'a'.repeat(127)}/${'b'.repeat(127)}`])(
    'takes %s',
    (name) => expect(parseRepositoryName(name)).toBe(name),
  )

  it.each([
    '',
    '/',
    'a/',
    '/a',
    'a//b',
    '.',
    '..',
    'a/..',
    '../a',
    'a/../b',
    'a/./b',
    'a%2fb',
    'a%2Fb',
    'a%252fb',
    'a\\b',
    'A',
    'library/Alpine',
    'a___b',
    'a..b',
    'a._b',
    '-a',
    'a-',
    '_a',
    'a_',
    'a.',
    'a b',
    'a\n',
    'a\0',
    'ä',
    'а', // Cyrillic
    'ａ', // full width
    'a:b',
    'a@b',
    'a?b',
    'a#b',
    'a'.repeat(256),
  ])('refuses %j', (name) => expect(codeOf(() => parseRepositoryName(name))).toBe('NAME_INVALID'))

  it('refuses what is not text, as happens with repeated query parameters', () => {
    for (const value of [undefined, null, 1, ['a'], { length: 1 }]) {
      expect(codeOf(() => parseRepositoryName(value as unknown as string))).toBe('NAME_INVALID')
    }
  })

  it('decides in linear time on names made to make a matcher try everything', () => {
    const hostile = [
      `${'a-'.repeat(127)}!`,
      `${'a'.repeat(254)}!`,
      `${'-'.repeat(254)}`,
      `${'a/'.repeat(127)}!`,
    ]
    const before = process.threadCpuUsage()
    for (let round = 0; round < 200; round += 1) {
      for (const name of hostile) expect(codeOf(() => parseRepositoryName(name))).toBe('NAME_INVALID')
    }
    // Of the processor, in microseconds: that others are at work makes it no more.
    expect(process.threadCpuUsage(before).user).toBeLessThan(1_000_000)
  })
})

describe('tags', () => {
  it.each(['latest', 'v1.0', '_x', 'A-Z', '0', 'a'.repeat(128), 'a..b'])('takes %s', (tag) =>
    expect(parseTag(tag)).toBe(tag),
  )

  it.each(['', '.a', '-a', '..', 'a/b', 'a:b', 'a%2f', 'a b', 'a\n', 'é', 'a+b', 'a'.repeat(129)])(
    'refuses %j',
    (tag) => expect(codeOf(() => parseTag(tag))).toBe('TAG_INVALID'),
  )
})

describe('digests', () => {
  it.each([sha256, sha512])('takes %s', (digest) => expect(parseDigest(digest)).toBe(digest))

  it.each([
    '',
    'sha256:',
    'sha256:abc',
    `sha256:${'a'.repeat(63)}`,
    `sha256:${'a'.repeat(65)}`,
    `sha256:${'A'.repeat(64)}`,
    `sha256:${'g'.repeat(64)}`,
    `SHA256:${'a'.repeat(64)}`,
    `sha512:${'a'.repeat(64)}`,
    `sha384:${'a'.repeat(96)}`,
    `md5:${'a'.repeat(32)}`,
    `sha256+b64:${'a'.repeat(64)}`,
    `${sha256}\n`,
    ` ${sha256}`,
    'a'.repeat(64),
  ])('refuses %j', (digest) => {
    expect(codeOf(() => parseDigest(digest))).toBe('DIGEST_INVALID')
    expect(isDigest(digest)).toBe(false)
  })

  it('names the referrers tag by the spec, cutting long digests', () => {
    expect(referrersTag(parseDigest(sha256))).toBe(`sha256-${'a'.repeat(64)}`)
    expect(referrersTag(parseDigest(sha512))).toBe(`sha512-${'0'.repeat(64)}`)
  })
})

describe('references', () => {
  it('takes tags and digests, and never a bad digest for a tag', () => {
    expect(parseReference('latest')).toBe('latest')
    expect(parseReference(sha256)).toBe(sha256)
    expect(codeOf(() => parseReference('sha256:abc'))).toBe('DIGEST_INVALID')
    expect(codeOf(() => parseReference('../x'))).toBe('TAG_INVALID')
  })
})

describe('image references', () => {
  const parts = (host: string | undefined, repository: string, tag?: string, digest?: string) => ({
    host,
    repository,
    tag,
    digest,
  })

  it.each([
    ['alpine', parts(undefined, 'alpine')],
    ['library/alpine:3', parts(undefined, 'library/alpine', '3')],
    ['r.example.com/a/b:t', parts('r.example.com', 'a/b', 't')],
    ['localhost/a', parts('localhost', 'a')],
    ['localhost:5000/a', parts('localhost:5000', 'a')],
    ['127.0.0.1:5000/a:t', parts('127.0.0.1:5000', 'a', 't')],
    ['[::1]:5000/a:t', parts('[::1]:5000', 'a', 't')],
    [`r.example.com/a@${sha256}`, parts('r.example.com', 'a', undefined, sha256)],
    [`r.example.com/a:t@${sha256}`, parts('r.example.com', 'a', 't', sha256)],
  ])('takes %s apart', (text, expected) => expect(parseImageReference(text)).toEqual(expected))

  it.each([
    ['', 'NAME_INVALID'],
    ['Alpine', 'NAME_INVALID'],
    ['alpine:', 'TAG_INVALID'],
    ['alpine@', 'DIGEST_INVALID'],
    ['alpine@sha256:abc', 'DIGEST_INVALID'],
    [`alpine@${sha256}@${sha256}`, 'DIGEST_INVALID'],
    ['r.example.com/', 'NAME_INVALID'],
    ['r.example.com:0/a', 'NAME_INVALID'],
    ['r.example.com:65536/a', 'NAME_INVALID'],
    ['r.example.com:x/a', 'NAME_INVALID'],
    ['-r.example.com/a', 'NAME_INVALID'],
    ['user@r.example.com/a', 'DIGEST_INVALID'],
    ['user:pw.x/a', 'NAME_INVALID'],
    ['http://r.example.com/a', 'NAME_INVALID'],
    ['r.example.com/../a', 'NAME_INVALID'],
    ['a'.repeat(2000), 'NAME_INVALID'],
  ])('refuses %j with %s', (text, code) => expect(codeOf(() => parseImageReference(text))).toBe(code))
})
