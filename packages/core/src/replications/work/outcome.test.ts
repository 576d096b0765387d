import { ProtocolError, RegistryError } from '@berth/registry-client'
import { expect, test } from 'vitest'
import { nextAfter } from './outcome.ts'

test.each([
  new RegistryError('PUT', { code: 'MANIFEST_INVALID', status: 400 }),
  new RegistryError('PUT', { code: 'DIGEST_INVALID', status: 400 }),
  new ProtocolError('no list', { code: 'INVALID_ANSWER' }),
  new ProtocolError('wrong content', { code: 'DIGEST_MISMATCH' }),
])('what may have been spoilt on the way is tried once more: %s', (error) => {
  expect(nextAfter(error, { all: 1, spoilt: 1 }, 0)).toMatchObject({ again: true })
  expect(nextAfter(error, { all: 2, spoilt: 2 }, 0)).toEqual({ again: false })
  // A line that broke before says nothing of what it was sent.
  expect(nextAfter(error, { all: 5, spoilt: 1 }, 0)).toMatchObject({ again: true })
})

test('what a registry refuses for another reason is not', () => {
  const refused = new RegistryError('PUT', { code: 'NAME_INVALID', status: 400 })
  expect(nextAfter(refused, { all: 1, spoilt: 0 }, 0)).toEqual({ again: false })
})
