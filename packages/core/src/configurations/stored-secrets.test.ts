import { expect, it } from 'vitest'
import { mayGo } from './stored-secrets.ts'

const stored = { servers: ['ldaps://One', 'ldap://two'], protections: { verified: true, encrypted: false } }

it.each([
  ['the same way', stored, true],
  ['one of its servers, in another case', { ...stored, servers: ['LDAPS://one'] }, true],
  ['nowhere at all, whatever the protection', { servers: [], protections: {} }, true],
  ['a better protected way', { ...stored, protections: { verified: true, encrypted: true } }, true],
  ['a less protected way', { ...stored, protections: { verified: false, encrypted: true } }, false],
  ['a way that says nothing of a protection', { ...stored, protections: {} }, false],
  ['one more server', { ...stored, servers: [...stored.servers, 'ldap://three'] }, false],
])('a stored secret goes %s: %#', (_, next, may) => {
  expect(mayGo(stored, next)).toBe(may)
})
