import { testDatabase } from '@berth/testing'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import { SYSTEM } from '../authorization/index.ts'
import type { Core } from '../context/index.ts'
import { changePassword, createUser, deleteUser, setDisabled } from '../users/index.ts'
import {
  here,
  hold,
  id,
  PASSWORD,
  pass,
  prepareSignIns,
  refused,
  release,
  there,
  username,
  waitedMs,
} from './authentication.fixture.ts'
import { authenticateBasic, currentUser } from './index.ts'
import { readCredential } from './store.ts'

prepareSignIns(testDatabase)

const signIn = (core: Core, password = PASSWORD, address = '192.0.2.1') =>
  authenticateBasic(core, { username, password, address })

describe('authenticateBasic', () => {
  it('gives the person, whatever the case of the name', async () => {
    const actor = await authenticateBasic(here, {
      username: username.toUpperCase(),
      password: PASSWORD,
      address: '',
    })
    expect(actor).toEqual({
      kind: 'user',
      id,
      username,
      sysadmin: false,
      via: 'password',
      credentialEpoch: expect.any(Number),
    })
  })

  it.each([
    ['a wrong password', { password: 'Wrong0ne' }],
    ['an empty password', { password: '' }],
    ['an endless password', { password: 'x'.repeat(1_000_000) }],
    ['an unknown name', { username: 'nobody' }],
    ['an empty name', { username: '' }],
    ['a hostile name', { username: "' OR 1=1 --" }],
    ['an endless name', { username: 'x'.repeat(10_000) }],
    ['a name that no database takes', { username: 'a\0b' }],
    ['a name with half a character', { username: 'a\ud800b' }],
  ])('refuses %s, in the same words', async (_, part) => {
    const attempt = authenticateBasic(here, { username, password: PASSWORD, address: '192.0.2.1', ...part })
    await expect(attempt).rejects.toMatchObject({
      code: 'UNAUTHORIZED',
      message: 'wrong username or password',
    })
  })

  it('asks neither argon2 nor the database again within three seconds', async () => {
    await signIn(here)
    const before = process.cpuUsage()
    for (let i = 0; i < 100; i++) await signIn(here)
    // One argon2 run alone takes about 30 ms of pure computing: a hundred would take three seconds at the very least.
    expect(process.cpuUsage(before).user).toBeLessThan(2_000_000)
  })

  it('never remembers a wrong password, and a right one does not help a wrong one', async () => {
    await signIn(here)
    await expect(signIn(here, 'Wrong0ne')).rejects.toEqual(refused)
    await expect(signIn(here, 'Wrong0ne')).rejects.toEqual(refused)
  })

  it('runs argon2 once for many connections with the same password, which are one guess', async () => {
    const all = await Promise.all(Array.from({ length: 50 }, () => signIn(here)))
    expect(new Set(all.map((actor) => actor.id))).toEqual(new Set([id]))
  })

  it('runs argon2 for an unknown name, too: time tells nothing about who exists', async () => {
    const costOf = async (name: string, round: number) => {
      const before = process.cpuUsage()
      const attempt = authenticateBasic(here, {
        username: name,
        password: 'Wrong0ne',
        address: `198.51.100.${round}`,
      })
      await expect(attempt).rejects.toEqual(refused)
      return process.cpuUsage(before).user
    }
    let [known, unknown] = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY]
    for (let round = 0; round < 8; round++) {
      known = Math.min(known, await costOf(username, round))
      unknown = Math.min(unknown, await costOf('nobody', round))
    }
    // Without argon2 it would be a thirtieth.
    expect(unknown).toBeGreaterThan(known / 4)
    expect(unknown).toBeLessThan(known * 4)
  })

  it('slows guessing down for the address that guesses, and for nobody else', async () => {
    for (let i = 0; i < 7; i++) await expect(signIn(here, `Wrong${i}aa`)).rejects.toEqual(refused)
    expect(waitedMs).toEqual([500, 1_000])
    // From elsewhere, and on the guessing address for everybody else, it works at once.
    expect((await signIn(here, PASSWORD, '203.0.113.7')).id).toBe(id)
    const other = `${username}-other`
    await createUser(here, SYSTEM, { username: other, password: PASSWORD })
    const address = '192.0.2.1'
    expect(await authenticateBasic(here, { username: other, password: PASSWORD, address })).toMatchObject({
      username: other,
    })
    expect(waitedMs).toHaveLength(2)
  })

  it('counts guesses under all spellings of a name together, also where a database pads what it compares', async () => {
    const spellings = ['', ' ', '  ', '\t', '\u00a0', '\u3000', ' '.repeat(200)]
    for (const [n, blank] of spellings.entries())
      for (const name of [`${username}${blank}`, `${blank}${username.toUpperCase()}`])
        await expect(
          authenticateBasic(here, {
            username: name,
            password: `Wrong${n}${name[0]}aa`,
            address: '192.0.2.1',
          }),
        ).rejects.toEqual(refused)
    expect(waitedMs).toHaveLength(2 * spellings.length - 5)
  })

  it('finds a person by exactly the name, also where a database pads what it compares', async () => {
    expect(await readCredential(here, username)).toMatchObject({ facts: { id } })
    for (const name of [`${username} `, ` ${username}`, `${username}   `])
      expect(await readCredential(here, name)).toBeUndefined()
  })

  it('lets the right password through where others guess: after its turn, and at once when it was right before', async () => {
    const guess = (count: number) =>
      Promise.allSettled(Array.from({ length: count }, (_, i) => signIn(here, `Wrong${i}aa`)))
    await guess(6)
    expect((await signIn(here)).id).toBe(id)
    expect(waitedMs).toEqual([500, 1_000])
    // Much later, while so many guess that some are refused.
    pass(60 * 60_000)
    hold()
    const guesses = guess(40)
    await vi.waitFor(() => expect(waitedMs).toHaveLength(3))
    expect((await signIn(here)).id).toBe(id)
    release()
    const codes = (await guesses).map((result) => result.status === 'rejected' && result.reason.code)
    expect(codes.filter((code) => code === 'TOO_MANY_REQUEST')).toHaveLength(5)
  })

  it('takes a password that was right elsewhere for a guess like others: no answer comes so quickly that it tells', async () => {
    await signIn(here, PASSWORD, '203.0.113.7')
    pass(61_000)
    for (let i = 0; i < 5; i++) await expect(signIn(here, `Wrong${i}aa`)).rejects.toEqual(refused)
    expect((await signIn(here)).id).toBe(id)
    expect(waitedMs).toEqual([500])
  })

  it('lets a right password through that was never used here, from the address where a dozen clients guess', async () => {
    let stopped = false
    const loops = Array.from({ length: 12 }, async (_, loop) => {
      for (let i = 0; !stopped; i++) await signIn(here, `Wrong${loop}x${i}`).catch(() => {})
    })
    await vi.waitFor(() => expect(waitedMs.length).toBeGreaterThan(5))
    expect((await signIn(here)).id).toBe(id)
    stopped = true
    await Promise.all(loops)
  })

  it('takes a password that was right before for a guess once it was changed', async () => {
    await signIn(here)
    await changePassword(here, SYSTEM, id, { newPassword: 'An0therOne' })
    for (let i = 0; i < 7; i++) await expect(signIn(here)).rejects.toEqual(refused)
    expect(waitedMs).toEqual([500])
  })

  it('answers 401 to each guess that is sent, and counts those sent all at once', async () => {
    hold()
    const all = Promise.allSettled(Array.from({ length: 45 }, (_, i) => signIn(here, `Wrong${i}aa`)))
    await vi.waitFor(() => expect(waitedMs).toHaveLength(1))
    release()
    const codes = (await all).map((result) => result.status === 'rejected' && result.reason.code)
    expect(codes.filter((code) => code === 'UNAUTHORIZED')).toHaveLength(5 + 30)
    expect(codes.filter((code) => code === 'TOO_MANY_REQUEST')).toHaveLength(45 - 35)
  })
})

describe('a change on another node takes effect within three seconds', () => {
  beforeEach(async () => {
    await signIn(there)
    expect(await currentUser(there, id)).toMatchObject({ id })
  })

  it('when the password changes', async () => {
    await changePassword(here, SYSTEM, id, { newPassword: 'An0therOne' })
    await expect(signIn(here)).rejects.toEqual(refused)
    expect((await signIn(there, 'An0therOne')).id).toBe(id)
    pass(3_001)
    await expect(signIn(there)).rejects.toEqual(refused)
  })

  it('when the person is disabled', async () => {
    await setDisabled(here, SYSTEM, id, true)
    pass(3_001)
    await expect(signIn(there)).rejects.toEqual(refused)
    expect(await currentUser(there, id)).toBeUndefined()
    await setDisabled(here, SYSTEM, id, false)
    pass(3_001)
    expect((await signIn(there)).id).toBe(id)
  })

  it('when the person is deleted, and for a namesake who comes after', async () => {
    await deleteUser(here, SYSTEM, id)
    const namesake = await createUser(here, SYSTEM, { username, password: 'An0therOne' })
    pass(3_001)
    await expect(signIn(there)).rejects.toEqual(refused)
    expect((await signIn(there, 'An0therOne')).id).toBe(namesake)
    expect(await currentUser(there, id)).toBeUndefined()
  })
})
