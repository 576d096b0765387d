import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { type FakeDirectory, sampleEntries, startFakeDirectory } from './fake/index.ts'
import { type Directory, type DirectorySettings, openDirectory } from './index.ts'
import { isDisabled } from './users.ts'

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

describe('searches', () => {
  it('go through all pages, and stop at the number of entries allowed', async () => {
    const directory = open({ limits: { pageSize: 1 } })
    expect((await directory.searchUsers('')).map(({ username }) => username)).toEqual(['ann', 'bob'])
    await expect(directory.searchUsers('', 1)).resolves.toHaveLength(1)
    const limited = open({ limits: { pageSize: 1, maxEntries: 1 } })
    await expect(limited.searchUsers('')).rejects.toMatchObject({ code: 'TOO_MANY_ENTRIES' })
    expect(await directory.searchUsers('ANN')).toMatchObject([{ username: 'ann' }])
  })

  it('list groups as the settings say', async () => {
    const namesOf = async (nested: 'none' | 'walk' | 'inChain') => {
      const directory = open({ groups: { baseDn: `ou=groups,${BASE}`, nested } })
      const groups = await directory.groupsOf((await directory.findUser('ann'))!)
      return groups.map(({ name }) => name)
    }
    expect(await namesOf('none')).toEqual(['developers'])
    expect(await namesOf('walk')).toEqual(['developers', 'staff'])
    expect(await namesOf('inChain')).toEqual(['developers', 'staff'])
    expect(await open({ groups: undefined }).searchGroups({})).toEqual([])
  })
})

describe('a check', () => {
  const outcomes = async (changes: Partial<DirectorySettings>, question = {}) =>
    (await open(changes).check(question)).map(({ step, outcome }) => `${step} ${outcome}`).join(', ')

  it('says for each step what came of it', async () => {
    expect(await outcomes({})).toBe('settings ok, connect ok, bind ok, user ok, groups ok')
    expect(await outcomes({}, { login: 'nobody' })).toBe(
      'settings ok, connect ok, bind ok, user failed, groups ok',
    )
    expect(await outcomes({}, { login: 'ann', password: 'x' })).toContain('password failed')
    expect(await outcomes({ urls: ['ldap://127.0.0.1:1'] })).toBe(
      'settings ok, connect failed, bind skipped, user skipped, groups skipped',
    )
  })
})

describe('an account', () => {
  it.each([
    ['userAccountControl', '514', true],
    ['userAccountControl', '512', false],
    ['accountExpires', '0', false],
    ['accountExpires', '132223104000000000', true],
    ['accountExpires', '9223372036854775807', false],
    ['nsAccountLock', 'TRUE', true],
    ['krbPrincipalExpiration', '20251231235959Z', true],
    ['krbPrincipalExpiration', '20260101000001Z', false],
    ['krbPrincipalExpiration', 'never', false],
    ['pwdAccountLockedTime', '000001010000Z', true],
    ['pwdAccountLockedTime', '20200101000000Z', false],
    ['pwdEndTime', '20251231235959Z', true],
    ['pwdEndTime', '20260101000001Z', false],
    ['shadowExpire', '-1', false],
    ['shadowExpire', '18262', true],
    ['shadowExpire', '99999', false],
  ])('with %s %s is disabled: %s', (name, value, disabled) => {
    const entry = { dn: 'uid=a', attributes: new Map([[name.toLowerCase(), [value]]]) }
    expect(isDisabled(entry, Date.parse('2026-01-01'))).toBe(disabled)
  })

  it.each([
    ['pwdReset', 'TRUE', '0@20251001000000Z'],
    ['pwdReset', 'FALSE', '20251001000000Z'],
    ['krbPasswordExpiration', '20251231235959Z', '0@20251001000000Z'],
    ['passwordExpirationTime', '19700101000000Z', '0@20251001000000Z'],
    ['passwordExpirationTime', '20260101000001Z', '20251001000000Z'],
    ['msDS-UserPasswordExpiryTimeComputed', '132223104000000000', '0@20251001000000Z'],
    ['msDS-UserPasswordExpiryTimeComputed', '9223372036854775807', '20251001000000Z'],
  ])('with %s %s has a password of the time %s', async (name, value, time) => {
    const entry = fake.tree.get(`uid=ann,ou=people,${BASE}`)!
    const before = entry.attributes
    entry.attributes = { ...before, pwdChangedTime: '20251001000000Z', [name]: value }
    const user = await open({ clock: () => Date.parse('2026-01-01') }).findUser('ann')
    entry.attributes = before
    expect(user?.passwordMark).toBe(`pwdChangedTime=${time}`)
  })
})
