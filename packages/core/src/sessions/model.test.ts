import { describe, expect, it } from 'vitest'
import { idOf, isLive, isSecret, lifetimeMs, newSecret } from './model.ts'

const IDLE_MS = 60 * 60_000
const DAY_MS = 24 * IDLE_MS

const start = Date.UTC(2026, 0, 1)
const session = {
  id: 'x',
  userId: 1,
  address: '',
  userAgent: '',
  credentialEpoch: 3,
  createdAt: new Date(start),
  lastSeenAt: new Date(start),
  expiresAt: new Date(start + DAY_MS),
}
const person = { disabled: false, proven: true, credentialEpoch: 3 }

describe('a session', () => {
  it('lives while it is used', () => {
    expect(isLive(session, person, start + IDLE_MS - 1, IDLE_MS)).toBe(true)
  })
  it('ends after an hour without use', () => {
    expect(isLive(session, person, start + IDLE_MS, IDLE_MS)).toBe(false)
  })
  it('ends after a day however much it is used', () => {
    const used = { ...session, lastSeenAt: new Date(start + DAY_MS - 1) }
    expect(isLive(used, person, start + DAY_MS - 1, IDLE_MS)).toBe(true)
    expect(isLive(used, person, start + DAY_MS, IDLE_MS)).toBe(false)
  })
  it('whose idle time is longer than a day lasts as long as that', () => {
    expect(lifetimeMs(IDLE_MS)).toBe(DAY_MS)
    expect(lifetimeMs(3 * DAY_MS)).toBe(3 * DAY_MS)
  })
  it('ends sooner when the settings shorten what it was opened with', () => {
    const long = { ...session, expiresAt: new Date(start + 3 * DAY_MS), lastSeenAt: new Date(start + DAY_MS) }
    expect(isLive(long, person, start + DAY_MS, 3 * DAY_MS)).toBe(true)
    expect(isLive(long, person, start + DAY_MS, IDLE_MS)).toBe(false)
    // And no longer than it was opened for when they lengthen it.
    expect(isLive(session, person, start + DAY_MS, 3 * DAY_MS)).toBe(false)
  })
  it('ends with the password it was opened with, with the account and with its being disabled', () => {
    expect(isLive(session, { ...person, credentialEpoch: 4 }, start, IDLE_MS)).toBe(false)
    expect(isLive(session, { ...person, disabled: true }, start, IDLE_MS)).toBe(false)
    expect(isLive(session, undefined, start, IDLE_MS)).toBe(false)
  })
  it('is known by the hash of its secret only', () => {
    const secret = newSecret()
    expect(isSecret(secret)).toBe(true)
    expect(isSecret(idOf(secret))).toBe(false)
    expect(newSecret()).not.toBe(secret)
  })
})
