import { InvalidReferenceError, RegistryError } from '@berth/registry-client'
import { expect, it } from 'vitest'
import { DomainError } from '../errors/index.ts'
import { type Reason, reasonOf, reasonOfCopy, together } from './reasons.ts'

const answer = (status: number | undefined, code: string) => new RegistryError('x', { code, status })

it.each<[Reason, unknown]>([
  ['unauthorized', answer(401, 'UNAUTHORIZED')],
  ['denied', answer(403, 'DENIED')],
  ['not_found', answer(404, 'NAME_UNKNOWN')],
  ['not_found', answer(404, 'SOMETHING_OF_THEIRS')],
  ['protected', answer(412, 'UNKNOWN')],
  ['rate_limited', answer(429, 'TOOMANYREQUESTS')],
  ['unavailable', answer(503, 'OOPS')],
  ['unsupported', answer(501, 'OOPS')],
  ['unavailable', answer(undefined, 'TIMEOUT')],
  ['certificate', answer(undefined, 'CERTIFICATE_EXPIRED')],
  ['spoilt', answer(undefined, 'DIGEST_MISMATCH')],
  ['refused', answer(400, 'SOMETHING_OF_THEIRS')],
  ['protected', new DomainError('PRECONDITION', 'x')],
  ['refused', new DomainError('CONFLICT', 'x')],
  ['name_invalid', new InvalidReferenceError('NAME_INVALID', 'x', 'X')],
  ['own_fault', new TypeError('x')],
])('%s: %s', (reason, error) => {
  expect(reasonOf(error)).toBe(reason)
})

it('a name that is unknown is a project only where something was sent to one', () => {
  const toProject = true
  expect(reasonOf(answer(404, 'NAME_UNKNOWN'), { toProject })).toBe('no_project')
  expect(reasonOf(answer(404, 'MANIFEST_UNKNOWN'), { toProject })).toBe('not_found')
})

it('a copy that left a tag behind is none that brought everything, nor one that brought nothing', () => {
  expect(reasonOfCopy({ outcome: 'copied', warnings: [] })).toBe('copied')
  expect(reasonOfCopy({ outcome: 'inStep', warnings: [] })).toBe('in_step')
  expect(reasonOfCopy({ outcome: 'inStep', warnings: ['v1 may not be moved'] })).toBe('partly')
  expect(reasonOfCopy({ outcome: 'skipped', warnings: ['v1 may not be moved'] })).toBe('kept')
})

it('what several came to is one word', () => {
  expect(together(undefined, 'kept')).toBe('kept')
  expect(together('in_step', 'copied')).toBe('copied')
  expect(together('kept', 'copied')).toBe('partly')
})
