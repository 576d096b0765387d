import { type Openldap, startOpenldap } from '@berth/testing/openldap'
import fc from 'fast-check'
import { Attribute, Change, Client } from 'ldapts'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { childDn, type Directory, type DirectorySettings, equal, openDirectory, sameDn } from '../index.ts'

const BASE = 'dc=example,dc=com'
const PEOPLE = `ou=people,${BASE}`
const GROUPS = `ou=groups,${BASE}`
/** Names that other clients stumble over: UTF-8, and every character with a meaning in filters and DNs. */
const awkward = ['José Ñandú 科学', 'Doe, John (x) *', 'a\\b+c=d;e<f>"g"', '#hash ']
const CROWD = 1_600

let openldap: Openldap
let admin: Client
const opened: Directory[] = []

beforeAll(async () => {
  openldap = await startOpenldap({
    entries: [
      ...[PEOPLE, GROUPS].map((dn) => ({
        dn,
        attributes: { objectClass: 'organizationalUnit', ou: dn.slice(3, 9) },
      })),
      {
        dn: `cn=search,${BASE}`,
        attributes: {
          objectClass: ['organizationalRole', 'simpleSecurityObject'],
          cn: 'search',
          userPassword: 'search-secret',
        },
      },
      person('ann', 'Ann Example'),
      person('bob', 'Bob Example', 'shared@example.com'),
      person('eve', 'Eve Example', 'shared@example.com'),
      ...awkward.map((cn, n) => person(`awkward${n}`, cn)),
      ...Array.from({ length: CROWD }, (_, n) => person(`u${n}`, `Crowd ${n}`)),
    ],
  })
  admin = new Client({ url: openldap.url, timeout: 10_000 })
  await admin.bind(openldap.admin.dn, openldap.admin.password)
  const [ann] = [personDn('ann', 'Ann Example')]
  await group('developers', ann)
  await group('engineering', groupDn('developers'))
  await group('staff', groupDn('engineering'))
  await group('other', personDn('bob', 'Bob Example'))
  await group('sprachen 科学, (x)*', ...awkward.map((cn, n) => personDn(`awkward${n}`, cn)))
  // A circle: staff is in developers, too.
  await admin.modify(groupDn('developers'), [
    new Change({
      operation: 'add',
      modification: new Attribute({ type: 'member', values: [groupDn('staff')] }),
    }),
  ])
})
afterEach(() => {
  for (const directory of opened.splice(0)) directory.close()
})
afterAll(async () => {
  await admin?.unbind()
  await openldap?.stop()
})

const personDn = (_uid: string, cn: string) => childDn('cn', cn, PEOPLE)
const groupDn = (name: string) => childDn('cn', name, GROUPS)

function person(uid: string, cn: string, mail = `${uid}@example.com`) {
  return {
    dn: personDn(uid, cn),
    attributes: { objectClass: 'inetOrgPerson', uid, cn, sn: cn, mail, userPassword: `${uid}-secret` },
  }
}

const group = (name: string, ...members: string[]) =>
  admin.add(groupDn(name), { objectClass: 'groupOfNames', cn: name, member: members })

function open(changes: Partial<DirectorySettings> = {}): Directory {
  const directory = openDirectory({
    urls: [openldap.url],
    searchAccount: { dn: `cn=search,${BASE}`, password: 'search-secret' },
    users: { baseDn: PEOPLE, filter: '(objectClass=inetOrgPerson)', loginAttributes: ['uid', 'mail'] },
    groups: { baseDn: GROUPS, filter: '(objectClass=groupOfNames)' },
    ...changes,
  })
  opened.push(directory)
  return directory
}

const inGroups = (changes: Partial<NonNullable<DirectorySettings['groups']>>) =>
  open({ groups: { baseDn: GROUPS, filter: '(objectClass=groupOfNames)', ...changes } })

const namesOf = async (directory: Directory, login: string) =>
  (await directory.groupsOf((await directory.findUser(login))!)).map(({ name }) => name).sort()

describe('OpenLDAP', () => {
  it('signs people in by name and by mail, and knows them by an id that stays', async () => {
    const directory = open()
    const ann = await directory.authenticate('ann', 'ann-secret')
    expect(ann).toMatchObject({ username: 'ann', email: 'ann@example.com', displayName: 'Ann Example' })
    expect(ann.id).toMatch(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/)
    await expect(directory.authenticate('ann@example.com', 'ann-secret')).resolves.toEqual(ann)
    await expect(directory.authenticate('ann', 'bob-secret')).rejects.toMatchObject({
      code: 'INVALID_CREDENTIALS',
      resultCode: 49,
    })
  })

  it.each(awkward.map((cn, n) => [cn, n]))('signs in %s, whose name is full of syntax', async (cn, n) => {
    const directory = open({ users: { baseDn: PEOPLE, loginAttributes: ['cn'], usernameAttribute: 'uid' } })
    const user = await directory.authenticate(cn as string, `awkward${n}-secret`)
    expect(user.username).toBe(`awkward${n}`)
    expect(sameDn(user.dn, personDn('', cn as string))).toBe(true)
    expect(await directory.groupsOf(user)).toMatchObject([{ name: 'sprachen 科学, (x)*' }])
  })

  it('signs nobody in where a name leads to two people', async () => {
    await expect(open().authenticate('shared@example.com', 'bob-secret')).rejects.toMatchObject({
      code: 'AMBIGUOUS',
    })
  })

  it('takes nothing in a login name for a filter or a DN', async () => {
    const directory = open()
    for (const login of ['*', 'a*', 'ann)(uid=*', '*)(|(uid=*', 'ann\\2a', personDn('ann', 'Ann Example')])
      await expect(directory.findUser(login)).resolves.toBeUndefined()
  })

  it('finds with any login name the person it names or nobody', async () => {
    const directory = open({ users: { baseDn: PEOPLE, loginAttributes: ['uid', 'cn', 'mail'] } })
    const login = fc.oneof(
      fc.stringMatching(/^[()*\\&|!=~<>: \0a-enuid]{1,16}$/),
      fc.string({ unit: 'grapheme', maxLength: 12 }),
      fc.constantFrom('ANN', 'Eve Example', '*', ...awkward),
    )
    await fc.assert(
      fc.asyncProperty(login, async (name) => {
        const found = await directory.findUser(name)
        // Blanks around a value, and more than one, do not count in a directory.
        const named = name.toLowerCase().replace(/\s+/g, ' ').trim()
        const names = [found?.username, found?.displayName?.trim(), found?.email].map((n) => n?.toLowerCase())
        if (found) expect(names).toContain(named)
      }),
    )
  })

  it('reads all of a crowd that the directory gives out in pages only', async () => {
    const directory = open()
    const users = await directory.searchUsers('')
    expect(users).toHaveLength(CROWD + 3 + awkward.length)
    expect(new Set(users.map(({ dn }) => dn)).size).toBe(users.length)
    await expect(directory.searchUsers('crowd', 20)).resolves.toHaveLength(20)
    const limited = open({ limits: { maxEntries: 1_000 } })
    await expect(limited.searchUsers('')).rejects.toMatchObject({ code: 'TOO_MANY_ENTRIES' })
    await expect(limited.findUser('ann')).resolves.toMatchObject({ username: 'ann' })
  })

  it.each(['memberOf', 'member', 'both'] as const)('lists groups by %s', async (source) => {
    expect(await namesOf(inGroups({ source }), 'ann')).toEqual(['developers'])
    const nested = inGroups({ source, nested: 'walk' })
    expect(await namesOf(nested, 'ann')).toEqual(['developers', 'engineering', 'staff'])
    expect(await namesOf(nested, 'bob')).toEqual(['other'])
    expect(await namesOf(nested, 'u7')).toEqual([])
  })

  it('leaves out groups that filter or base do not admit, and goes no deeper than allowed', async () => {
    expect(await namesOf(inGroups({ filter: '(cn=oth*)' }), 'ann')).toEqual([])
    expect(await namesOf(inGroups({ baseDn: PEOPLE }), 'ann')).toEqual([])
    const shallow = open({ groups: { baseDn: GROUPS, nested: 'walk' }, limits: { maxGroupDepth: 2 } })
    expect(await namesOf(shallow, 'ann')).toEqual(['developers', 'engineering'])
  })

  it('sees a changed membership and a deleted person at once', async () => {
    const directory = open()
    await admin.add(personDn('tmp', 'Tmp'), { ...person('tmp', 'Tmp').attributes })
    await group('leavers', personDn('tmp', 'Tmp'))
    expect(await namesOf(directory, 'tmp')).toEqual(['leavers'])
    await admin.del(groupDn('leavers'))
    expect(await namesOf(directory, 'tmp')).toEqual([])
    await admin.del(personDn('tmp', 'Tmp'))
    await expect(directory.findUser('tmp')).resolves.toBeUndefined()
    await expect(directory.authenticate('tmp', 'tmp-secret')).rejects.toMatchObject({
      code: 'INVALID_CREDENTIALS',
    })
  })

  it('searches groups by a part of the name and by DN', async () => {
    const directory = open()
    expect(await directory.searchGroups({ part: 'gineer' })).toMatchObject([{ name: 'engineering' }])
    expect(await directory.searchGroups({ part: '科学, (' })).toHaveLength(1)
    expect(await directory.searchGroups({ dn: groupDn('STAFF') })).toMatchObject([{ name: 'staff' }])
    expect(await directory.searchGroups({ dn: personDn('ann', 'Ann Example') })).toEqual([])
    expect(await directory.searchGroups({})).toHaveLength(5)
  })

  it('tells base, one level and the whole tree apart', async () => {
    const directory = open()
    const count = async (baseDn: string, scope: 'base' | 'one' | 'sub') =>
      (
        await directory.search({
          baseDn,
          scope,
          filter: equal('objectClass', 'organizationalUnit'),
          attributes: ['ou'],
          maxEntries: 10,
        })
      ).entries.length
    expect([await count(PEOPLE, 'base'), await count(BASE, 'one'), await count(BASE, 'sub')]).toEqual([
      1, 2, 2,
    ])
    expect(await count(PEOPLE, 'one')).toBe(0)
  })
})

describe('encryption', () => {
  it.each(['StartTLS', 'ldaps'])('speaks %s with an authority of its own', async (kind) => {
    const directory = open({
      urls: [kind === 'ldaps' ? openldap.secureUrl : openldap.url],
      tls: { startTls: kind === 'StartTLS', caPem: openldap.authority.certificatePem },
    })
    await expect(directory.authenticate('ann', 'ann-secret')).resolves.toMatchObject({ username: 'ann' })
  })

  it.each(['StartTLS', 'ldaps'])(
    'refuses a certificate over %s that nobody it trusts has signed',
    async (kind) => {
      const urls = [kind === 'ldaps' ? openldap.secureUrl : openldap.url]
      const directory = open({ urls, tls: { startTls: kind === 'StartTLS' } })
      await expect(directory.findUser('ann')).rejects.toMatchObject({ code: 'CERTIFICATE_NOT_TRUSTED' })
      const unchecked = open({ urls, tls: { startTls: kind === 'StartTLS', verify: false } })
      await expect(unchecked.findUser('ann')).resolves.toMatchObject({ username: 'ann' })
    },
  )
})

describe('checking settings', () => {
  const settings = () => ({ tls: { startTls: true, caPem: openldap.authority.certificatePem } })

  it('shows every step with what it found', async () => {
    const steps = await open({ ...settings(), urls: ['ldap://127.0.0.1:1', openldap.url] }).check({
      login: 'ann',
      password: 'ann-secret',
    })
    expect(steps.map(({ step, outcome }) => `${step} ${outcome}`)).toEqual([
      'settings ok',
      'connect failed',
      'connect ok',
      'bind ok',
      'user ok',
      'password ok',
      'groups ok',
    ])
    expect(steps[1]).toMatchObject({ url: 'ldap://127.0.0.1:1', code: 'UNREACHABLE', hint: /port/ })
    expect(steps.at(-1)?.found).toEqual([groupDn('developers')])
  })

  it('says with the result code what is wrong, and skips what cannot be tried', async () => {
    const wrong = { dn: `cn=search,${BASE}`, password: 'wrong' }
    const refused = await open({ searchAccount: wrong }).check({ login: 'ann' })
    expect(refused.at(2)).toMatchObject({
      code: 'BIND_REFUSED',
      resultCode: 49,
      resultName: 'invalidCredentials',
    })
    expect(refused.at(3)).toEqual({ step: 'user', outcome: 'skipped' })
    const users = { baseDn: `ou=nowhere,${BASE}` }
    const lost = await open({ users }).check({ login: 'ann' })
    expect(lost.find(({ step }) => step === 'user')).toMatchObject({ code: 'NO_SUCH_BASE', resultCode: 32 })
  })
})
