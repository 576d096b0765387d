import { testDatabase } from '@berth/testing'
import { beforeEach, expect, it, vi } from 'vitest'
import { SYSTEM } from '../authorization/index.ts'
import type { Core } from '../context/index.ts'
import { createUser } from '../users/index.ts'
import {
  held,
  here,
  hold,
  newName,
  PASSWORD,
  pass,
  prepareSignIns,
  refused,
  release,
  there,
  username,
  waitedMs,
  waiting,
} from './authentication.fixture.ts'
import { DEVICE_LIFETIME_MS, deviceOf, proveDevice } from './devices.ts'
import { authenticate, authenticateBasic } from './index.ts'

// Guesses at an account from the address of its owner: whom they keep waiting, and what they learn.

const ADDRESS = '192.0.2.1'
prepareSignIns(testDatabase)
beforeEach(hold)

const browser = (core: Core, password = PASSWORD, device?: string) =>
  authenticate(core, { username, password, address: ADDRESS, ...(device !== undefined && { device }) })
const docker = (core: Core, password = PASSWORD, address = ADDRESS) =>
  authenticateBasic(core, { username, password, address })
const guessers = (core: Core, howMany: number) =>
  Promise.allSettled(Array.from({ length: howMany }, (_, i) => docker(core, `Wrong${i}aa`)))
/** What is known of it while all turns are held. */
const settledWhileHeld = async (verdict: Promise<unknown>): Promise<boolean> => {
  let settled = false
  const end = () => {
    settled = true
  }
  verdict.then(end, end)
  // An answer from memory, or of argon2 without a turn, comes before that of another account begun after it.
  const other = newName()
  await createUser(there, SYSTEM, { username: other, password: PASSWORD })
  await authenticate(here, { username: other, password: PASSWORD, address: ADDRESS })
  return settled
}

it('a browser that signed in before waits for nobody, on either node, however many guess at its address', async () => {
  const device = proveDevice(here, username)
  const guesses = [here, there].map((core) => guessers(core, 60))
  await vi.waitFor(() => expect(waiting).toHaveLength(2))
  for (const core of [here, there]) expect(await browser(core, PASSWORD, device)).toMatchObject({ username })
  release()
  await Promise.all(guesses)
})

it('who guesses in a browser that signed in before is slowed down like others, and slows down nobody', async () => {
  release()
  const device = proveDevice(here, username)
  for (let i = 0; i < 7; i++) await expect(browser(here, `Wrong${i}aa`, device)).rejects.toEqual(refused)
  expect(waitedMs).toHaveLength(2)
  await browser(here)
  await browser(here, PASSWORD, proveDevice(here, username))
  expect(waitedMs).toHaveLength(2)
})

it('a proof is for one account, for half a year, and only as Berth made it', () => {
  const proof = proveDevice(here, username.toUpperCase())
  const device = proof.split('.')[0]
  expect(deviceOf(there, username, proof)).toBe(device)
  expect(deviceOf(there, `${username}x`, proof)).toBeUndefined()
  for (const wrong of [
    '',
    'x',
    `${proof.startsWith('x') ? 'y' : 'x'}${proof.slice(1)}`,
    `${proof.slice(0, -1)}${proof.endsWith('A') ? 'B' : 'A'}`,
    `${proof}.`,
    proof.replace('.', '.1'),
  ])
    expect(deviceOf(here, username, wrong), wrong).toBeUndefined()
  pass(DEVICE_LIFETIME_MS)
  expect(deviceOf(here, username, proof)).toBe(device)
  pass(1)
  expect(deviceOf(here, username, proof)).toBeUndefined()
})

it('among guesses that wait, the right one waits: nothing that was right before in a browser answers sooner', async () => {
  release()
  await browser(here)
  hold()
  const guesses = guessers(here, 8)
  await vi.waitFor(() => expect(waitedMs).toHaveLength(1))
  const right = browser(here)
  expect(await settledWhileHeld(right)).toBe(false)
  release()
  expect(await right).toMatchObject({ username })
  await guesses
})

it('nor does what a tool used elsewhere; what it used here does, while few guess', async () => {
  release()
  await docker(here, PASSWORD, '203.0.113.7')
  hold()
  const guesses = guessers(here, 8)
  await vi.waitFor(() => expect(waitedMs).toHaveLength(1))
  const elsewhere = docker(here)
  expect(await settledWhileHeld(elsewhere)).toBe(false)
  release()
  expect(await elsewhere).toMatchObject({ username })
  await guesses

  hold()
  const few = guessers(here, 40)
  await vi.waitFor(() => expect(waiting).toHaveLength(1))
  expect(await docker(here)).toMatchObject({ username })
  const many = guessers(here, 40)
  const inTurn = docker(here).then(
    () => !held,
    () => true,
  )
  await settledWhileHeld(inTurn)
  release()
  expect(await inTurn).toBe(true)
  await Promise.all([few, many])
})
