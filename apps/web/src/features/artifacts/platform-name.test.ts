import { expect, test } from 'vitest'
import { platformName, platformNames } from './platform-name.ts'

test('a platform is written as tools take it', () => {
  expect(platformName({ os: 'linux', architecture: 'amd64' })).toBe('linux/amd64')
  expect(platformName({ os: 'linux', architecture: 'arm', variant: 'v7' })).toBe('linux/arm/v7')
  expect(platformName({ os: 'windows', architecture: 'amd64', 'os.version': '10.0.20348.1' })).toBe(
    'windows/amd64 10.0.20348.1',
  )
})

test('what is no platform has no name', () => {
  expect(platformName({ os: 'unknown', architecture: 'unknown' })).toBeNull()
  expect(platformName({ os: '', architecture: '' })).toBeNull()
  expect(platformName(undefined)).toBeNull()
  expect(platformName({ os: 3, architecture: {} })).toBeNull()
})

test('an index shows the platforms of its children, each once, without attestations', () => {
  expect(
    platformNames({
      references: [
        { platform: { os: 'linux', architecture: 'arm64' } },
        { platform: { os: 'linux', architecture: 'amd64' } },
        { platform: { os: 'linux', architecture: 'amd64' } },
        { platform: { os: 'unknown', architecture: 'unknown' } },
        {},
      ],
    }),
  ).toEqual(['linux/arm64', 'linux/amd64'])
})

test('an image shows its own platform, anything else none', () => {
  expect(platformNames({ extra_attrs: { os: 'linux', architecture: 'amd64' } })).toEqual(['linux/amd64'])
  expect(platformNames({ extra_attrs: { name: 'a chart' } })).toEqual([])
})
