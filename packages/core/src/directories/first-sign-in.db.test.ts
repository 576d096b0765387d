import { testDatabase } from '@berth/testing'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { SYSTEM } from '../authorization/index.ts'
import { createUser } from '../users/index.ts'
import { type Company, groupDn, openCompany, personDn } from './company.fixture.ts'

let company: Company

beforeAll(async () => {
  company = await openCompany(await testDatabase())
  await createUser(company.core, SYSTEM, {
    username: 'local',
    password: 'Passw0rd',
    email: 'local@example.com',
  })
})
beforeEach(() => {
  company.fake.faults.length = 0
  company.fake.requests.binds.length = 0
  company.fake.requests.searches.length = 0
})
afterAll(() => company.close())

const wrong = { code: 'UNAUTHORIZED', message: 'wrong username or password' }

describe('the first sign-in', () => {
  it('makes an account with what the directory knows, by name or by mail the same one', async () => {
    company.addPerson('ann', { displayName: 'Ann Example' })
    const ann = await company.signIn('ann')
    expect(ann).toMatchObject({ username: 'ann', sysadmin: false })
    expect((await company.signIn('ann@example.com', 'ann-secret')).id).toBe(ann.id)
    const row = await company.database.db.prisma.user.findUnique({ where: { id: ann.id } })
    expect(row).toMatchObject({
      email: 'ann@example.com',
      realname: 'Ann Example',
      authSource: 'ldap',
      passwordHash: null,
      sysadmin: false,
    })
  })

  it('by many at the same moment, on two nodes, makes one account', async () => {
    company.addPerson('crowd')
    const other = company.addNode()
    const people = await Promise.all(
      Array.from({ length: 6 }, (_, n) =>
        company.signIn(n % 2 ? 'crowd' : 'crowd@example.com', 'crowd-secret', n % 3 ? company.core : other),
      ),
    )
    expect(new Set(people.map(({ id }) => id)).size).toBe(1)
  })

  it('brings groups, and the administrator’s right with one of them', async () => {
    company.addPerson('chief')
    company.setGroup('developers', 'chief')
    company.setGroup('admins', 'chief')
    await company.configure({ ldap_group_admin_dn: groupDn('admins').toUpperCase() })
    const chief = await company.signIn('chief')
    expect(chief.sysadmin).toBe(true)
    expect(await company.groupsOf(chief.id)).toEqual(['admins', 'developers'])
  })

  it('is not for people of the directory when new ones come from elsewhere; those who have an account go on', async () => {
    company.addPerson('early')
    company.addPerson('late')
    const { id } = await company.signIn('early')
    await company.configure({ auth_mode: 'oidc_auth' })
    try {
      company.pass(61_000)
      expect((await company.signIn('early')).id).toBe(id)
      await expect(company.signIn('late')).rejects.toMatchObject({ code: 'FORBIDDEN' })
      await company.configure({ auth_mode: 'db_auth' })
      company.pass(61_000)
      await expect(company.signIn('early')).rejects.toMatchObject(wrong)
    } finally {
      await company.configure({ auth_mode: 'ldap_auth' })
    }
  })
})

describe('a crowd that comes for the first time', () => {
  it('gets its accounts and groups together, and one line each for the account, the groups and the sign-in', async () => {
    const names = Array.from({ length: 30 }, (_, index) => `crowd-${index}`)
    for (const name of names) company.addPerson(name)
    company.setGroup('crowd', ...names)
    company.setGroup('first-half', ...names.slice(0, 15))
    const nodes = [company.core, company.addNode()]
    const people = await Promise.all(
      names.map((name, index) => company.signIn(name, `${name}-secret`, nodes[index % 2])),
    )
    expect(people.map(({ username }) => username)).toEqual(names)
    expect(await company.groupsOf(people[0]!.id)).toEqual(['crowd', 'first-half'])
    expect(await company.groupsOf(people[29]!.id)).toEqual(['crowd'])
    const lines = await company.database.db.query<{ resource: string; action: string }>(
      `SELECT resource, action FROM audit_lines WHERE resource LIKE 'crowd-%' ORDER BY id`,
    )
    for (const name of names)
      expect(lines.filter(({ resource }) => resource === name).map(({ action }) => action)).toEqual([
        'update',
        'create',
        'login',
      ])
  })

  it('is not held up by one of them whose name or address is another’s', async () => {
    const names = Array.from({ length: 8 }, (_, index) => `mixed-${index}`)
    for (const name of names) company.addPerson(name)
    company.addPerson('mixed-claimer', { uid: 'LOCAL', mail: 'claimer@example.com' })
    company.addPerson('mixed-mail', { mail: 'mixed-0@example.com' })
    const [claimer, ...others] = await Promise.allSettled([
      company.signIn('claimer@example.com', 'mixed-claimer-secret'),
      company.signIn('mixed-mail', 'mixed-mail-secret'),
      ...names.slice(1).map((name) => company.signIn(name, `${name}-secret`)),
    ])
    company.removeEntry(personDn('mixed-claimer'))
    expect(claimer).toMatchObject({ status: 'rejected', reason: { code: 'FORBIDDEN' } })
    expect(others.filter(({ status }) => status === 'rejected')).toEqual([])
  })

  it('comes in one by one when the database refuses them together', async () => {
    const names = ['apart-1', 'apart-2', 'apart-3']
    for (const name of names) company.addPerson(name)
    company.fake.tree.get(personDn('apart-2'))!.attributes.cn = 'Unwritable'
    company.fake.tree.get(personDn('apart-2'))!.attributes.displayName = 'Unwritable'
    await company.database.db.query(
      `ALTER TABLE users ADD CONSTRAINT unwritable CHECK (realname <> 'Unwritable')`,
    )
    try {
      const outcomes = await Promise.allSettled(names.map((name) => company.signIn(name, `${name}-secret`)))
      expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled'])
    } finally {
      await company.database.db.query('ALTER TABLE users DROP CONSTRAINT unwritable')
    }
  })
})
