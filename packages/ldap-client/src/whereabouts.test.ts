import { afterAll, afterEach, beforeAll, expect, it } from 'vitest'
import { guidBytes, guidText } from './entry.ts'
import { type FakeDirectory, sampleEntries, startFakeDirectory } from './fake/index.ts'
import { type Directory, openDirectory } from './index.ts'

const BASE = 'dc=example,dc=com'
const PEOPLE = `ou=people,${BASE}`
let fake: FakeDirectory
let directory: Directory

beforeAll(async () => {
  fake = await startFakeDirectory()
  directory = openDirectory({
    urls: [fake.url],
    searchAccount: { dn: `cn=search,${BASE}`, password: 'search-secret' },
    users: { baseDn: PEOPLE, filter: '(objectClass=inetOrgPerson)' },
  })
})
afterEach(() => {
  fake.tree.entries.splice(0)
  fake.references.length = 0
})
afterAll(async () => {
  directory.close()
  await fake.close()
})

async function ann(attributes: Record<string, string | Buffer>) {
  fake.tree.entries.push(...sampleEntries())
  const entry = fake.tree.get(`uid=ann,${PEOPLE}`)!
  entry.attributes = { ...entry.attributes, ...attributes }
  return { entry, known: (await directory.findUser('ann'))! }
}

it('a GUID is the same bytes again', () => {
  const bytes = Buffer.from('00112233445566778899aabbccddeeff', 'hex')
  expect(guidBytes(guidText(bytes))).toEqual(bytes)
})

it('finds somebody by the name they had, and by the id where they were renamed', async () => {
  const { entry, known } = await ann({ entryUUID: '5F0C3E8A-0000-4000-8000-000000000001' })
  expect(await directory.lookUp(known)).toMatchObject({ kind: 'present', user: { username: 'ann' } })
  entry.dn = `uid=anna,${PEOPLE}`
  entry.attributes = { ...entry.attributes, uid: 'anna' }
  expect(await directory.lookUp(known)).toMatchObject({ kind: 'present', user: { username: 'anna' } })
})

it('does not take whoever got the name for the person', async () => {
  const { entry, known } = await ann({ entryUUID: 'old' })
  entry.attributes = { ...entry.attributes, entryUUID: 'new' }
  expect(await directory.lookUp(known)).toEqual({ kind: 'absent' })
})

it('without an id knows people by their DN, and nobody is absent where nobody is seen', async () => {
  const { entry, known } = await ann({})
  expect(known.id).toBeUndefined()
  expect(await directory.lookUp(known)).toMatchObject({ kind: 'present' })
  entry.dn = `uid=gone,${PEOPLE}`
  expect(await directory.lookUp(known)).toEqual({ kind: 'absent' })
  const people = fake.tree.entries.filter(({ dn }) => dn.startsWith('uid='))
  for (const { dn } of people)
    fake.tree.entries.splice(
      fake.tree.entries.findIndex((e) => e.dn === dn),
      1,
    )
  expect(await directory.lookUp(known)).toEqual({ kind: 'unclear' })
})

it('is not clear while a part is elsewhere, and an error where the base is gone', async () => {
  const { entry, known } = await ann({ entryUUID: 'id' })
  entry.attributes = { ...entry.attributes, objectClass: 'account' }
  fake.references.push('ldap://other.example.com/ou=people,dc=other')
  expect(await directory.lookUp(known)).toEqual({ kind: 'unclear' })
  fake.references.splice(0, 1, 'ldap://example.com/DC=DomainDnsZones,DC=example,DC=com')
  expect(await directory.lookUp(known)).toEqual({ kind: 'absent' })
  fake.tree.entries.splice(0, Infinity, ...fake.tree.entries.filter(({ dn }) => !dn.endsWith(PEOPLE)))
  await expect(directory.lookUp(known)).rejects.toMatchObject({ code: 'NO_SUCH_BASE' })
})
