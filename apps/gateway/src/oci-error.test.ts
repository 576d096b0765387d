import { DomainError } from '@berth/core'
import { InvalidReferenceError } from '@berth/registry-client'
import { expect, test } from 'vitest'
import { toOciError } from './oci-error.ts'

test.each([
  [new DomainError('FORBIDDEN', 'x'), 403, 'DENIED'],
  [new DomainError('MANIFEST_BLOB_UNKNOWN', 'x'), 400, 'MANIFEST_BLOB_UNKNOWN'],
  [new DomainError('UNAVAILABLE', 'x'), 503, 'UNAVAILABLE'],
  [new InvalidReferenceError('TAG_INVALID', 'x', 'y'), 400, 'TAG_INVALID'],
  [Object.assign(new Error('connect'), { code: 'ECONNREFUSED' }), 503, 'UNAVAILABLE'],
])('%s becomes %i %s', (error, status, code) => {
  expect(toOciError(error)).toMatchObject({ status, code })
})

test('the time to wait is told to the client, what went wrong inside is not', () => {
  const slow = toOciError(new DomainError('TOO_MANY_REQUEST', 'slow down', { retryAfterSeconds: 7 }))
  expect(slow!.headers).toEqual({ 'retry-after': '7' })
  const down = toOciError(Object.assign(new Error('password=hunter2'), { code: 'ECONNREFUSED' }))
  expect(down!.message).not.toContain('hunter2')
  expect(toOciError(new TypeError('a mistake of ours'))).toBeUndefined()
})
