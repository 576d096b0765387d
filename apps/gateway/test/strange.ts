import { digestOf } from '@berth/registry-client'
import fc from 'fast-check'
import { ociManifest } from './client.ts'

// Parts of requests as nobody sane would write them.

const digest = digestOf('layer of team')
const word = fc.oneof(
  fc.constantFrom(
    'team',
    'fuzz',
    'secret',
    '..',
    '.',
    '',
    '%2e%2e',
    '%2f',
    '%00',
    '%ff',
    '*',
    'a'.repeat(300),
  ),
  fc.constantFrom('manifests', 'blobs', 'uploads', 'tags', 'list', 'referrers', '_catalog', '1', digest),
  fc.stringMatching(/^[!-~]{1,8}$/),
)
/** Paths below /v2 with queries, half of them real routes of the repository `team/fuzz`. */
export const target = fc
  .tuple(
    fc.oneof(
      fc.array(word, { maxLength: 7 }).map((parts) => parts.join('/')),
      fc
        .constantFrom(
          ...[
            'manifests/1',
            `blobs/${digest}`,
            'tags/list',
            `referrers/${digest}`,
            'blobs/uploads/',
            'blobs/uploads/x',
          ],
        )
        .map((end) => `team/fuzz/${end}`),
    ),
    fc.array(
      fc.tuple(fc.constantFrom('n', 'last', 'digest', 'mount', 'from', '_state', 'artifactType'), word),
      {
        maxLength: 3,
      },
    ),
  )
  .map(([path, query]) => `/v2/${path}?${query.map((pair) => pair.join('=')).join('&')}`)

export const value = fc.oneof(
  fc.constantFrom(
    'bytes=0-',
    'bytes=5-1',
    'bytes=0-0,2-3',
    `bytes=${'0-1,'.repeat(2000)}`,
    '0-9',
    '-1',
    '9'.repeat(40),
  ),
  fc.constantFrom(
    ociManifest,
    'text/plain',
    'application/x-www-form-urlencoded',
    '*/*',
    `"${digest}"`,
    'W/"',
    ','.repeat(999),
  ),
  fc.stringMatching(/^[ -~\x80-\xff]{0,20}$/),
)
export const header = fc.constantFrom(
  'Range',
  'Content-Range',
  'Accept',
  'Content-Type',
  'If-None-Match',
  'If-Range',
  'X-Request-Id',
  'Connection',
)
export const method = fc.constantFrom('GET', 'HEAD', 'PUT', 'POST', 'PATCH', 'DELETE', 'OPTIONS')
