import { describe, expect, it } from 'vitest'
import { DUMMY_HASH, hashPassword, verifyPassword } from './argon2.ts'
import { parseNewPassword } from './password.ts'
import { usernameKey } from './username.ts'

describe('passwords', () => {
  it('are kept as argon2id with OWASP’s minimum, salted anew each time', async () => {
    const [first, second] = await Promise.all([hashPassword('Secret12'), hashPassword('Secret12')])
    expect(first).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$[A-Za-z0-9+/]{22}\$[A-Za-z0-9+/]{43}$/)
    expect(first).not.toBe(second)
    expect(await verifyPassword(first, 'Secret12')).toBe(true)
    expect(await verifyPassword(first, 'secret12')).toBe(false)
  })

  it('verify against hashes made elsewhere with other parameters', async () => {
    // The reference implementation's argon2id of "password" with salt "somesalt", m=65536 t=2 p=1.
    const hash = '$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc'
    expect(await verifyPassword(hash, 'password')).toBe(true)
    expect(await verifyPassword(hash, 'Password')).toBe(false)
  })

  it('match nothing that is no argon2id hash', async () => {
    for (const hash of [
      '',
      'Secret12',
      '$argon2i$v=19$m=19456,t=2,p=1$AAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAA',
      '$2b$10$x',
    ])
      expect(await verifyPassword(hash, 'Secret12')).toBe(false)
  })

  it('never match the hash that stands for nobody, which costs as much as a real one', async () => {
    expect(DUMMY_HASH).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/)
    expect(await verifyPassword(DUMMY_HASH, '')).toBe(false)
  })

  it.each(['Passw0rd', `Aa1${'x'.repeat(125)}`, 'Ünïcode1A'])('may be %s', (password) => {
    expect(parseNewPassword(password)).toBe(password)
  })

  it.each([
    '',
    'Passw0r',
    'password1',
    'PASSWORD1',
    'Password',
    `Aa1${'x'.repeat(126)}`,
    undefined,
    12345678,
    null,
    ['Passw0rd'],
  ])('may not be %s', (password) => {
    expect(() => parseNewPassword(password)).toThrow(expect.objectContaining({ code: 'BAD_REQUEST' }))
  })
})

it('takes names for the same person when only case or Unicode form differs', () => {
  expect(usernameKey('Zoë')).toBe(usernameKey('zoe\u0308'))
  expect(usernameKey('ＡＤＭＩＮ')).toBe('admin')
})
