import { testDatabase } from '@berth/testing'
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { currentUser } from '../authentication/index.ts'
import { SYSTEM } from '../authorization/index.ts'
import { resolveSession, signIn } from '../sessions/index.ts'
import { issueRefreshToken, issueToken, redeemRefreshToken, verifyToken } from '../tokens/index.ts'
import { setDisabled } from '../users/index.ts'
import { type Company, groupDn, openCompany, PEOPLE, personDn } from './company.fixture.ts'
import { type RefreshResult, refreshDirectoryAccounts } from './index.ts'

const INTERVAL_MS = 15 * 60_000
const wrong = { code: 'UNAUTHORIZED' }
let company: Company
let waiting = (_ms: number): void => {}

beforeAll(async () => {
  company = await openCompany(await testDatabase(), { wait: async (ms) => waiting(ms) })
})
beforeEach(async () => {
  // What is remembered of earlier people is over.
  company.pass(61_000)
  waiting = () => {}
  company.fake.faults.length = 0
  company.fake.references.length = 0
  await company.database.db.prisma.user.deleteMany({ where: { authSource: 'ldap' } })
  company.fake.tree.entries.splice(
    0,
    Infinity,
    ...company.fake.tree.entries.filter(({ dn }) => !dn.startsWith('uid=')),
  )
})
afterAll(() => company.close())

const refresh = (batch?: number) =>
  refreshDirectoryAccounts(company.core, new AbortController().signal, batch)

/** Everything the job does in one interval, as it runs every few seconds. */
async function pastInterval(batch?: number): Promise<RefreshResult> {
  const sum: RefreshResult = { looked: 0, ended: 0, held: 0, unclear: 0, failed: 0 }
  for (const ms of [INTERVAL_MS * 0.76, 31_000, 31_000]) {
    company.pass(ms)
    const result = await refresh(batch)
    if (!result) continue
    for (const key of ['looked', 'ended', 'unclear', 'failed'] as const) sum[key] += result[key]
    sum.held = Math.max(sum.held, result.held)
    if (result.stopped) sum.stopped = result.stopped
    if (result.problem) sum.problem = result.problem
  }
  return sum
}

const add = async (...names: string[]) => {
  const actors = []
  for (const name of names) {
    company.addPerson(name)
    actors.push(await company.signIn(name))
  }
  return actors
}
/** They come before everybody else, and no look at them gives a verdict. */
async function addStuck(names: string[], failedLooks = 0): Promise<void> {
  const { prisma } = company.database.db
  for (const name of names) company.addPerson(name).fault = 50
  await prisma.user.createMany({
    data: names.map((name) => ({ username: name, usernameKey: name, authSource: 'ldap' })),
  })
  const ids = await prisma.user.findMany({ where: { username: { in: names } } })
  const times = { lookedAt: new Date(0), provenAt: new Date(company.core.now()), nextLookAt: new Date(0) }
  await prisma.directoryAccount.createMany({
    data: ids.map(({ id, username }) => ({
      userId: id,
      externalId: username,
      dn: personDn(username),
      failedLooks,
      ...times,
    })),
  })
}
const manyStuck = (count: number) => Array.from({ length: count }, (_, n) => `stuck-${n}`)
const disabled = async (name: string) => (await company.userRow(name))!.disabled

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

describe('a password that was changed there', () => {
  const hold = async (name: string, password = `${name}-secret`) => {
    const actor = await company.signIn(name, password)
    const session = await signIn(company.core, { username: name, password, address: '', userAgent: '' })
    const { token } = await issueToken(company.core, actor, { service: 'berth-registry', scopes: [] })
    return { session: session.secret, token, refresh: await issueRefreshToken(company.core, actor) }
  }
  /** What of it still opens something: session, registry token, refresh token. */
  const held = async ({ session, token, refresh = '' }: Awaited<ReturnType<typeof hold>>) => [
    (await resolveSession(company.core, session)) !== null,
    await verifyToken(company.core, token).then(
      () => true,
      () => false,
    ),
    await redeemRefreshToken(company.core, refresh).then(
      () => true,
      () => false,
    ),
  ]
  const set = (name: string, attributes: Record<string, string>, password?: string) => {
    const entry = company.fake.tree.get(personDn(name))!
    Object.assign(entry.attributes, attributes)
    if (password !== undefined) entry.password = password
  }

  it.each([
    ['pwdLastSet', '133700000000000000', '133700000000000001', '133699999999999999'],
    ['pwdLastSet', '133700000000000000', '0', '133700000000000000'],
    ['pwdChangedTime', '20261121100000Z', '20261121100001Z', '20261120235959Z'],
  ])(
    'ends what was opened with the old one at the next look (%s %s, then %s)',
    async (attribute, first, then, older) => {
      for (const name of ['kim', 'lee']) company.addPerson(name, { [attribute]: first })
      const [kim, lee] = [await hold('kim'), await hold('lee')]
      await pastInterval()
      expect([await held(kim), await held(lee)]).toEqual([
        [true, true, true],
        [true, true, true],
      ])
      set('kim', { [attribute]: then }, 'a-new-secret')
      await pastInterval()
      expect([await held(kim), await held(lee)]).toEqual([
        [false, false, false],
        [true, true, true],
      ])
      const again = await hold('kim', 'a-new-secret')
      // A server of the directory that has not heard of it yet.
      if (then !== '0') set('kim', { [attribute]: older })
      await pastInterval()
      set('kim', { [attribute]: then })
      await pastInterval()
      expect(await held(again)).toEqual([true, true, true])
      const lines = await company.database.db.query<{ detail: unknown }>(
        `SELECT detail FROM audit_lines WHERE resource = 'kim' AND action = 'update' ORDER BY id DESC LIMIT 1`,
      )
      expect(lines[0]?.detail).toMatchObject({ in_directory: 'password changed' })
    },
  )

  it('ends it at once when the new one is used', async () => {
    company.addPerson('kim', { pwdLastSet: '133700000000000000' })
    const old = await hold('kim')
    set('kim', { pwdLastSet: '133700000000000009' }, 'a-new-secret')
    const fresh = await hold('kim', 'a-new-secret')
    expect(await held(old)).toEqual([false, false, false])
    expect(await held(fresh)).toEqual([true, true, true])
  })

  it('gets no refresh token where the directory does not say when it is changed, and one from before is over', async () => {
    company.addPerson('kim', { pwdLastSet: '133700000000000000' })
    company.addPerson('max')
    expect((await hold('max')).refresh).toBeUndefined()
    const kim = await hold('kim')
    expect(await held(kim)).toEqual([true, true, true])
    delete (company.fake.tree.get(personDn('kim'))!.attributes as Record<string, unknown>).pwdLastSet
    await pastInterval()
    expect((await held(kim))[2]).toBe(false)
  })
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

it('many whose looks always fail keep nobody else waiting, and are asked about ever less often', async () => {
  // As hundreds are to what is read at once otherwise.
  const batch = 10
  const { prisma } = company.database.db
  const stuck = manyStuck(40)
  await add('ann', 'bob', 'eve')
  await addStuck(stuck)
  company.removeEntry(personDn('ann'))
  expect(await pastInterval(batch)).toMatchObject({ looked: 4, ended: 1, unclear: 80 })
  // From now on those who are due without a failed look come first.
  company.removeEntry(personDn('eve'))
  company.fake.requests.searches.length = 0
  company.pass(INTERVAL_MS * 0.76)
  expect(await refresh(batch)).toMatchObject({ unclear: 40 })
  const [first] = company.fake.requests.searches
  expect([personDn('bob'), personDn('eve')]).toContain(first?.baseDn)
  company.pass(31_000)
  expect(await refresh(batch)).toMatchObject({ looked: 1, ended: 1, unclear: 0 })
  const few = ['stuck-0', 'stuck-1', 'stuck-2']
  await prisma.user.deleteMany({ where: { username: { in: stuck.filter((name) => !few.includes(name)) } } })
  for (let round = 0; round < 3; round++) {
    company.pass(INTERVAL_MS * 0.76)
    await refresh(batch)
  }
  const failing = { where: { failedLooks: { gt: 0 } } }
  const later = await prisma.directoryAccount.findMany(failing)
  expect(later.map(({ failedLooks }) => failedLooks)).toEqual([6, 6, 6])
  for (const { nextLookAt } of later)
    expect(nextLookAt.getTime() - company.core.now()).toBe(INTERVAL_MS * 0.75)
  for (const name of few) company.removeEntry(personDn(name))
  company.pass(INTERVAL_MS)
  await refresh(batch)
  expect(await prisma.directoryAccount.count(failing)).toBe(0)
})

it('somebody known by another id than the directory gives now is put off like others whom a look fails for', async () => {
  const entry = company.addPerson('ann', { entryUUID: [] })
  await company.signIn('ann')
  entry.attributes.entryUUID = 'd0a1c2b3-0000-4000-8000-000000000001'
  company.pass(INTERVAL_MS)
  await refresh()
  const { id: userId } = (await company.userRow('ann'))!
  const row = await company.database.db.prisma.directoryAccount.findUniqueOrThrow({ where: { userId } })
  expect(row.failedLooks).toBe(1)
  expect(row.nextLookAt.getTime()).toBe(company.core.now() + 60_000)
})

describe('looks that failed before', () => {
  it('are paced by how many are made, not by how many are due', async () => {
    let waitedMs = 0
    waiting = (ms) => {
      waitedMs += ms
    }
    await addStuck(manyStuck(40), 1)
    expect(await refresh(10)).toMatchObject({ unclear: 40 })
    expect(waitedMs).toBeLessThanOrEqual(400)
  })

  it('keep a run from its end for a while only: then whoever is gone is ended', async () => {
    await add('ann')
    company.removeEntry(personDn('ann'))
    company.pass(INTERVAL_MS * 0.76)
    await refresh()
    company.pass(31_000)
    await addStuck(manyStuck(40), 1)
    waiting = () => company.pass(31_000)
    expect(await refresh(10)).toMatchObject({ ended: 1, unclear: 0 })
    expect(await disabled('ann')).toBe(true)
    waiting = () => {}
    expect(await refresh(10)).toMatchObject({ unclear: 40 })
  })

  it('are not made while somebody else is due', async () => {
    await add('ann')
    await addStuck(manyStuck(9), 1)
    company.pass(INTERVAL_MS * 0.76)
    company.fake.requests.searches.length = 0
    const asked: string[][] = []
    waiting = () => asked.push(company.fake.requests.searches.map(({ baseDn }) => baseDn))
    await refresh(10)
    expect(asked[0]).toContain(personDn('ann'))
    expect(asked[0]!.filter((dn) => dn.includes('stuck'))).toEqual([])
  })
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
