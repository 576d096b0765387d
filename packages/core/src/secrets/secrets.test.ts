import { createPublicKey } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { openSecrets, sameSecret } from './index.ts'

const secrets = openSecrets('a secret key of thirty-two characters')

describe('secrets', () => {
  it('come back as they were, and look different each time', () => {
    const first = secrets.encrypt('signing-keys', 'täxt')
    expect(secrets.decrypt('signing-keys', first)).toBe('täxt')
    expect(secrets.encrypt('signing-keys', 'täxt')).not.toBe(first)
  })

  it('do not open with another key, for another purpose, or after a change', () => {
    const text = secrets.encrypt('signing-keys', 'text')
    expect(() => openSecrets('another key of thirty-two characters!').decrypt('signing-keys', text)).toThrow()
    expect(() => secrets.decrypt('csrf', text)).toThrow()
    const bytes = Buffer.from(text.slice(3), 'base64url')
    for (const at of [0, 12, bytes.length - 1]) {
      const changed = Buffer.from(bytes)
      changed[at]! ^= 1
      expect(() => secrets.decrypt('signing-keys', `v1.${changed.toString('base64url')}`)).toThrow()
    }
    expect(() => secrets.decrypt('signing-keys', 'text')).toThrow()
  })

  it('make a MAC that depends on key, purpose and text', () => {
    const mac = secrets.mac('csrf', 'a')
    expect(mac).toMatch(/^[\w-]{43}$/)
    expect(secrets.mac('csrf', 'a')).toBe(mac)
    const others = [
      secrets.mac('csrf', 'b'),
      secrets.mac('check-value', 'a'),
      openSecrets('another key of thirty-two characters!').mac('csrf', 'a'),
    ]
    expect(others).not.toContain(mac)
  })

  it('make a signing key that depends on key and purpose and on nothing else', () => {
    const publicKey = (made: typeof secrets, purpose: 'audit-seals' | 'csrf') =>
      createPublicKey(made.signingKey(purpose)).export({ format: 'jwk' }).x
    const known = publicKey(secrets, 'audit-seals')
    expect(publicKey(openSecrets('a secret key of thirty-two characters'), 'audit-seals')).toBe(known)
    expect(publicKey(secrets, 'csrf')).not.toBe(known)
    expect(publicKey(openSecrets('another key of thirty-two characters!'), 'audit-seals')).not.toBe(known)
  })

  it('are the same only when every byte and the length is', () => {
    expect(sameSecret('abc', 'abc')).toBe(true)
    for (const other of ['abd', 'ab', 'abcd', '']) expect(sameSecret('abc', other)).toBe(false)
  })
})
