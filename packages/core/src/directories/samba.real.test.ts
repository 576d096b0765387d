import { type Directory, type DirectorySettings, equal, openDirectory } from '@berth/ldap-client'
import { type TestDatabase, testDatabase } from '@berth/testing'
import { type Samba, startSamba } from '@berth/testing/samba'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { authenticateBasic, currentUser } from '../authentication/index.ts'
import { SYSTEM } from '../authorization/index.ts'
import { updateConfigurations } from '../configurations/index.ts'
import { type Core, createCore } from '../context/index.ts'
import { signIn as openSession, resolveSession } from '../sessions/index.ts'
import { issueRefreshToken, redeemRefreshToken } from '../tokens/index.ts'
import { checkDirectory, refreshDirectoryAccounts } from './index.ts'
import { CROWD, DISABLED_ACCOUNT, dnOf, domainEntries, passwordOf } from './samba-domain.fixture.ts'

let samba: Samba
const opened: Directory[] = []
let database: TestDatabase
let core: Core
let clockMs = Date.now()

beforeAll(async () => {
  samba = await startSamba({ entries: domainEntries })
  database = await testDatabase()
  core = createCore({
    databaseUrl: database.url,
    secretKey: 'a secret key of thirty-two characters',
    externalUrl: 'http://berth.test',
    registryUrl: 'http://127.0.0.1:9',
    poolSize: 6,
    now: () => clockMs,
    wait: async () => {},
  })
  await updateConfigurations(core, SYSTEM, {
    auth_mode: 'ldap_auth',
    ldap_url: samba.url,
    ldap_start_tls: true,
    ldap_ca: samba.authority.certificatePem,
    ldap_base_dn: samba.baseDn,
    ldap_filter: '(&(objectClass=user)(!(objectClass=computer)))',
    ldap_uid: 'sAMAccountName',
    ldap_login_attributes: 'userPrincipalName',
    ldap_search_dn: dnOf('Search'),
    ldap_search_password: passwordOf('search'),
    ldap_group_base_dn: samba.usersDn,
    ldap_group_search_filter: '(objectClass=group)',
    ldap_group_member_attributes: 'member',
    ldap_group_nested: 'in_chain',
    ldap_group_admin_dn: dnOf('admins'),
  })
  // Provisioning is ten seconds of work, and other tests run beside this one.
}, 180_000)
afterAll(async () => {
  for (const directory of opened) directory.close()
  await core?.close()
  await database?.drop()
  await samba?.stop()
})

function open(changes: Partial<DirectorySettings> = {}): Directory {
  const directory = openDirectory({
    urls: [samba.url],
    searchAccount: { dn: dnOf('Search'), password: passwordOf('search') },
    users: {
      baseDn: samba.baseDn,
      filter: '(&(objectClass=user)(!(objectClass=computer)))',
      loginAttributes: ['sAMAccountName', 'userPrincipalName'],
    },
    groups: {
      baseDn: samba.baseDn,
      filter: '(objectClass=group)',
      nested: 'inChain',
      memberAttributes: ['member'],
    },
    ...changes,
  })
  opened.push(directory)
  return directory
}

const signIn = (username: string, password = passwordOf(username)) =>
  authenticateBasic(core, { username, password, address: '192.0.2.1' })

const groupsOf = async (userId: number) =>
  (
    await database.db.query<{ name: string }>(
      `SELECT g.name AS name FROM user_group_members m JOIN user_groups g ON g.id = m.group_id
       WHERE m.user_id = ? ORDER BY g.name`,
      [userId],
    )
  ).map(({ name }) => name)

describe('people of a domain', () => {
  it('sign in by account name in any case and by principal name, and are known by their objectGUID', async () => {
    const directory = open()
    const alice = await directory.authenticate('ALICE', passwordOf('alice'))
    expect(alice).toMatchObject({ username: 'alice', displayName: 'Alice Zoé', idAttribute: 'objectGUID' })
    expect(alice.id).toMatch(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/)
    await expect(directory.authenticate(`alice@${samba.realm}`, passwordOf('alice'))).resolves.toEqual(alice)
    await expect(directory.lookUp({ ...alice, dn: dnOf('Renamed') })).resolves.toMatchObject({
      kind: 'present',
      user: { dn: alice.dn },
    })
  })

  it.each([
    ['former', 'ACCOUNT_DISABLED', /533/],
    ['temp', 'ACCOUNT_DISABLED', /701/],
    ['fresh', 'PASSWORD_EXPIRED', /773/],
  ])('are told why they may not: %s', async (login, code, detail) => {
    await expect(open().authenticate(login, passwordOf(login))).rejects.toMatchObject({
      code,
      resultCode: 49,
      detail: expect.stringMatching(detail),
    })
    await expect(signIn(login)).rejects.toMatchObject({ code: 'UNAUTHORIZED' })
  })

  it('with a wrong password are just wrong, and after the third are locked out by the domain', async () => {
    const directory = open()
    for (let n = 0; n < 3; n++)
      await expect(directory.authenticate('locked', 'wrong')).rejects.toMatchObject({
        code: 'INVALID_CREDENTIALS',
        resultCode: 49,
        detail: expect.stringContaining('52e'),
      })
    await expect(directory.authenticate('locked', passwordOf('locked'))).rejects.toMatchObject({
      code: 'ACCOUNT_LOCKED',
      detail: expect.stringContaining('775'),
    })
  })

  it('nobody signs in without a password, or with a name that is a filter', async () => {
    const directory = open()
    await expect(directory.authenticate('alice', '')).rejects.toMatchObject({ code: 'INVALID_CREDENTIALS' })
    for (const login of ['*', 'ali*', 'alice)(cn=*', 'CORP\\alice'])
      await expect(directory.findUser(login)).resolves.toBeUndefined()
  })
})

describe('groups of a domain', () => {
  const names = async (groups: Partial<NonNullable<DirectorySettings['groups']>>, login: string) => {
    const directory = open({
      groups: {
        baseDn: samba.baseDn,
        filter: '(objectClass=group)',
        memberAttributes: ['member'],
        ...groups,
      },
    })
    return (await directory.groupsOf((await directory.findUser(login))!)).map(({ name }) => name).sort()
  }

  it('in groups come with one search by the matching rule in chain, as a walk finds them', async () => {
    // Who is a person of the domain is in its primary group, which Samba puts into one more.
    const primary = ['Domain Users', 'Users']
    const expected = [...primary, 'admins', 'alldevs', 'devs', 'everybody']
    expect(await names({ nested: 'inChain' }, 'alice')).toEqual(expected)
    for (const source of ['memberOf', 'member', 'both'] as const)
      expect(await names({ nested: 'walk', source }, 'alice')).toEqual(expected)
    expect(await names({}, 'alice')).toEqual(['Domain Users', 'devs'])
    expect(await names({ nested: 'inChain' }, 'bob')).toEqual([...primary, 'admins', 'everybody'])
    expect(await names({ nested: 'inChain' }, 'search')).toEqual(primary)
  })

  it('that somebody was taken out of are gone here after a refresh, and the administrator’s right with them', async () => {
    const bob = await signIn('bob')
    const alice = await signIn('alice')
    expect([bob, alice]).toMatchObject([{ sysadmin: true }, { sysadmin: true }])
    expect(await groupsOf(alice.kind === 'user' ? alice.id : 0)).toEqual([
      'Domain Users',
      'admins',
      'alldevs',
      'devs',
      'everybody',
    ])
    await samba.change(
      { dn: dnOf('everybody'), kind: 'remove', attribute: 'member', values: [dnOf('Bob')] },
      {
        dn: dnOf('Alice Zoé'),
        kind: 'replace',
        attribute: 'userAccountControl',
        values: [`${DISABLED_ACCOUNT}`],
      },
    )
    clockMs += 15 * 60_000
    await expect(refreshDirectoryAccounts(core, new AbortController().signal)).resolves.toMatchObject({
      looked: 2,
      ended: 1,
    })
    if (bob.kind !== 'user' || alice.kind !== 'user') throw new Error('not people')
    expect(await groupsOf(bob.id)).toEqual(['Domain Users'])
    expect(await currentUser(core, bob.id)).toMatchObject({ sysadmin: false })
    expect(await currentUser(core, alice.id)).toBeUndefined()
    await expect(signIn('alice')).rejects.toMatchObject({ code: 'UNAUTHORIZED' })
  })
})

it('a password that is changed in the domain ends session and refresh token at the next look', async () => {
  const session = { username: 'mover', password: passwordOf('mover'), address: '192.0.2.1', userAgent: '' }
  const { secret, user } = await openSession(core, session)
  const refresh = await issueRefreshToken(core, { ...user, via: 'password' })
  await samba.change({
    dn: dnOf('Mover'),
    kind: 'replace',
    attribute: 'clearTextPassword',
    values: ['Another-Secret-2'],
  })
  clockMs += 15 * 60_000
  await refreshDirectoryAccounts(core, new AbortController().signal)
  expect(await resolveSession(core, secret)).toBeNull()
  await expect(redeemRefreshToken(core, refresh!)).rejects.toMatchObject({ code: 'UNAUTHORIZED' })
  // The former password is the domain's to refuse: it goes on to take it for an hour.
  await expect(signIn('mover', 'Another-Secret-2')).resolves.toMatchObject({ username: 'mover' })
})

describe('a domain controller', () => {
  it('gives out more than a thousand entries, in pages', async () => {
    const directory = open({
      users: { baseDn: samba.usersDn, filter: '(objectClass=contact)', loginAttributes: ['displayName'] },
    })
    const crowd = await directory.searchUsers('')
    expect(new Set(crowd.map(({ dn }) => dn)).size).toBe(CROWD)
  })

  it('gives the rest of a list that it began to give in parts', async () => {
    const { entries } = await open().search({
      baseDn: dnOf('crowd'),
      scope: 'base',
      filter: equal('objectClass', 'group'),
      // Samba has no limit of its own; asked for a part, it gives this and says so, as Active Directory does unasked.
      attributes: ['member;range=0-499'],
      maxEntries: 1,
    })
    expect([...entries[0]!.attributes.keys()]).toEqual(['member'])
    expect(new Set(entries[0]!.attributes.get('member')).size).toBe(CROWD)
  })

  it('tells when a password will be over, which ends what was opened with it', async () => {
    const inSixtyDays = () => Date.now() + 60 * 86_400_000
    await expect(open().findUser('bob')).resolves.toMatchObject({
      passwordMark: expect.stringMatching(/^pwdLastSet=\d{18}$/),
    })
    await expect(open({ clock: inSixtyDays }).findUser('bob')).resolves.toMatchObject({
      passwordMark: expect.stringMatching(/^pwdLastSet=0@\d{18}$/),
    })
  })

  it.each(['StartTLS', 'ldaps'])(
    'is spoken to over %s only with an authority that vouches for it',
    async (kind) => {
      const secure = { urls: [kind === 'ldaps' ? samba.secureUrl : samba.url] }
      const startTls = kind === 'StartTLS'
      const caPem = samba.authority.certificatePem
      await expect(open({ ...secure, tls: { startTls, caPem } }).findUser('alice')).resolves.toMatchObject({
        username: 'alice',
      })
      await expect(open({ ...secure, tls: { startTls } }).findUser('alice')).rejects.toMatchObject({
        code: 'CERTIFICATE_NOT_TRUSTED',
      })
    },
  )

  it('passes the check of the settings page, step by step', async () => {
    const { success, steps } = await checkDirectory(core, SYSTEM, {
      login: `bob@${samba.realm}`,
      password: passwordOf('bob'),
    })
    expect(steps.map(({ step, outcome }) => `${step} ${outcome}`)).toEqual([
      'settings ok',
      'connect ok',
      'bind ok',
      'user ok',
      'password ok',
      'groups ok',
    ])
    expect(success).toBe(true)
  })

  it('gives nothing to who has not signed in', async () => {
    await expect(open({ searchAccount: undefined }).findUser('alice')).rejects.toMatchObject({
      code: 'ACCESS_DENIED',
    })
  })
})
