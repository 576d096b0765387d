import { describe, expect, it } from 'vitest'
import { IDLE_MS, idOf, isLive, isSecret, LIFETIME_MS, newSecret } from './model.ts'

const start = Date.UTC(2026, 0, 1)
const session = {
  id: 'x',
  userId: 1,
  address: '',
  userAgent: '',
  credentialEpoch: 3,
  createdAt: new Date(start),
  lastSeenAt: new Date(start),
  expiresAt: new Date(start + LIFETIME_MS),
}
const person = { disabled: false, credentialEpoch: 3 }

describe('a session', () => {
  it('lives while it is used', () => {
    expect(isLive(session, person, start + IDLE_MS - 1)).toBe(true)
  })
  it('ends after an hour without use', () => {
    expect(isLive(session, person, start + IDLE_MS)).toBe(false)
  })
  it('ends after a day however much it is used', () => {
    const used = { ...session, lastSeenAt: new Date(start + LIFETIME_MS - 1) }
    expect(isLive(used, person, start + LIFETIME_MS - 1)).toBe(true)
    expect(isLive(used, person, start + LIFETIME_MS)).toBe(false)
  })
  it('ends with the password it was opened with, with the account and with its being disabled', () => {
    expect(isLive(session, { ...person, credentialEpoch: 4 }, start)).toBe(false)
    expect(isLive(session, { ...person, disabled: true }, start)).toBe(false)
    expect(isLive(session, undefined, start)).toBe(false)
  })
  it('is known by the hash of its secret only', () => {
    const secret = newSecret()
    expect(isSecret(secret)).toBe(true)
    expect(isSecret(idOf(secret))).toBe(false)
    expect(newSecret()).not.toBe(secret)
  })
})
