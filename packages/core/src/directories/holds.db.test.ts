import { testDatabase } from '@berth/testing'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { ANONYMOUS, SYSTEM, type UserActor } from '../authorization/index.ts'
import { dispatchEvents } from '../events/index.ts'
import { listNotices, noticeSubscriber } from '../notices/index.ts'
import { resolveSession, signIn } from '../sessions/index.ts'
import { createUser, setDisabled, setSysadmin } from '../users/index.ts'
import { type Company, openCompany, personDn } from './company.fixture.ts'
import { endHeldPeople, keepHeldPeople, listHeldPeople, refreshDirectoryAccounts } from './index.ts'

const HOUR_MS = 3_600_000
const names = Array.from({ length: 14 }, (_, n) => `p${n}`)
let company: Company
let admin: UserActor

beforeAll(async () => {
  company = await openCompany(await testDatabase(), { wait: async () => {} })
  const id = await createUser(company.core, SYSTEM, { username: 'chief', password: 'Passw0rd' })
  await setSysadmin(company.core, SYSTEM, id, true)
  admin = { kind: 'user', id, username: 'chief', sysadmin: true, via: 'session' }
})
beforeEach(async () => {
  company.pass(61_000)
  const { prisma } = company.database.db
  await prisma.user.deleteMany({ where: { authSource: 'ldap' } })
  await Promise.all([prisma.notice.deleteMany(), prisma.event.deleteMany()])
  company.fake.tree.entries.splice(
    0,
    Infinity,
    ...company.fake.tree.entries.filter(({ dn }) => !dn.startsWith('uid=')),
  )
  await company.configure({ ldap_missing_hold_hours: 24 })
  await come(...names)
})
afterAll(() => company.close())

const refresh = () => refreshDirectoryAccounts(company.core, new AbortController().signal)
/** All that the job does until everybody was looked at twice. */
async function looks(): Promise<void> {
  for (const ms of [12 * 60_000, 31_000]) {
    company.pass(ms)
    await refresh()
  }
}
/** Of the directory, and here as if they had signed in just now. */
async function come(...some: string[]): Promise<void> {
  const { prisma } = company.database.db
  const at = new Date(company.core.now())
  for (const name of some) {
    const { attributes, dn } = company.addPerson(name)
    const directoryAccount = {
      create: { externalId: `entryUUID=${attributes.entryUUID}`, dn, passwordMark: '', ...times(at) },
    }
    await prisma.user.create({
      data: { username: name, usernameKey: name, authSource: 'ldap', directoryAccount },
    })
  }
}
const times = (at: Date) => ({ lookedAt: at, provenAt: at, nextLookAt: at })
const goes = (...some: string[]) => some.map((name) => company.removeEntry(personDn(name)))
const held = async () => {
  const { items } = await listHeldPeople(company.core, admin, { page: 1, pageSize: 100 })
  return items
}
const heldNames = async () => (await held()).map(({ username }) => username).sort()
const disabled = async () =>
  (await company.database.db.prisma.user.findMany({ where: { authSource: 'ldap', disabled: true } }))
    .map(({ username }) => username)
    .sort()
async function told() {
  await dispatchEvents(company.core, [noticeSubscriber])
  const { items } = await listNotices(company.core, admin, { page: 1, pageSize: 10 })
  return items.filter(({ kind }) => kind === 'directory_hold').map(({ facts }) => facts)
}
const linesOf = async (resourceType: string) =>
  (
    await company.database.db.prisma.auditLine.findMany({
      where: { resourceType, action: { in: ['start', 'stop', 'update'] } },
      orderBy: { id: 'desc' },
    })
  ).map(({ action, actorName, detail }) => ({ action, actorName, detail }))

describe('many who are missing at once', () => {
  it('keep their access for the time of the setting, and administrators are told; then they lose it', async () => {
    const session = { username: 'p0', password: 'p0-secret', address: '', userAgent: '' }
    await company.configure({ session_timeout: 43_200 })
    const { secret } = await signIn(company.core, session)
    goes(...names.slice(0, 11))
    await looks()
    expect(await heldNames()).toEqual(names.slice(0, 11).sort())
    const [first] = await held()
    expect(first!.until.getTime() - first!.heldSince.getTime()).toBe(24 * HOUR_MS)
    expect(await told()).toEqual([{ people: 11, expiresAt: first!.until.toISOString() }])
    company.pass(23 * HOUR_MS)
    await looks()
    expect(await disabled()).toEqual([])
    expect(await resolveSession(company.core, secret)).not.toBeNull()
    company.pass(HOUR_MS)
    await looks()
    expect(await disabled()).toEqual(names.slice(0, 11).sort())
    expect(await heldNames()).toEqual([])
    expect(await resolveSession(company.core, secret)).toBeNull()
    expect(await told()).toHaveLength(1)
  })

  it('are held each from their own time, and administrators are told again when they have doubled', async () => {
    await come(...names.map((name) => `q${name}`))
    goes(...names.slice(0, 11))
    await looks()
    company.pass(20 * HOUR_MS)
    goes(...names.slice(11), ...names.slice(0, 8).map((name) => `q${name}`))
    await looks()
    expect((await told()).map(({ people }) => people)).toEqual([22, 11])
    company.pass(5 * HOUR_MS)
    await looks()
    expect(await disabled()).toEqual(names.slice(0, 11).sort())
    // No more than ten or a tenth are missing now, apart from those who have ended.
    expect(await heldNames()).toHaveLength(11)
  })

  it('leave the hold by coming back', async () => {
    const entry = company.fake.tree.get(personDn('p3'))!
    goes(...names.slice(0, 12))
    await looks()
    company.fake.tree.entries.push(entry)
    await looks()
    expect(await heldNames()).toEqual(
      names
        .slice(0, 12)
        .filter((name) => name !== 'p3')
        .sort(),
    )
    company.pass(25 * HOUR_MS)
    await looks()
    expect(await disabled()).not.toContain('p3')
  })

  it('end at once when no hold is wanted', async () => {
    await company.configure({ ldap_missing_hold_hours: 0 })
    goes(...names.slice(0, 13))
    await looks()
    expect(await disabled()).toEqual(names.slice(0, 13).sort())
    expect(await told()).toEqual([])
  })

  it('are not ended by time while the directory shows nobody at all', async () => {
    goes(...names)
    await looks()
    expect(await told()).toEqual([{ people: 14 }])
    company.pass(30 * HOUR_MS)
    await looks()
    expect(await disabled()).toEqual([])
    expect(await heldNames()).toHaveLength(14)
  })
})

describe('an administrator', () => {
  it('ends the access of those who were in the list, not of who was held since', async () => {
    const gone = company.fake.tree.get(personDn('p0'))!
    goes(...names.slice(0, 11))
    await looks()
    const [seen] = await held()
    company.pass(HOUR_MS)
    goes('p11')
    await looks()
    const ended = await endHeldPeople(company.core, admin, seen!.heldSince)
    expect(ended).toEqual({ people: 11, left: 0 })
    expect(await disabled()).toEqual(names.slice(0, 11).sort())
    expect((await linesOf('user'))[0]).toMatchObject({
      actorName: 'chief',
      detail: { disabled: true, in_directory: 'missing' },
    })
    await expect(company.signIn('p0')).rejects.toMatchObject({ code: 'UNAUTHORIZED' })
    // The directory's word brings them back.
    company.addPerson('p0', { entryUUID: gone.attributes.entryUUID! })
    expect(await company.signIn('p0')).toMatchObject({ username: 'p0' })
  })

  it('keeps them when the directory is wrong; whoever it still does not show is held anew, and told anew', async () => {
    goes(...names.slice(0, 11))
    await looks()
    const [seen] = await held()
    company.pass(20 * HOUR_MS)
    expect(await keepHeldPeople(company.core, admin, seen!.heldSince)).toEqual({ people: 11 })
    expect(await heldNames()).toEqual([])
    expect((await linesOf('directory_hold'))[0]).toMatchObject({
      action: 'stop',
      actorName: 'chief',
      detail: { people: 11, names: expect.arrayContaining(names.slice(0, 11)) },
    })
    await looks()
    expect(await heldNames()).toHaveLength(11)
    company.pass(20 * HOUR_MS)
    await looks()
    expect(await disabled()).toEqual([])
    expect(await told()).toHaveLength(2)
  })

  it('leaves alone whom somebody disabled meanwhile', async () => {
    goes(...names.slice(0, 11))
    await looks()
    const [seen] = await held()
    await setDisabled(company.core, SYSTEM, seen!.userId, true)
    expect(await heldNames()).toHaveLength(10)
    expect(await endHeldPeople(company.core, admin, seen!.heldSince)).toEqual({ people: 10, left: 0 })
  })

  it('ends as many as one call may, hears how many are left, and ends those with the next', async () => {
    goes(...names.slice(0, 11))
    await looks()
    const [seen] = await held()
    const end = () => endHeldPeople(company.core, admin, seen!.heldSince, 6)
    expect(await end()).toEqual({ people: 6, left: 5 })
    expect([...(await disabled()), ...(await heldNames())].sort()).toEqual(names.slice(0, 11).sort())
    expect(await disabled()).toHaveLength(6)
    expect(await end()).toEqual({ people: 5, left: 0 })
    expect(await disabled()).toEqual(names.slice(0, 11).sort())
    expect(await end()).toEqual({ people: 0, left: 0 })
  })

  it('does so in person only', async () => {
    const upTo = new Date()
    const token: UserActor = { ...admin, via: 'access-token' }
    for (const decide of [endHeldPeople, keepHeldPeople]) {
      await expect(decide(company.core, token, upTo)).rejects.toMatchObject({ code: 'FORBIDDEN' })
      await expect(decide(company.core, ANONYMOUS, upTo)).rejects.toMatchObject({ code: 'UNAUTHORIZED' })
      const other: UserActor = { ...admin, sysadmin: false }
      await expect(decide(company.core, other, upTo)).rejects.toMatchObject({ code: 'FORBIDDEN' })
      await expect(decide(company.core, admin, new Date(Number.NaN))).rejects.toMatchObject({
        code: 'BAD_REQUEST',
      })
    }
  })
})
