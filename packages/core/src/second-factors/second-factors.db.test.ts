import { type TestDatabase, testDatabase } from '@berth/testing'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { createAccessToken } from '../access-tokens/index.ts'
import { authenticateBasic, currentUser } from '../authentication/index.ts'
import { SYSTEM, type UserActor } from '../authorization/index.ts'
import { type Core, createCore } from '../context/index.ts'
import { resolveSession, SecondFactorNeeded, signIn } from '../sessions/index.ts'
import { createUser, ensureAdministrator, rescueAdministrator, setDisabled } from '../users/index.ts'
import {
  beginSetup,
  codeAt,
  confirmSetup,
  disableSecondFactor,
  getSecondFactor,
  renewRecoveryCodes,
  resetSecondFactor,
  stepAt,
} from './index.ts'

const PASSWORD = 'Passw0rd'
const STEP_MS = 30_000
let database: TestDatabase
let clockMs = Date.now()
/** Two nodes over one database. */
let here: Core
let there: Core
let root: UserActor
let person: UserActor
let username: string
let sessionSecret: string
let count = 0

const openCore = () =>
  createCore({
    databaseUrl: database.url,
    secretKey: 'a secret key of thirty-two characters',
    externalUrl: 'http://berth.test',
    registryUrl: 'http://127.0.0.1:9',
    poolSize: 3,
    now: () => clockMs,
    wait: () => Promise.resolve(),
  })
const address = '192.0.2.1'
const open = (core: Core, code?: string, password = PASSWORD) =>
  signIn(core, { username, password, address, userAgent: 'test', code })
const basic = (core: Core, password = PASSWORD) => authenticateBasic(core, { username, password, address })
const codeNow = (secret: string) => codeAt(secret, stepAt(clockMs))
const outcome = (attempt: Promise<unknown>): Promise<string> =>
  attempt.then(
    () => 'in',
    (error) => error.code ?? String(error),
  )

beforeAll(async () => {
  database = await testDatabase()
  here = openCore()
  there = openCore()
  await ensureAdministrator(here, { password: PASSWORD })
  root = (await signIn(here, { username: 'admin', password: PASSWORD, address, userAgent: '' })).user
})
beforeEach(async () => {
  username = `person-${++count}`
  await createUser(here, SYSTEM, { username, password: PASSWORD })
  ;({ secret: sessionSecret, user: person } = await open(here))
})
afterAll(async () => {
  await Promise.all([here.close(), there.close()])
  await database.drop()
})

async function enrol(): Promise<{ secret: string; codes: string[] }> {
  const { secret } = await beginSetup(here, person, PASSWORD)
  const codes = await confirmSetup(here, person, codeNow(secret))
  // The code of this step is used up.
  clockMs += STEP_MS
  return { secret, codes }
}

describe('setting up', () => {
  it('needs the password, then a right code; until then nothing changes', async () => {
    expect(await outcome(beginSetup(here, person, 'Wrong0ne'))).toBe('FORBIDDEN')
    expect(await outcome(confirmSetup(here, person, '000000'))).toBe('PRECONDITION')
    const { secret, uri } = await beginSetup(here, person, PASSWORD)
    expect(uri).toContain(`secret=${secret}`)
    expect(await getSecondFactor(here, person, person.id)).toMatchObject({ available: true, enabled: false })
    expect(await outcome(open(here))).toBe('in')
    const wrong = codeNow(secret) === '000000' ? '000001' : '000000'
    expect(await outcome(confirmSetup(here, person, wrong))).toBe('UNPROCESSABLE_ENTITY')
    const codes = await confirmSetup(here, person, codeNow(secret))
    expect(new Set(codes).size).toBe(10)
    for (const code of codes) expect(code).toMatch(/^[a-z2-9]{4}-[a-z2-9]{4}-[a-z2-9]{4}$/)
    expect(await getSecondFactor(here, person, person.id)).toMatchObject({
      enabled: true,
      recoveryCodesLeft: 10,
    })
    expect(await outcome(beginSetup(here, person, PASSWORD))).toBe('CONFLICT')
  })

  it('begun and left for a quarter of an hour, it begins again', async () => {
    const { secret } = await beginSetup(here, person, PASSWORD)
    clockMs += 15 * 60_000
    expect(await outcome(confirmSetup(here, person, codeNow(secret)))).toBe('PRECONDITION')
  })

  it('is for the person: no token, no robot, nobody without a local password', async () => {
    const { secret } = await createAccessToken(here, person, { name: 'all', scopes: ['push', 'api:write'] })
    const byToken = (await basic(here, secret)) as UserActor
    expect(await outcome(beginSetup(here, byToken, PASSWORD))).toBe('FORBIDDEN')
    await database.db.query('UPDATE users SET password_hash = NULL WHERE id = ?', [person.id])
    expect(await outcome(beginSetup(here, person, PASSWORD))).toBe('PRECONDITION')
  })

  it('keeps neither the secret nor the recovery codes readable', async () => {
    const { secret, codes } = await enrol()
    const rows = JSON.stringify([
      await database.db.query('SELECT * FROM second_factors', []),
      await database.db.query('SELECT * FROM recovery_codes', []),
    ])
    for (const text of [secret, ...codes, ...codes.map((code) => code.replaceAll('-', ''))])
      expect(rows).not.toContain(text)
  })

  it('ends the other sessions and the remembered password on both nodes, and not the session that did it', async () => {
    const other = await open(there)
    await basic(there)
    expect(await resolveSession(there, sessionSecret)).not.toBeNull()
    await enrol()
    // Within the memory of the other node, and after it.
    for (const core of [here, there]) expect(await resolveSession(core, sessionSecret)).not.toBeNull()
    clockMs += 3_001
    for (const core of [here, there]) {
      expect(await resolveSession(core, sessionSecret)).not.toBeNull()
      expect(await resolveSession(core, other.secret)).toBeNull()
      expect(await outcome(basic(core))).toBe('UNAUTHORIZED')
    }
  })
})

describe('with a second factor', () => {
  it('the password alone opens no session and is no credential; the refusal names the way', async () => {
    await enrol()
    expect(await outcome(open(here))).toBe('UNAUTHORIZED')
    await expect(basic(here)).rejects.toThrow(/personal access token/)
    // Not to those who do not have the password.
    await expect(basic(here, 'Wrong0ne')).rejects.toThrow('wrong username or password')
  })

  it('a node that has just signed the person in asks for the code at once, when it was set up on another', async () => {
    await open(there)
    const { secret } = await beginSetup(here, person, PASSWORD)
    await confirmSetup(here, person, codeNow(secret))
    await expect(open(there)).rejects.toBeInstanceOf(SecondFactorNeeded)
  })

  it('a personal access token takes the password’s place', async () => {
    await enrol()
    const again = (await currentUser(here, person.id))!
    const { secret } = await createAccessToken(
      here,
      { ...again, via: 'session' },
      { name: 'ci', scopes: ['pull'] },
    )
    expect(await basic(here, secret)).toMatchObject({ id: person.id, via: 'access-token' })
  })

  it('a code opens a session once, on whichever node', async () => {
    const { secret } = await enrol()
    const code = codeNow(secret)
    const both = await Promise.all([here, there].map((core) => outcome(open(core, code))))
    expect(both.sort()).toEqual(['UNAUTHORIZED', 'in'])
    expect(await outcome(open(here, code))).toBe('UNAUTHORIZED')
    clockMs += STEP_MS
    expect(await outcome(open(there, ` ${codeNow(secret).slice(0, 3)} ${codeNow(secret).slice(3)}`))).toBe(
      'in',
    )
  })

  it('a recovery code works once, in any case and with any separators', async () => {
    const { codes } = await enrol()
    const [first, second] = codes as [string, string]
    const both = await Promise.all([here, there].map((core) => outcome(open(core, first))))
    expect(both.sort()).toEqual(['UNAUTHORIZED', 'in'])
    expect(await outcome(open(here, second.toUpperCase().replaceAll('-', ' ')))).toBe('in')
    expect((await getSecondFactor(here, root, person.id)).recoveryCodesLeft).toBe(8)
  })

  it('the right code does not help a wrong password, and is not used up by it', async () => {
    const { secret } = await enrol()
    expect(await outcome(open(here, codeNow(secret), 'Wrong0ne'))).toBe('UNAUTHORIZED')
    expect(await outcome(open(here, codeNow(secret)))).toBe('in')
  })

  it('guesses are slowed down over all nodes; a recovery code passes, and who lacks the password slows nobody', async () => {
    const { secret, codes } = await enrol()
    const wrong = () => (codeNow(secret) === '000000' ? '000001' : '000000')
    // A stranger's guesses never reach the code.
    for (let n = 0; n < 5; n++) await outcome(open(n % 2 ? here : there, wrong(), `Wrong0ne${n}`))
    for (let n = 0; n < 5; n++)
      expect(await outcome(open(n % 2 ? here : there, wrong()))).toBe('UNAUTHORIZED')
    for (const core of [here, there]) {
      expect(await outcome(open(core, codeNow(secret)))).toBe('TOO_MANY_REQUEST')
      expect(await outcome(open(core, codes.pop()))).toBe('in')
    }
    clockMs += 30_000
    expect(await outcome(open(here, codeNow(secret)))).toBe('in')
  })

  it('twenty wrong codes at once are twenty: five are looked at', async () => {
    const { secret } = await enrol()
    const right = codeNow(secret)
    const guesses = Array.from({ length: 20 }, (_, n) =>
      `${(Number(right) + 1 + n) % 1_000_000}`.padStart(6, '0'),
    )
    const near = new Set([-1, 1].map((off) => codeAt(secret, stepAt(clockMs) + off)))
    const all = await Promise.all(
      guesses.filter((guess) => !near.has(guess)).map((code) => outcome(open(here, code))),
    )
    expect(all.filter((one) => one === 'UNAUTHORIZED')).toHaveLength(5)
    expect(all).not.toContain('in')
  })
})

describe('switching it off', () => {
  it('needs password and code; then the password is enough again', async () => {
    const { secret } = await enrol()
    expect(
      await outcome(disableSecondFactor(here, person, { password: 'Wrong0ne', code: codeNow(secret) })),
    ).toBe('FORBIDDEN')
    expect(await outcome(disableSecondFactor(here, person, { password: PASSWORD, code: 'x' }))).toBe(
      'UNPROCESSABLE_ENTITY',
    )
    await disableSecondFactor(here, person, { password: PASSWORD, code: codeNow(secret) })
    expect(await outcome(open(here))).toBe('in')
    expect(await outcome(basic(here))).toBe('in')
    expect(await outcome(disableSecondFactor(here, person, { password: PASSWORD, code: 'x' }))).toBe(
      'NOT_FOUND',
    )
  })

  it('new recovery codes end the old ones', async () => {
    const { codes } = await enrol()
    const proof = { password: PASSWORD, code: codes[0]! }
    const fresh = await renewRecoveryCodes(here, person, proof)
    expect(await outcome(open(here, codes[1]))).toBe('UNAUTHORIZED')
    expect(await outcome(open(here, fresh[0]))).toBe('in')
  })

  it('an administrator takes another person’s off, and not their own that way', async () => {
    await enrol()
    expect(await outcome(resetSecondFactor(here, person, person.id))).toBe('FORBIDDEN')
    expect(await outcome(resetSecondFactor(here, root, root.id))).toBe('FORBIDDEN')
    await resetSecondFactor(here, root, person.id)
    expect(await outcome(resetSecondFactor(here, root, person.id))).toBe('NOT_FOUND')
    clockMs += 3_001
    for (const core of [here, there]) expect(await outcome(open(core))).toBe('in')
  })
})

describe('who holds the server', () => {
  it('gets back in without password, phone and recovery codes, and ends what was open', async () => {
    const { secret } = await beginSetup(here, person, PASSWORD)
    await confirmSetup(here, person, codeNow(secret))
    await setDisabled(here, root, person.id, true)
    await rescueAdministrator(here, { username: username.toUpperCase(), password: 'An0therOne' })
    clockMs += 3_001
    expect(await outcome(open(there))).toBe('UNAUTHORIZED')
    expect(await resolveSession(there, sessionSecret)).toBeNull()
    const { user } = await open(there, undefined, 'An0therOne')
    expect(user).toMatchObject({ id: person.id, sysadmin: true })
    expect(await getSecondFactor(there, user, person.id)).toMatchObject({
      enabled: false,
      recoveryCodesLeft: 0,
    })
    const lines = await database.db.prisma.auditLine.findMany({
      where: { resource: username, actorKind: 'system' },
    })
    const rescued = { rescued: true, sysadmin: true, disabled: false }
    expect(lines.map(({ detail }) => detail)).toContainEqual(rescued)
  })

  it('gets a new administrator under a name that nobody has, and no account of a directory', async () => {
    const name = `rescue-${count}`
    const rescue = (who: string, password = PASSWORD) =>
      rescueAdministrator(here, { username: who, password })
    await rescue(name)
    const address = '192.0.2.9'
    expect(await authenticateBasic(there, { username: name, password: PASSWORD, address })).toMatchObject({
      sysadmin: true,
    })
    // No other spelling of it than its case: nobody else's account is opened, and none is made.
    for (const other of [`${name} `, ` ${name}`, `${name}\u00a0`])
      await expect(rescue(other)).rejects.toThrow(/space/)
    expect(await authenticateBasic(there, { username: name, password: PASSWORD, address })).toMatchObject({
      username: name,
    })
    await database.db.prisma.user.update({ where: { id: person.id }, data: { authSource: 'ldap' } })
    await expect(rescue(username)).rejects.toMatchObject({ code: 'PRECONDITION' })
    await expect(rescue(name, 'weak')).rejects.toThrow(/password/)
  })
})
