import fc from 'fast-check'
import { expect, it } from 'vitest'
import { maskDetail } from './rules.ts'

it('shows old and new values, and of secrets only whether there is one', () => {
  const detail = {
    old: { oidc_client_secret: '', ldap_search_password: 'hunter2', robot_token_duration: 30 },
    new: { oidc_client_secret: 'abc', ldap_search_password: null, robot_token_duration: 7 },
    newPassword: 'Passw0rd',
    secretHash: 'mac:x',
    nested: { apiKey: { private_key: 'k' }, recoveryCodes: ['1', '2'], token: 7 },
    left: undefined,
  }
  expect(maskDetail(detail)).toEqual({
    old: { oidc_client_secret: '', ldap_search_password: '***', robot_token_duration: 30 },
    new: { oidc_client_secret: '***', ldap_search_password: null, robot_token_duration: 7 },
    newPassword: '***',
    secretHash: '***',
    nested: { apiKey: { private_key: '***' }, recoveryCodes: ['***', '***'], token: '***' },
  })
})

it('keeps no more than a line can hold', () => {
  const many = Object.fromEntries(Array.from({ length: 90 }, (_, n) => [`key${n}`, 'x'.repeat(5_000)]))
  expect(maskDetail(many)).toEqual({ truncated: true })
  expect(maskDetail({})).toBeNull()
})

it('whatever it is given becomes JSON that both databases take, without a value beneath the name of a secret', () => {
  fc.assert(
    fc.property(fc.dictionary(fc.string(), fc.anything()), fc.string({ minLength: 4 }), (detail, secret) => {
      const masked = maskDetail({ ...detail, client_secret: { deep: [secret] } })
      const text = JSON.stringify(masked)
      // As text: JSON knows no negative zero.
      expect(JSON.stringify(JSON.parse(text))).toBe(text)
      // A text may speak of `\ud800` without holding one.
      const texts: string[] = []
      JSON.parse(text, (name, value) => {
        texts.push(name, ...(typeof value === 'string' ? [value] : []))
        return value
      })
      expect(texts.filter((part) => part.includes('\0') || !part.isWellFormed())).toEqual([])
      if (!('truncated' in masked!)) expect(masked!.client_secret).toEqual({ deep: ['***'] })
    }),
  )
})
