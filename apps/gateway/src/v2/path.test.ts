import { describe, expect, test } from 'vitest'
import { parseV2Path } from './path.ts'

const digest = `sha256:${'a'.repeat(64)}`

describe('paths', () => {
  test.each([
    ['/v2', { path: '/v2/' }],
    ['/v2/', { path: '/v2/' }],
    ['/v2/_catalog', { path: '/v2/_catalog' }],
    ['/v2/a/b/tags/list', { path: '/v2/<name>/tags/list', name: 'a/b' }],
    ['/v2/a/b/manifests/1.0', { path: '/v2/<name>/manifests/<reference>', name: 'a/b', reference: '1.0' }],
    [
      `/v2/a/b/manifests/${digest.replace(':', '%3A')}`,
      { path: '/v2/<name>/manifests/<reference>', name: 'a/b', reference: digest },
    ],
    [`/v2/a/b/blobs/${digest}`, { path: '/v2/<name>/blobs/<digest>', name: 'a/b', digest }],
    ['/v2/a/b/blobs/uploads/', { path: '/v2/<name>/blobs/uploads/', name: 'a/b' }],
    ['/v2/a/b/blobs/uploads', { path: '/v2/<name>/blobs/uploads/', name: 'a/b' }],
    [
      '/v2/a/b/blobs/uploads/x-1',
      { path: '/v2/<name>/blobs/uploads/<session>', name: 'a/b', session: 'x-1' },
    ],
    [`/v2/a/b/referrers/${digest}`, { path: '/v2/<name>/referrers/<digest>', name: 'a/b', digest }],
    // Words of the protocol may stand in a name.
    [
      '/v2/a/blobs/uploads/manifests/list',
      { path: '/v2/<name>/manifests/<reference>', name: 'a/blobs/uploads', reference: 'list' },
    ],
    ['/v2/a/manifests/tags/list', { path: '/v2/<name>/tags/list', name: 'a/manifests' }],
  ])('%s', (path, expected) => {
    expect(parseV2Path(path)).toEqual(expected)
  })

  test.each([
    ['/v2/b/tags/list', 'NAME_INVALID'],
    ['/v2/a%2fb/tags/list', 'NAME_INVALID'],
    ['/v2/a%252fb/c/tags/list', 'NAME_INVALID'],
    ['/v2/a/../b/manifests/x', 'NAME_INVALID'],
    ['/v2/a/./b/manifests/x', 'NAME_INVALID'],
    ['/v2/a//b/manifests/x', 'NAME_INVALID'],
    ['/v2//a/b/manifests/x', 'NAME_INVALID'],
    ['/v2/a/%2e%2e/b/manifests/x', 'NAME_INVALID'],
    ['/v2/A/b/manifests/x', 'NAME_INVALID'],
    ['/v2/a/b\\c/manifests/x', 'NAME_INVALID'],
    ['/v2/a/ü/manifests/x', 'NAME_INVALID'],
    [`/v2/${'a/'.repeat(130)}b/manifests/x`, 'NAME_INVALID'],
    ['/v2/a/b/manifests/', 'TAG_INVALID'],
    ['/v2/a/b/manifests/..', 'TAG_INVALID'],
    ['/v2/a/b/manifests/x%2fy', 'TAG_INVALID'],
    [`/v2/a/b/manifests/${'t'.repeat(129)}`, 'TAG_INVALID'],
    ['/v2/a/b/manifests/sha256:abc', 'DIGEST_INVALID'],
    [`/v2/a/b/blobs/${digest.toUpperCase()}`, 'DIGEST_INVALID'],
    ['/v2/a/b/blobs/md5:abc', 'DIGEST_INVALID'],
    ['/v2/a/b/blobs/..', 'DIGEST_INVALID'],
    ['/v2/a/b/blobs/uploads/..', 'BLOB_UPLOAD_UNKNOWN'],
    ['/v2/a/b/blobs/uploads/%2e%2e', 'BLOB_UPLOAD_UNKNOWN'],
    ['/v2/a/b/nothing', 'UNSUPPORTED'],
    ['/v2/%2e%2e/api', 'NAME_INVALID'],
  ])('%s is refused with %s', (path, code) => {
    expect(() => parseV2Path(path)).toThrow(expect.objectContaining({ code }))
  })
})
