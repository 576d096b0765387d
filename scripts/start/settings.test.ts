import type { SettingsError } from '@berth/core/settings'
import { expect, it } from 'vitest'
import { banner } from './banner.ts'
import { dataLayout, describeProblems, readStartSettings } from './settings.ts'

it('needs no setting at all', () => {
  expect(readStartSettings({})).toMatchObject({ port: 8080, databaseUrl: undefined, registryUrl: undefined })
})

it('shows every problem with its cure', () => {
  let text = ''
  try {
    readStartSettings({ BERTH_PORT: '99999', DATABASE_URL: 'mysql://u@h/d', BERTH_ADMIN_PASSWORD: 'secret' })
  } catch (error) {
    text = describeProblems(error as SettingsError)
  }
  expect(text).toContain('3 settings are wrong; Berth was not started.')
  expect(text).toContain('• BERTH_PORT is above 65535 (it is "99999").\n    Give a free port')
  expect(text).toContain('• REDIS_URL is missing')
  expect(text).toContain('• BERTH_ADMIN_PASSWORD is too weak.\n    Use 8 to 128 characters')
  expect(text).not.toContain('"secret"')
})

it('wants three ports for metrics, or none', () => {
  expect(readStartSettings({}).metrics).toBeUndefined()
  expect(readStartSettings({ BERTH_METRICS_PORT: '65533' }).metrics).toEqual({
    port: 65_533,
    host: '127.0.0.1',
  })
  expect(() => readStartSettings({ BERTH_METRICS_PORT: '65534' })).toThrow('leaves no room')
})

it('keeps everything below the data directory', () => {
  for (const path of Object.values(dataLayout('/srv/berth')))
    expect(path.startsWith('/srv/berth/')).toBe(true)
})

it('prints the first password once, and later only where it is', () => {
  const facts = { externalUrl: 'https://registry.example.com', dataDir: '/d', startedInMs: 1_234 }
  expect(banner({ ...facts, password: { kind: 'printed', text: 'Xyz123' } })).toContain('Xyz123')
  const later = banner({ ...facts, password: { kind: 'earlier', secretsPath: '/d/secrets.json' } })
  expect(later).toContain('/d/secrets.json')
  expect(later).toContain('docker login -u admin registry.example.com\n')
})
