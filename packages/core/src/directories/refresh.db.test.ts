import { testDatabase } from '@berth/testing'
import { describe, expect, it, vi } from 'vitest'
import { currentUser } from '../authentication/index.ts'
import { SYSTEM } from '../authorization/index.ts'
import { resolveSession, signIn } from '../sessions/index.ts'
import { setDisabled } from '../users/index.ts'
import { groupDn, PEOPLE, personDn } from './company.fixture.ts'
import { refreshDirectoryAccounts } from './index.ts'
import {
  add,
  company,
  disabled,
  INTERVAL_MS,
  pastInterval,
  refresh,
  useCompany,
} from './refreshing.fixture.ts'

const wrong = { code: 'UNAUTHORIZED' }

useCompany(testDatabase)

describe('a person who is gone', () => {
  it('loses session, remembered password and account within the interval; the others keep theirs', async () => {
    const [ann] = await add('ann', 'bob')
    const session = { username: 'ann', password: 'ann-secret', address: '', userAgent: '' }
    const { secret } = await signIn(company.core, session)
    company.removeEntry(personDn('ann'))
    expect(await pastInterval()).toMatchObject({ ended: 1, held: 0 })
    expect(await resolveSession(company.core, secret)).toBeNull()
    expect(await currentUser(company.core, ann!.id)).toBeUndefined()
    await expect(company.signIn('ann')).rejects.toMatchObject(wrong)
    expect(await disabled('bob')).toBe(false)
    const [line] = await company.database.db.query<{ detail: unknown }>(
      `SELECT detail FROM audit_lines WHERE resource = 'ann' AND action = 'update' ORDER BY id DESC LIMIT 1`,
    )
    expect(line?.detail).toMatchObject({ disabled: true, in_directory: 'missing' })
  })

  it('and comes back with the directory’s word, but not when an administrator disabled them, too', async () => {
    const [ann, bob] = await add('ann', 'bob', 'eve')
    const entries = ['ann', 'bob'].map((name) => company.fake.tree.get(personDn(name))!)
    for (const { dn } of entries) company.removeEntry(dn)
    expect(await pastInterval()).toMatchObject({ ended: 2 })
    await setDisabled(company.core, SYSTEM, bob!.id, true)
    company.fake.tree.entries.push(...entries)
    await pastInterval()
    expect([await disabled('ann'), await disabled('bob')]).toEqual([false, true])
    expect((await company.signIn('ann')).id).toBe(ann!.id)
    await expect(company.signIn('bob')).rejects.toMatchObject(wrong)
  })

  it('is ended when moved out of what base and filter cover, and kept when renamed or moved inside', async () => {
    const [ann] = await add('ann', 'bob')
    const moved = company.fake.tree.get(personDn('ann'))!
    moved.dn = `uid=anna,${PEOPLE}`
    moved.attributes = { ...moved.attributes, uid: 'anna' }
    const outside = company.fake.tree.get(personDn('bob'))!
    outside.attributes = { ...outside.attributes, objectClass: 'account' }
    expect(await pastInterval()).toMatchObject({ ended: 1 })
    expect(await company.userRow('anna')).toMatchObject({ id: ann!.id, disabled: false })
    expect(await disabled('bob')).toBe(true)
  })

  it('whose name somebody else got is ended all the same', async () => {
    const [ann] = await add('ann', 'bob')
    company.removeEntry(personDn('ann'))
    company.addPerson('ann')
    expect(await pastInterval()).toMatchObject({ ended: 1 })
    expect(await company.userRow('ann')).toMatchObject({ id: ann!.id, disabled: true })
  })
})

it('a person who is disabled there is disabled here at the first look', async () => {
  await add('ann', 'bob')
  const entry = company.fake.tree.get(personDn('ann'))!
  entry.attributes = { ...entry.attributes, userAccountControl: '514' }
  company.pass(INTERVAL_MS * 0.76)
  expect(await refresh()).toMatchObject({ looked: 2, ended: 1 })
  entry.attributes = { ...entry.attributes, userAccountControl: '512' }
  await pastInterval()
  expect(await disabled('ann')).toBe(false)
})

it('groups and the administrator’s right follow without a sign-in, and what was held with the right ends', async () => {
  company.setGroup('admins', 'ann')
  company.setGroup('developers', 'ann')
  await company.configure({ ldap_group_admin_dn: groupDn('admins') })
  const [ann] = await add('ann', 'bob')
  const { secret } = await signIn(company.core, {
    username: 'ann',
    password: 'ann-secret',
    address: '',
    userAgent: '',
  })
  expect(ann!.sysadmin).toBe(true)
  company.setGroup('admins', 'bob')
  company.setGroup('developers', 'bob')
  company.setGroup('testers', 'ann')
  await pastInterval()
  expect(await company.groupsOf(ann!.id)).toEqual(['testers'])
  expect(await currentUser(company.core, ann!.id)).toMatchObject({ sysadmin: false })
  expect(await resolveSession(company.core, secret)).toBeNull()
  expect(await company.userRow('bob')).toMatchObject({ adminByGroup: true, disabled: false })
})

it('an account that cannot be written keeps nobody else from being looked at, and is tried again', async () => {
  await add('ann', 'bob', 'eve')
  company.setGroup('testers', 'bob')
  company.removeEntry(personDn('eve'))
  company.fake.tree.get(personDn('ann'))!.attributes.cn = 'Unwritable'
  await company.database.db.query(
    `ALTER TABLE users ADD CONSTRAINT unwritable CHECK (realname <> 'Unwritable')`,
  )
  try {
    expect(await pastInterval()).toMatchObject({ ended: 1, failed: 2, problem: expect.any(Error) })
    expect(await disabled('eve')).toBe(true)
    expect(await company.groupsOf((await company.userRow('bob'))!.id)).toContain('testers')
  } finally {
    await company.database.db.query('ALTER TABLE users DROP CONSTRAINT unwritable')
  }
  company.pass(121_000)
  expect(await refresh()).toMatchObject({ looked: 1, failed: 0 })
})

it('an address that is too long once it is compared is left out, and nothing else of the person', async () => {
  company.setGroup('testers', 'ann')
  await add('ann')
  Object.assign(company.fake.tree.get(personDn('ann'))!.attributes, {
    // Each of these is two letters of the form that is compared.
    mail: `${'\u0130'.repeat(200)}@example.com`,
    cn: 'Ann Lee',
  })
  company.setGroup('developers', 'ann')
  expect(await pastInterval()).toMatchObject({ failed: 0 })
  expect(await company.groupsOf((await company.userRow('ann'))!.id)).toEqual(['developers', 'testers'])
})

describe('nobody is ended by a directory that', () => {
  const names = Array.from({ length: 14 }, (_, n) => `p${n}`)

  it('is away, and everybody is looked at soon after it is back', async () => {
    await add('ann', 'bob')
    company.removeEntry(personDn('ann'))
    company.fake.faults.push(...Array<number>(200).fill(52))
    const away = await pastInterval()
    expect(away).toMatchObject({ looked: 0, ended: 0 })
    company.fake.faults.length = 0
    company.pass(61_000)
    await refresh()
    company.pass(31_000)
    expect(await refresh()).toMatchObject({ ended: 1 })
  })

  it('lost the base, or does not let the search account see anybody any more', async () => {
    await add('ann', 'bob')
    const everything = company.fake.tree.entries.splice(0)
    company.fake.tree.entries.push(...everything.filter(({ dn }) => dn.startsWith('cn=search')))
    expect(await pastInterval()).toMatchObject({ ended: 0 })
    company.fake.tree.entries.push(...everything.filter(({ dn }) => dn === PEOPLE))
    expect(await pastInterval()).toMatchObject({ ended: 0, held: 2 })
    expect([await disabled('ann'), await disabled('bob')]).toEqual([false, false])
    company.fake.tree.entries.splice(0, Infinity, ...everything)
  })

  it('suddenly misses too many: more than ten, and more than a tenth', async () => {
    await add(...names)
    for (const name of names.slice(0, 11)) company.removeEntry(personDn(name))
    expect(await pastInterval()).toMatchObject({ ended: 0, held: 11 })
    expect(await disabled('p0')).toBe(false)
  })

  it('misses many, until an administrator disabled those: the next one is ended again', async () => {
    const people = await add(...names)
    for (const name of names.slice(0, 11)) company.removeEntry(personDn(name))
    expect(await pastInterval()).toMatchObject({ ended: 0, held: 11 })
    for (const { id } of people.slice(0, 11)) await setDisabled(company.core, SYSTEM, id, true)
    company.removeEntry(personDn('p11'))
    expect(await pastInterval()).toMatchObject({ ended: 1, held: 0 })
    expect([await disabled('p11'), await disabled('p12')]).toEqual([true, false])
  })

  it('says that a part of it is elsewhere', async () => {
    await add('ann', 'bob')
    company.removeEntry(personDn('ann'))
    company.fake.references.push('ldap://child.example.com/dc=child,dc=example,dc=com')
    expect(await pastInterval()).toMatchObject({ ended: 0 })
    // These parts of Active Directory hold no people.
    company.fake.references.splice(0, 1, 'ldap://example.com/CN=Configuration,DC=example,DC=com')
    expect(await pastInterval()).toMatchObject({ ended: 1 })
  })

  it('was switched off', async () => {
    await add('ann')
    company.removeEntry(personDn('ann'))
    await company.configure({ auth_mode: 'db_auth' })
    try {
      expect(await pastInterval()).toMatchObject({ looked: 0, ended: 0 })
    } finally {
      await company.configure({ auth_mode: 'ldap_auth' })
    }
  })

  it('answers one of two looks only', async () => {
    await add('ann', 'bob')
    const entry = company.fake.tree.get(personDn('ann'))!
    company.removeEntry(entry.dn)
    company.pass(INTERVAL_MS * 0.76)
    expect(await refresh()).toMatchObject({ ended: 0 })
    company.fake.tree.entries.push(entry)
    company.pass(31_000)
    expect(await refresh()).toMatchObject({ ended: 0 })
    company.removeEntry(entry.dn)
    company.pass(INTERVAL_MS)
    expect(await refresh()).toMatchObject({ ended: 0 })
  })
})

it('goes on where it was stopped, and one process at a time does it', async () => {
  await add('a1', 'a2', 'a3', 'a4', 'a5', 'a6', 'a7', 'a8')
  company.pass(INTERVAL_MS)
  const stopping = new AbortController()
  company.fake.requests.searches.length = 0
  const first = refreshDirectoryAccounts(company.core, stopping.signal)
  await vi.waitFor(() => expect(company.fake.requests.searches.length).toBeGreaterThan(0), { interval: 1 })
  stopping.abort()
  const { looked } = (await first)!
  expect(looked).toBeLessThan(8)
  const other = company.addNode()
  const both = await Promise.all(
    [company.core, other].map((node) => refreshDirectoryAccounts(node, new AbortController().signal)),
  )
  const sum = both.reduce((total, result) => total + (result?.looked ?? 0), 0)
  expect(sum).toBe(8 - looked)
  expect(await refresh()).toBeUndefined()
})

it('changed settings of the directory let everybody be looked at at once', async () => {
  const [ann] = await add('ann')
  company.setGroup('extra', 'ann')
  await company.configure({ ldap_group_search_filter: '(cn=extra)' })
  try {
    expect(await refresh()).toMatchObject({ looked: 1 })
    expect(await company.groupsOf(ann!.id)).toEqual(['extra'])
  } finally {
    await company.configure({ ldap_group_search_filter: '(objectClass=groupOfNames)' })
  }
})
