import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { type FakeDirectory, sampleEntries, startFakeDirectory } from './fake/index.ts'
import { type Directory, type DirectorySettings, openDirectory } from './index.ts'

const BASE = 'dc=example,dc=com'
let fake: FakeDirectory
const opened: Directory[] = []

beforeAll(async () => {
  fake = await startFakeDirectory({ entries: sampleEntries() })
})
afterEach(() => {
  for (const directory of opened.splice(0)) directory.close()
  fake.faults.length = 0
  fake.references.length = 0
  fake.requests.binds.length = 0
})
afterAll(() => fake.close())

function open(changes: Partial<DirectorySettings> = {}, fakeUrl = fake.url): Directory {
  const directory = openDirectory({
    urls: [fakeUrl],
    searchAccount: { dn: `cn=search,${BASE}`, password: 'search-secret' },
    users: {
      baseDn: `ou=people,${BASE}`,
      filter: '(objectClass=inetOrgPerson)',
      loginAttributes: ['uid', 'mail'],
    },
    groups: { baseDn: `ou=groups,${BASE}`, filter: '(objectClass=groupOfNames)' },
    ...changes,
  })
  opened.push(directory)
  return directory
}

describe('signing in', () => {
  it('finds people by each login attribute and gives what the directory knows of them', async () => {
    const directory = open()
    const byUid = await directory.authenticate('ann', 'ann-secret')
    const byMail = await directory.authenticate('ann@example.com', 'ann-secret')
    expect(byUid).toMatchObject({
      dn: `uid=ann,ou=people,${BASE}`,
      username: 'ann',
      email: 'ann@example.com',
      displayName: 'Ann Example',
      disabled: false,
    })
    expect(byMail).toEqual(byUid)
  })

  it('refuses wrong passwords and unknown names with the same code', async () => {
    const directory = open()
    await expect(directory.authenticate('ann', 'wrong')).rejects.toMatchObject({
      code: 'INVALID_CREDENTIALS',
    })
    await expect(directory.authenticate('nobody', 'wrong')).rejects.toMatchObject({
      code: 'INVALID_CREDENTIALS',
    })
    await expect(directory.authenticate('ann', 'ann-secret')).resolves.toMatchObject({ username: 'ann' })
  })

  it('never sends an empty password, with which this directory lets anybody in', async () => {
    const directory = open()
    for (const password of ['', '\0', '\0x'])
      await expect(directory.authenticate('ann', password)).rejects.toMatchObject({
        code: 'INVALID_CREDENTIALS',
      })
    expect(fake.requests.binds).toEqual([])
  })
})
