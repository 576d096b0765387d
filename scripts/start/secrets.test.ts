import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseSettings } from '@berth/core/settings'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { firstPassword, loadSecrets, noteAdministrator, readablePassword } from './secrets.ts'

let directory: string
let path: string
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'berth-test-secrets-'))
  path = join(directory, 'secrets.json')
})
afterEach(() => rmSync(directory, { recursive: true, force: true }))

it('are generated once, differ between installations, and only their owner may read them', () => {
  const first = loadSecrets(path)
  expect(loadSecrets(path)).toEqual(first)
  expect(loadSecrets(join(directory, 'other.json')).secretKey).not.toBe(first.secretKey)
  expect(statSync(path).mode & 0o777).toBe(0o600)
})

it('fulfil the rules that Berth makes for settings of the same name', () => {
  const { secretKey, adminPassword } = loadSecrets(path)
  const env = { BERTH_SECRET_KEY: secretKey, BERTH_ADMIN_PASSWORD: adminPassword }
  expect(parseSettings(env, ['BERTH_SECRET_KEY', 'BERTH_ADMIN_PASSWORD'])).toEqual(env)
})

it('keep what is there and add what is missing', () => {
  writeFileSync(path, JSON.stringify({ secretKey: 'k'.repeat(64) }))
  expect(loadSecrets(path).secretKey).toBe('k'.repeat(64))
  expect(JSON.parse(readFileSync(path, 'utf8'))).toHaveProperty('databasePassword')
})

it('are never replaced when the file is damaged, because the data could not be decrypted any more', () => {
  writeFileSync(path, '{"secretKey": "ab')
  expect(() => loadSecrets(path)).toThrow('Restore it from a backup')
  expect(readFileSync(path, 'utf8')).toBe('{"secretKey": "ab')
})

it('give passwords without letters that look alike', () => {
  for (let i = 0; i < 200; i++) expect(readablePassword()).toMatch(/^[A-HJ-NP-Za-km-z2-9]{20}$/)
})

it('show the generated first password once, even when the start that made it failed later', () => {
  const secrets = noteAdministrator(path, loadSecrets(path), false)
  expect(firstPassword(path, loadSecrets(path))).toEqual({ kind: 'printed', text: secrets.adminPassword })
  expect(firstPassword(path, loadSecrets(path))).toEqual({ kind: 'earlier', secretsPath: path })
  expect(loadSecrets(path)).toMatchObject({
    secretKey: secrets.secretKey,
    adminPassword: secrets.adminPassword,
  })
})

it('say that the password was chosen, or that another installation made the administrator', () => {
  expect(firstPassword(path, loadSecrets(path))).toEqual({ kind: 'elsewhere' })
  noteAdministrator(path, loadSecrets(path), true)
  expect(firstPassword(path, loadSecrets(path))).toEqual({ kind: 'chosen' })
})
