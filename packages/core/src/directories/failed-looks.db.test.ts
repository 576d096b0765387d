import { testDatabase } from '@berth/testing'
import { describe, expect, it } from 'vitest'
import { personDn } from './company.fixture.ts'
import {
  add,
  company,
  disabled,
  INTERVAL_MS,
  pastInterval,
  refresh,
  useCompany,
  whileWaiting,
} from './refreshing.fixture.ts'

useCompany(testDatabase)

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

describe('somebody known by the DN only', () => {
  const UUID = 'd0a1c2b3-0000-4000-8000-000000000001'
  const rowOf = async (name: string) => {
    const { id: userId } = (await company.userRow(name))!
    return company.database.db.prisma.directoryAccount.findUniqueOrThrow({ where: { userId } })
  }

  it('stays the same account once the directory gives ids, by a sign-in and by a look', async () => {
    const entries = ['ann', 'bob'].map((name) => company.addPerson(name, { entryUUID: [] }))
    const before = [await company.signIn('ann'), await company.signIn('bob')]
    for (const [n, { attributes }] of entries.entries()) attributes.entryUUID = `${UUID}${n}`
    company.pass(61_000)
    expect((await company.signIn('ann')).id).toBe(before[0]!.id)
    expect(await pastInterval()).toMatchObject({ looked: 2, failed: 0, ended: 0 })
    expect((await rowOf('bob')).externalId).toBe(`entryUUID=${UUID}1`)
    // From now on the id is what tells them.
    for (const [n, entry] of entries.entries()) entry.dn = personDn(`renamed-${n}`)
    expect(await pastInterval()).toMatchObject({ looked: 2, ended: 0 })
    expect([await disabled('ann'), await disabled('bob')]).toEqual([false, false])
  })

  it('is no newcomer under another name', async () => {
    const entry = company.addPerson('ann', { entryUUID: [] })
    const { id } = await company.signIn('ann')
    entry.attributes.entryUUID = UUID
    entry.attributes.uid = 'anna'
    company.pass(61_000)
    expect((await company.signIn('anna', 'ann-secret')).id).toBe(id)
  })

  it('is put off while another account has the id that the directory gives now', async () => {
    const entry = company.addPerson('ann', { entryUUID: [] })
    await company.signIn('ann')
    await add('bob')
    entry.attributes.entryUUID = company.fake.tree.get(personDn('bob'))!.attributes.entryUUID!
    company.pass(INTERVAL_MS)
    await refresh()
    const { failedLooks, nextLookAt } = await rowOf('ann')
    expect(failedLooks).toBe(1)
    expect(nextLookAt.getTime()).toBe(company.core.now() + 60_000)
  })
})

describe('looks that failed before', () => {
  it('are paced by how many are made, not by how many are due', async () => {
    let waitedMs = 0
    whileWaiting((ms) => {
      waitedMs += ms
    })
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
    whileWaiting(() => company.pass(31_000))
    expect(await refresh(10)).toMatchObject({ ended: 1, unclear: 0 })
    expect(await disabled('ann')).toBe(true)
    whileWaiting(() => {})
    expect(await refresh(10)).toMatchObject({ unclear: 40 })
  })

  it('are not made while somebody else is due', async () => {
    await add('ann')
    await addStuck(manyStuck(9), 1)
    company.pass(INTERVAL_MS * 0.76)
    company.fake.requests.searches.length = 0
    const asked: string[][] = []
    whileWaiting(() => void asked.push(company.fake.requests.searches.map(({ baseDn }) => baseDn)))
    await refresh(10)
    expect(asked[0]).toContain(personDn('ann'))
    expect(asked[0]!.filter((dn) => dn.includes('stuck'))).toEqual([])
  })
})
