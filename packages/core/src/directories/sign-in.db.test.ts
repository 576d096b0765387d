import { testDatabase } from '@berth/testing'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { listAuditLines } from '../audit/index.ts'
import { authenticateBasic, currentUser } from '../authentication/index.ts'
import { SYSTEM } from '../authorization/index.ts'
import { everything } from '../list-query/index.ts'
import { signIn } from '../sessions/index.ts'
import { createUser } from '../users/index.ts'
import { type Company, openCompany, personDn } from './company.fixture.ts'
import { importUsers } from './service.ts'

let company: Company

beforeAll(async () => {
  company = await openCompany(await testDatabase())
  await createUser(company.core, SYSTEM, {
    username: 'local',
    password: 'Passw0rd',
    email: 'local@example.com',
  })
  company.addPerson('ann')
})
beforeEach(() => {
  company.fake.faults.length = 0
  company.fake.requests.binds.length = 0
  company.fake.requests.searches.length = 0
})
afterAll(() => company.close())

const wrong = { code: 'UNAUTHORIZED', message: 'wrong username or password' }

it('counts the guesses under all login names and spellings of a person together, until one is right', async () => {
  company.addPerson('olga')
  const binds = () => company.fake.requests.binds.filter(({ dn }) => dn === personDn('olga')).length
  let waits = 0
  const core = company.addNode({ wait: async () => void waits++ })
  const names = ['olga', 'olga@example.com', 'OLGA', 'Olga@Example.com', ' olga', '  olga@example.com']
  for (const [n, name] of [...names, ...names].entries())
    await expect(company.signIn(name, `Wrong${n}aa`, core)).rejects.toMatchObject(wrong)
  expect(binds()).toBe(12)
  expect(waits).toBeGreaterThanOrEqual(12 - 5)
  company.pass(20_000)
  await company.signIn('olga', 'olga-secret', core)
  await company.signIn('olga@example.com', 'olga-secret', core)
  const before = waits
  await expect(company.signIn('olga@example.com', 'Wrong13aa', core)).rejects.toMatchObject(wrong)
  expect(waits).toBe(before)
})

describe('names', () => {
  it('of local people are never the directory’s: their passwords are not sent there, and its people do not get in', async () => {
    company.addPerson('local')
    await expect(company.signIn('local', 'local-secret')).rejects.toMatchObject(wrong)
    expect(company.fake.requests.binds.map(({ dn }) => dn)).not.toContain(personDn('local'))
    await expect(company.signIn('local', 'Passw0rd')).resolves.toMatchObject({ username: 'local' })
    // By another of its login names the password is checked, and then refused with a reason.
    company.addPerson('other', { uid: 'LOCAL', mail: 'taken@example.com' })
    company.removeEntry(personDn('local'))
    await expect(company.signIn('taken@example.com', 'other-secret')).rejects.toMatchObject({
      code: 'FORBIDDEN',
      message: expect.stringContaining('another account'),
    })
    company.removeEntry(personDn('other'))
  })

  it('of mail that belong to a local person stay with them', async () => {
    company.addPerson('double', { mail: 'local@example.com' })
    const { id } = await company.signIn('double')
    const row = await company.database.db.prisma.user.findUnique({ where: { id } })
    expect(row?.email).toBeNull()
  })

  it('may change: a renamed person stays the same, and whoever gets the old name is another', async () => {
    const entry = company.addPerson('before')
    const { id } = await company.signIn('before')
    entry.attributes = { ...entry.attributes, uid: 'after', mail: 'after@example.com' }
    entry.dn = personDn('after')
    company.pass(61_000)
    expect(await company.signIn('after', 'before-secret')).toMatchObject({ id, username: 'after' })
    company.addPerson('before')
    const successor = await company.signIn('before')
    expect(successor.id).not.toBe(id)
  })

  it('that were given to somebody else before Berth learned of it open nothing', async () => {
    company.addPerson('reused')
    await company.signIn('reused')
    company.removeEntry(personDn('reused'))
    company.addPerson('reused').password = 'new-secret'
    await expect(company.signIn('reused', 'new-secret')).rejects.toMatchObject({ code: 'FORBIDDEN' })
  })

  it('are never syntax, and two that match are nobody', async () => {
    company.addPerson('twin1', { mail: 'twin@example.com' })
    company.addPerson('twin2', { mail: 'twin@example.com' })
    for (const login of [
      '*',
      'ann*',
      'ann)(uid=*',
      '*)(|(uid=*',
      personDn('ann'),
      'ann\\2a',
      'twin@example.com',
    ])
      for (const password of ['ann-secret', 'twin1-secret'])
        await expect(company.signIn(login, password)).rejects.toMatchObject(wrong)
  })

  it('with an empty password, or with NUL, are not even asked for', async () => {
    for (const [login, password] of [
      ['ann', ''],
      ['ann\0', 'ann-secret'],
    ] as const)
      await expect(company.signIn(login, password)).rejects.toMatchObject(wrong)
    expect(company.fake.requests.searches).toEqual([])
  })
})

describe('passwords', () => {
  it('are remembered for a minute: the directory is asked once', async () => {
    company.addPerson('often')
    await company.signIn('often')
    company.fake.requests.binds.length = 0
    await company.signIn('often')
    company.pass(59_000)
    await company.signIn('often')
    expect(company.fake.requests.binds).toEqual([])
    company.pass(2_000)
    await company.signIn('often')
    expect(company.fake.requests.binds).toHaveLength(1)
  })

  it('are asked for anew by who signs in to the console or with docker login: groups count from there on', async () => {
    company.addPerson('joiner')
    const { core } = company
    const { id } = await company.signIn('joiner')
    const credentials = { username: 'joiner', password: 'joiner-secret', address: '192.0.2.1' }
    const console = () => signIn(core, { ...credentials, userAgent: '' })
    await console()
    company.setGroup('first', 'joiner')
    await company.signIn('joiner')
    expect(await company.groupsOf(id)).toEqual([])
    await console()
    expect(await company.groupsOf(id)).toEqual(['first'])
    company.setGroup('second', 'joiner')
    await authenticateBasic(core, { ...credentials, anew: true })
    expect(await company.groupsOf(id)).toEqual(['first', 'second'])
    company.fake.tree.get(personDn('joiner'))!.password = 'changed'
    await expect(console()).rejects.toMatchObject(wrong)
    await expect(authenticateBasic(core, { ...credentials, anew: true })).rejects.toMatchObject(wrong)
  })

  it.each(['docker login', 'the console'])('that %s refuses are not remembered any more', async (door) => {
    const { core } = company
    const entry = company.addPerson(`refused by ${door}`.replaceAll(' ', '-'))
    const username = String(entry.attributes.uid)
    const credentials = { username, password: `${username}-secret`, address: '192.0.2.1' }
    await company.signIn(username)
    entry.password = 'changed'
    // What tools do with it goes on for a minute, until somebody asks.
    await company.signIn(username)
    const asking =
      door === 'docker login'
        ? authenticateBasic(core, { ...credentials, anew: true })
        : signIn(core, { ...credentials, userAgent: '' })
    await expect(asking).rejects.toMatchObject(wrong)
    await expect(company.signIn(username)).rejects.toMatchObject(wrong)
  })

  it('that are wrong are one answer for known and unknown people', async () => {
    company.addPerson('known')
    await expect(company.signIn('known', 'wrong')).rejects.toMatchObject(wrong)
    await expect(company.signIn('unknown', 'wrong')).rejects.toMatchObject(wrong)
  })

  it('of accounts that are disabled, here or there, open nothing', async () => {
    const entry = company.addPerson('leaver')
    const { id } = await company.signIn('leaver')
    company.pass(61_000)
    entry.attributes = { ...entry.attributes, nsAccountLock: 'TRUE' }
    await expect(company.signIn('leaver')).rejects.toMatchObject(wrong)
    entry.attributes = { ...entry.attributes, nsAccountLock: 'FALSE' }
    await company.database.db.prisma.user.update({ where: { id }, data: { disabled: true } })
    company.pass(61_000)
    await expect(company.signIn('leaver')).rejects.toMatchObject(wrong)
  })
})

describe('a directory that is away', () => {
  it('is said to be, keeps nobody local out, and those who are remembered go on', async () => {
    company.addPerson('patient')
    const { id } = await company.signIn('patient')
    const { url } = company.fake
    await company.configure({ ldap_url: 'ldap://127.0.0.1:9', ldap_search_password: 'search-secret' })
    try {
      await expect(company.signIn('patient')).resolves.toMatchObject({ id })
      await expect(company.signIn('ann', 'ann-new')).rejects.toMatchObject({
        code: 'UNAVAILABLE',
        message: expect.stringContaining('directory'),
      })
      await expect(company.signIn('local', 'Passw0rd', company.addNode())).resolves.toMatchObject({
        username: 'local',
      })
      await expect(company.signIn('local', 'wrong')).rejects.toMatchObject(wrong)
      expect(await currentUser(company.core, id)).toMatchObject({ id })
    } finally {
      await company.configure({ ldap_url: url, ldap_search_password: 'search-secret' })
    }
  })

  it('that hangs keeps local people waiting for no time', async () => {
    company.fake.faults.push('silence', 'silence', 'silence', 'silence')
    const asked = company.signIn('ann', 'ann-secret', company.addNode()).catch((error) => error)
    await expect(company.signIn('local', 'Passw0rd', company.addNode())).resolves.toBeTruthy()
    expect(await asked).toMatchObject({ code: 'UNAVAILABLE' })
  })

  it('refuses the search account: 503 and no verdict about anybody', async () => {
    company.fake.faults.push(49, 49)
    await expect(company.signIn('ann', 'ann-secret', company.addNode())).rejects.toMatchObject({
      code: 'UNAVAILABLE',
    })
  })
})

it('settings changed on one node are used on another within three seconds', async () => {
  company.addPerson('elsewhere', { employeeType: 'guest' })
  const other = company.addNode()
  await expect(company.signIn('ann', 'ann-secret', other)).resolves.toBeTruthy()
  await company.configure({ ldap_filter: '(&(objectClass=inetOrgPerson)(employeeType=guest))' })
  try {
    company.pass(3_001)
    await expect(company.signIn('elsewhere', 'elsewhere-secret', other)).resolves.toBeTruthy()
    company.pass(61_000)
    await expect(company.signIn('ann', 'ann-secret', other)).rejects.toMatchObject(wrong)
  } finally {
    await company.configure({ ldap_filter: '(objectClass=inetOrgPerson)' })
  }
})

it('what the directory brings and says is in the audit log, and who let it in', async () => {
  const { core, fake } = company
  company.addPerson('noted')
  company.setGroup('note-takers', 'noted')
  await company.signIn('noted')
  company.addPerson('invited')
  await importUsers(core, SYSTEM, ['invited'])
  company.addPerson('unlucky')
  fake.faults.push(...Array.from({ length: 20 }, () => 52))
  await expect(company.signIn('unlucky')).rejects.toMatchObject({ code: 'UNAVAILABLE' })
  const { items } = await listAuditLines(core, SYSTEM, {
    ...everything,
    filters: [{ field: 'resource', match: 'any', values: ['noted', 'invited', 'unlucky'] }],
    sort: [{ field: 'id', descending: false }],
  })
  expect(
    items.map(({ actorName, action, resource, result }) => [actorName, action, resource, result]),
  ).toEqual([
    ['system', 'update', 'noted', 'ok'],
    ['system', 'create', 'noted', 'ok'],
    ['noted', 'login', 'noted', 'ok'],
    ['system', 'create', 'invited', 'ok'],
    ['unlucky', 'login', 'unlucky', 'failed'],
  ])
  expect(items[1]!.detail).toMatchObject({ auth_source: 'ldap', dn: personDn('noted') })
  expect(items[0]!.detail).toEqual({ groups: { joined: ['note-takers'], left: [] } })
})
