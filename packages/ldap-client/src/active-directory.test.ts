import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type FakeDirectory, type FakeEntry, startFakeDirectory } from './fake/index.ts'
import { type Directory, type GroupMemory, openDirectory } from './index.ts'

const BASE = 'DC=corp,DC=example,DC=com'
const GUID = Buffer.from('00112233445566778899aabbccddeeff', 'hex')
/** S-1-5-21-1-2-3 and a number. */
const sid = (...numbers: number[]) =>
  Buffer.concat([
    Buffer.from([1, numbers.length, 0, 0, 0, 0, 0, 5]),
    ...numbers.map((number) => Buffer.from(Uint32Array.of(number).buffer)),
  ])
const DOMAIN = [21, 1, 2, 3]
const FILETIME_2020 = '132223104000000000'

const person = (account: string, cn: string, more: Partial<FakeEntry> = {}): FakeEntry => ({
  dn: `CN=${cn},CN=Users,${BASE}`,
  password: `${account}-secret`,
  ...more,
  attributes: {
    objectClass: ['person', 'user'],
    sAMAccountName: account,
    userPrincipalName: `${account}@corp.example.com`,
    cn,
    objectGUID: GUID,
    userAccountControl: '512',
    accountExpires: '9223372036854775807',
    ...more.attributes,
  },
})
const group = (cn: string, ...member: string[]): FakeEntry => ({
  dn: `CN=${cn},CN=Users,${BASE}`,
  attributes: { objectClass: 'group', cn, member },
})

let fake: FakeDirectory
let directory: Directory

beforeAll(async () => {
  fake = await startFakeDirectory({
    kind: 'activeDirectory',
    entries: [
      { dn: BASE, attributes: { objectClass: 'domain' } },
      { dn: `CN=Users,${BASE}`, attributes: { objectClass: 'container' } },
      person('alice', 'Alice Zoé'),
      person('former', 'Former', { refusal: '533', attributes: { userAccountControl: '514' } }),
      person('expired', 'Expired', { refusal: '532' }),
      person('locked', 'Locked', { refusal: '775' }),
      person('temp', 'Temp', { attributes: { accountExpires: FILETIME_2020 } }),
      group('devs', `CN=Alice Zoé,CN=Users,${BASE}`),
      group('alldevs', `CN=devs,CN=Users,${BASE}`, `CN=everybody,CN=Users,${BASE}`),
      group('everybody', `CN=alldevs,CN=Users,${BASE}`),
      group('others', `CN=Temp,CN=Users,${BASE}`),
      person('member', 'Member', { attributes: { objectSid: sid(...DOMAIN, 1_105), primaryGroupID: '513' } }),
      {
        ...group('Domain Users'),
        attributes: { objectClass: 'group', cn: 'Domain Users', objectSid: sid(...DOMAIN, 513) },
      },
      {
        ...group('Foreign Users'),
        attributes: { objectClass: 'group', cn: 'Foreign Users', objectSid: sid(21, 9, 9, 9, 513) },
      },
      group('all staff', `CN=Domain Users,CN=Users,${BASE}`),
      person('busy', 'Busy'),
      ...Array.from({ length: 23 }, (_, n) => group(`many ${n}`, `CN=Busy,CN=Users,${BASE}`)),
    ],
    maxValues: 5,
  })
  directory = openDirectory({
    urls: [fake.url],
    users: {
      baseDn: BASE,
      filter: '(&(objectClass=user)(!(objectClass=computer)))',
      loginAttributes: ['sAMAccountName', 'userPrincipalName'],
    },
    groups: { baseDn: BASE, filter: '(objectClass=group)', nested: 'inChain', memberAttributes: ['member'] },
  })
})
afterAll(async () => {
  directory.close()
  await fake.close()
})

describe('Active Directory', () => {
  it('signs in by account name and by principal name, and reads the GUID in its order of bytes', async () => {
    const alice = await directory.authenticate('ALICE', 'alice-secret')
    expect(alice).toMatchObject({
      id: '33221100-5544-7766-8899-aabbccddeeff',
      username: 'alice',
      displayName: 'Alice Zoé',
    })
    await expect(directory.authenticate('alice@corp.example.com', 'alice-secret')).resolves.toEqual(alice)
  })

  it('lists groups in groups with the matching rule in chain, in one search, circles and all', async () => {
    const alice = await directory.findUser('alice')
    fake.requests.searches.length = 0
    const groups = await directory.groupsOf(alice!)
    expect(groups.map(({ name }) => name).sort()).toEqual(['alldevs', 'devs', 'everybody'])
    expect(fake.requests.searches).toHaveLength(1)
  })

  it.each([
    ['former', 'ACCOUNT_DISABLED'],
    ['expired', 'PASSWORD_EXPIRED'],
    ['locked', 'ACCOUNT_LOCKED'],
    ['temp', 'ACCOUNT_DISABLED'],
  ])('says why %s may not sign in, but only to who knows the password', async (login, code) => {
    await expect(directory.authenticate(login, `${login}-secret`)).rejects.toMatchObject({ code })
    await expect(directory.authenticate(login, 'wrong')).rejects.toMatchObject({
      code: 'INVALID_CREDENTIALS',
    })
  })

  describe.each([
    ['none', 'memberOf', ['Domain Users']],
    ['none', 'member', ['Domain Users']],
    ['walk', 'both', ['Domain Users', 'all staff']],
    ['inChain', 'member', ['Domain Users', 'all staff']],
  ] as const)('groups with %s from %s', (nested, source, names) => {
    const open = () =>
      openDirectory({
        urls: [fake.url],
        users: { baseDn: BASE, loginAttributes: ['sAMAccountName'] },
        groups: { baseDn: BASE, filter: '(objectClass=group)', nested, source, memberAttributes: ['member'] },
      })

    it('hold the primary group, which stands in no list, and what it is in', async () => {
      const directory = open()
      const found = await directory.groupsOf((await directory.findUser('member'))!)
      directory.close()
      expect(found.map(({ name }) => name).sort()).toEqual([...names].sort())
    })

    it('are all there when the directory lists them in parts', async () => {
      const directory = open()
      const found = await directory.groupsOf((await directory.findUser('busy'))!)
      directory.close()
      expect(found).toHaveLength(23)
    })
  })

  it('a group that could not be read once is read again for the next person in it', async () => {
    const directory = openDirectory({
      urls: [fake.url],
      users: { baseDn: BASE, loginAttributes: ['sAMAccountName'] },
      groups: { baseDn: BASE, filter: '(objectClass=group)', source: 'memberOf' },
    })
    for (const [login, group] of [
      ['member', 'Domain Users'],
      ['alice', 'devs'],
    ] as const) {
      const user = (await directory.findUser(login))!
      const memory: GroupMemory = new Map()
      fake.faults.push(50)
      await expect(directory.groupsOf(user, memory)).rejects.toThrow()
      const found = await directory.groupsOf(user, memory)
      expect(found.map(({ name }) => name)).toContain(group)
    }
    directory.close()
  })

  it('tells without a password who is disabled or expired', async () => {
    const disabled = async (login: string) => (await directory.findUser(login))?.disabled
    expect(await Promise.all(['alice', 'former', 'temp'].map(disabled))).toEqual([false, true, true])
  })
})
