import { expect, it } from 'vitest'
import { changesOf, inWordsOf, REMOVED, refusedKey, shownValue } from './settings-draft.ts'

const stored = {
  ldap_url: { value: 'ldap://one', editable: true },
  ldap_timeout: { value: 5, editable: true },
  ldap_verify_cert: { value: true, editable: true },
}

it('what was typed and typed back is no change', () => {
  expect(changesOf(stored, { ldap_url: 'ldap://one', ldap_timeout: '5', ldap_verify_cert: true })).toEqual({})
})

it('changes have the types of the API; what is no number goes as it is, to be refused by name', () => {
  expect(changesOf(stored, { ldap_timeout: ' 12 ', ldap_verify_cert: false, ldap_url: '' })).toEqual({
    ldap_timeout: 12,
    ldap_verify_cert: false,
    ldap_url: '',
  })
  expect(changesOf(stored, { ldap_timeout: 'soon' })).toEqual({ ldap_timeout: 'soon' })
})

it('a secret is a change when something was typed, and stays as it is when the field is empty again', () => {
  expect(changesOf(stored, { ldap_search_password: 'x' })).toEqual({ ldap_search_password: 'x' })
  expect(changesOf(stored, { ldap_search_password: '' })).toEqual({})
})

it('a secret that is to be removed is sent as nothing, and its field is empty', () => {
  expect(changesOf(stored, { ldap_search_password: REMOVED })).toEqual({ ldap_search_password: '' })
  expect(shownValue(stored, { ldap_search_password: REMOVED }, 'ldap_search_password')).toBe('')
})

it('a field shows what was typed, else what is stored, else nothing', () => {
  expect(shownValue(stored, { ldap_timeout: '' }, 'ldap_timeout')).toBe('')
  expect(shownValue(stored, {}, 'ldap_timeout')).toBe('5')
  expect(shownValue(stored, {}, 'ldap_search_password')).toBe('')
})

it('a refusal leads to its field, or names fields as the page does', () => {
  const keys = ['ldap_url', 'ldap_group_base_dn', 'ldap_base_dn']
  expect(refusedKey('the value of ldap_base_dn is not valid', keys)).toBe('ldap_base_dn')
  expect(refusedKey('/ldap_url must be string,null', keys)).toBe('ldap_url')
  expect(refusedKey('auth_mode ldap_auth needs ldap_url and ldap_base_dn', keys)).toBeUndefined()
  expect(inWordsOf('ldap_url names a new server', keys, () => 'Addresses')).toBe(
    '“Addresses” names a new server',
  )
})
