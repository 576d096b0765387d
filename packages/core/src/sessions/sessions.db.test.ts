import { type TestDatabase, testDatabase } from '@berth/testing'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { SYSTEM, type UserActor } from '../authorization/index.ts'
import { updateConfigurations } from '../configurations/index.ts'
import { type Core, createCore } from '../context/index.ts'
import {
  changePassword,
  createUser,
  deleteUser,
  ensureAdministrator,
  setDisabled,
  setSysadmin,
} from '../users/index.ts'
import {
  csrfToken,
  endAllSessions,
  endSession,
  listSessions,
  purgeExpiredSessions,
  resolveSession,
  signIn,
} from './index.ts'

const PASSWORD = 'Passw0rd'
const IDLE_MS = 60 * 60_000
const LIFETIME_MS = 24 * IDLE_MS
let database: TestDatabase
let clockMs = Date.now()
let here: Core
let there: Core
let id: number
let actor: UserActor
let secret: string
let count = 0

const openCore = () =>
  createCore({
    databaseUrl: database.url,
    secretKey: 'a secret key of thirty-two characters',
    externalUrl: 'http://berth.test',
    registryUrl: 'http://127.0.0.1:9',
    poolSize: 2,
    now: () => clockMs,
  })
const open = (username: string) =>
  signIn(here, { username, password: PASSWORD, address: '192.0.2.1', userAgent: 'test' })

beforeAll(async () => {
  database = await testDatabase()
  here = openCore()
  there = openCore()
  await ensureAdministrator(here, { password: PASSWORD })
})
beforeEach(async () => {
  const username = `person-${++count}`
  id = await createUser(here, SYSTEM, { username, password: PASSWORD })
  ;({ secret, user: actor } = await open(username))
})
afterAll(async () => {
  await Promise.all([here.close(), there.close()])
  await database.drop()
})

describe('a session', () => {
  it('is good on every node, for the person who signed in', async () => {
    for (const core of [here, there])
      expect(await resolveSession(core, secret)).toMatchObject({
        user: { kind: 'user', id, sysadmin: false, via: 'session' },
        session: { userId: id, address: '192.0.2.1', userAgent: 'test' },
      })
  })

  it('is not in the database as its secret', async () => {
    const rows = await database.db.query('SELECT * FROM sessions', [])
    expect(JSON.stringify(rows)).not.toContain(secret)
  })

  it('opens for nobody with a wrong password', async () => {
    const attempt = signIn(here, {
      username: `person-${count}`,
      password: 'Wrong0ne',
      address: '',
      userAgent: '',
    })
    await expect(attempt).rejects.toMatchObject({ code: 'UNAUTHORIZED' })
  })

  it.each(['', 'x', 'A'.repeat(43), "' OR 1=1 --", 'x'.repeat(100_000)])(
    'is not opened by %j',
    async (text) => {
      expect(await resolveSession(here, text)).toBeNull()
    },
  )

  it('ends when signed out: here at once, elsewhere within three seconds, and the cookie stays dead', async () => {
    await resolveSession(there, secret)
    await endSession(here, secret)
    expect(await resolveSession(here, secret)).toBeNull()
    clockMs += 3_001
    expect(await resolveSession(there, secret)).toBeNull()
  })

  it.each([
    ['the password changes', () => changePassword(here, SYSTEM, id, { newPassword: 'An0therOne' })],
    ['the person is disabled', () => setDisabled(here, SYSTEM, id, true)],
    ['the person is deleted', () => deleteUser(here, SYSTEM, id)],
    ['all sessions are ended', () => endAllSessions(here, actor, id)],
  ])('ends when %s', async (_, change) => {
    await resolveSession(there, secret)
    await change()
    expect(await resolveSession(here, secret)).toBeNull()
    clockMs += 3_001
    expect(await resolveSession(there, secret)).toBeNull()
  })

  it('of an administrator ends with the office', async () => {
    await setSysadmin(here, SYSTEM, id, true)
    const admin = await open(`person-${count}`)
    expect((await resolveSession(here, admin.secret))?.user.sysadmin).toBe(true)
    await setSysadmin(here, SYSTEM, id, false)
    expect(await resolveSession(here, admin.secret)).toBeNull()
  })

  it('stays dead after the person is enabled again', async () => {
    await setDisabled(here, SYSTEM, id, true)
    await setDisabled(here, SYSTEM, id, false)
    clockMs += 3_001
    expect(await resolveSession(here, secret)).toBeNull()
  })

  it('lasts while it is used, but no longer than a day', async () => {
    const end = clockMs + LIFETIME_MS
    while (clockMs + IDLE_MS / 2 < end) {
      clockMs += IDLE_MS / 2
      expect(await resolveSession(here, secret)).not.toBeNull()
      expect(await resolveSession(there, secret)).not.toBeNull()
    }
    clockMs = end
    expect(await resolveSession(here, secret)).toBeNull()
  })

  it('ends when the settings say so: after a minute without use, or after three days', async () => {
    const name = `person-${count}`
    await updateConfigurations(here, SYSTEM, { session_timeout: 1 })
    const short = await open(name)
    for (let n = 0; n < 5; n++) {
      clockMs += 40_000
      expect(await resolveSession(here, short.secret)).not.toBeNull()
    }
    clockMs += 60_000
    expect(await resolveSession(there, short.secret)).toBeNull()
    expect((await listSessions(here, SYSTEM, id)).map((session) => session.id)).not.toContain(
      short.session.id,
    )
    const days = 3
    await updateConfigurations(here, SYSTEM, { session_timeout: days * 1_440 })
    const long = await open(name)
    clockMs += days * LIFETIME_MS - 1
    expect(await resolveSession(there, long.secret, { renew: false })).not.toBeNull()
    clockMs += 1
    expect(await resolveSession(there, long.secret)).toBeNull()
    await updateConfigurations(here, SYSTEM, { session_timeout: 60 })
    clockMs += 3_001
  })

  it('ends a day after it began when the settings are shortened to that, however long it was opened for', async () => {
    await updateConfigurations(here, SYSTEM, { session_timeout: 3 * 1_440 })
    const name = `person-${count}`
    const long = await open(name)
    clockMs += LIFETIME_MS - 10 * 60_000
    const young = await open(name)
    expect(await resolveSession(here, long.secret)).not.toBeNull()
    await updateConfigurations(here, SYSTEM, { session_timeout: 60 })
    clockMs += 3_001
    expect(await resolveSession(there, long.secret)).not.toBeNull()
    clockMs += 10 * 60_000
    for (const node of [here, there]) expect(await resolveSession(node, long.secret)).toBeNull()
    const ids = (await listSessions(here, SYSTEM, id)).map((session) => session.id)
    expect(ids).toContain(young.session.id)
    expect(ids).not.toContain(long.session.id)
    await purgeExpiredSessions(here)
    const rows = await database.db.query<{ id: string }>('SELECT id FROM sessions WHERE user_id = ?', [id])
    expect(rows.map((row) => row.id)).toEqual([young.session.id])
  })

  it('is not prolonged by what a page asks by itself', async () => {
    clockMs += IDLE_MS / 2
    expect(await resolveSession(here, secret, { renew: false })).not.toBeNull()
    clockMs += IDLE_MS / 2
    expect(await resolveSession(here, secret)).toBeNull()
  })
})

it('shows people their own sessions, administrators everybody’s, and nobody else’s to others', async () => {
  const own = await listSessions(here, actor, id)
  expect(own).toHaveLength(1)
  expect(own[0]).toMatchObject({ userId: id, address: '192.0.2.1', userAgent: 'test' })
  expect(await listSessions(here, SYSTEM, id)).toHaveLength(1)
  await expect(listSessions(here, actor, id + 1)).rejects.toMatchObject({ code: 'FORBIDDEN' })
  await expect(endAllSessions(here, { kind: 'anonymous' }, id)).rejects.toMatchObject({
    code: 'UNAUTHORIZED',
  })
})

it('ending all of them is one line of the log, which says how many', async () => {
  const name = `person-${count}`
  const kept = await open(name)
  await open(name)
  await endAllSessions(here, actor, id, kept.session.id)
  await endAllSessions(here, actor, id)
  await endAllSessions(here, actor, id)
  const lines = await database.db.prisma.auditLine.findMany({
    where: { resourceType: 'session', action: 'delete', resource: name },
    orderBy: { id: 'asc' },
  })
  expect(lines.map(({ actorName, detail }) => ({ actorName, detail }))).toEqual([
    { actorName: name, detail: { all: 'but this', ended: 2 } },
    { actorName: name, detail: { all: true, ended: 1 } },
  ])
})

it('gives every session a CSRF token of its own, the same on every node', async () => {
  expect(csrfToken(here, secret)).toBe(csrfToken(there, secret))
  const other = await open(`person-${count}`)
  expect(csrfToken(here, other.secret)).not.toBe(csrfToken(here, secret))
  expect(csrfToken(here, secret)).not.toContain(secret)
})

it('removes what opens nothing any more, and only that', async () => {
  await purgeExpiredSessions(here)
  clockMs += IDLE_MS
  const { secret: fresh } = await open(`person-${count}`)
  expect(await purgeExpiredSessions(here)).toBeGreaterThan(0)
  expect(await purgeExpiredSessions(here)).toBe(0)
  expect(await resolveSession(here, fresh)).not.toBeNull()
})
