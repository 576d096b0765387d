import { expect, it } from 'vitest'
import { mayGo } from './stored-secrets.ts'

const stored = {
  servers: ['https://one/Team', 'ldap://two'],
  protections: { verified: true, encrypted: false },
  authorities: 'the company',
}
const unverified = { ...stored, protections: { verified: false } }

it.each([
  ['the same way', stored, true],
  ['one of its servers', { ...stored, servers: ['https://one/Team'] }, true],
  ['nowhere at all, whatever the protection', { ...unverified, servers: [] }, true],
  ['a better protected way', { ...stored, protections: { verified: true, encrypted: true } }, true],
  ['a less protected way', { ...stored, protections: { verified: false, encrypted: true } }, false],
  [
    'another path of the same host, which differs in case only',
    { ...stored, servers: ['https://one/team'] },
    false,
  ],
  ['servers whose certificates somebody else signs', { ...stored, authorities: 'an attacker' }, false],
  ['servers that anybody may sign for now', { ...stored, authorities: '' }, false],
  ['one more server', { ...stored, servers: [...stored.servers, 'ldap://three'] }, false],
])('a stored secret goes %s: %#', (_, next, may) => {
  expect(mayGo(stored, next)).toBe(may)
})

it('where no certificate was checked, authorities may change', () => {
  expect(mayGo(unverified, { ...stored, authorities: 'another' })).toBe(true)
})
