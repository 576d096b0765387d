import { describe, expect, it } from 'vitest'
import {
  destinationProblems,
  fromDestination,
  newDestination,
  toDestinationBody,
} from './destination-draft.ts'

const syslog = { ...newDestination, name: 'archive', address: 'logs.example.com:6514' }
const http = {
  ...newDestination,
  name: 'archive',
  kind: 'http' as const,
  address: 'https://logs.example.com/',
}

describe('destinationProblems', () => {
  it.each([
    [syslog, []],
    [http, []],
    [{ ...syslog, name: ' ' }, ['nameMissing']],
    [{ ...syslog, address: 'logs.example.com' }, ['hostInvalid']],
    [{ ...http, address: 'logs.example.com:80' }, ['urlInvalid']],
    [{ ...http, auth: 'hmac' as const }, ['secretMissing']],
    [{ ...syslog, auth: 'hmac' as const }, []],
    [{ ...syslog, ca: 'my authority' }, ['caInvalid']],
  ])('%j has the problems %j', (draft, problems) => {
    expect(destinationProblems(draft, undefined).map(({ problem }) => problem)).toEqual(problems)
  })
  it('a secret that is there already need not be typed again, unless it would go to another address', () => {
    const draft = { ...http, auth: 'bearer' as const }
    expect(destinationProblems(draft, http.address)).toEqual([])
    expect(destinationProblems(draft, 'https://else.example.com/')).toMatchObject([
      { problem: 'secretAgain' },
    ])
  })
})

it('what is saved is read back as it was, but for the secret', () => {
  for (const draft of [syslog, { ...http, auth: 'bearer' as const, tls: false }])
    expect(fromDestination(toDestinationBody({ ...draft, secret: 's' }))).toEqual(draft)
})

it('a secret that is not typed is not sent', () => {
  expect(toDestinationBody({ ...http, auth: 'bearer' })).not.toHaveProperty('secret')
})

it('a new key says how long the former one goes on beside it, at the same address only', () => {
  const former = toDestinationBody({ ...http, auth: 'hmac', secret: 'old' })
  const next = { ...http, auth: 'hmac' as const, secret: 'new', overlapHours: '168' }
  expect(toDestinationBody(next, former)).toMatchObject({ secret: 'new', overlap_hours: 168 })
  for (const draft of [
    { ...next, secret: '' },
    { ...next, address: 'https://else.example.com/' },
    { ...next, auth: 'bearer' as const },
  ])
    expect(toDestinationBody(draft, former)).not.toHaveProperty('overlap_hours')
  expect(toDestinationBody(next)).not.toHaveProperty('overlap_hours')
})
