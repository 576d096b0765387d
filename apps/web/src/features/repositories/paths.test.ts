import { expect, test } from 'vitest'
import { artifactPath, placeOf, repositoryPath, shortName } from './paths.ts'

const digest = `sha256:${'ab'.repeat(32)}`
const segmentsOf = (path: string) => path.split('/').slice(4)

test('a repository with slashes keeps them in its address', () => {
  expect(repositoryPath('shop', 'web/api')).toBe('/projects/shop/repositories/web/api')
})

test('every address leads back to what it was made from', () => {
  expect(placeOf('shop', segmentsOf(repositoryPath('shop', 'web/api')))).toEqual({
    project: 'shop',
    repository: 'web/api',
  })
  for (const [value, kind] of [
    [digest, 'digest'],
    ['v1.2_x-3', 'tag'],
    ['latest', 'tag'],
  ] as const) {
    expect(placeOf('shop', segmentsOf(artifactPath('shop', 'web/api', value)))).toEqual({
      project: 'shop',
      repository: 'web/api',
      reference: { kind, value },
    })
  }
})

test('segments arrive percent-encoded from browsers that encode colons', () => {
  expect(placeOf('shop', ['api', encodeURIComponent(`@${digest}`)])?.reference).toEqual({
    kind: 'digest',
    value: digest,
  })
})

test('what names no repository is refused instead of guessed', () => {
  expect(placeOf('shop', [':v1'])).toBeNull()
  expect(placeOf('shop', ['api', '@'])).toBeNull()
  expect(placeOf('shop', [])).toBeNull()
})

test('a broken percent sign is taken as it stands', () => {
  expect(placeOf('shop', ['a%zz'])).toEqual({ project: 'shop', repository: 'a%zz' })
})

test('only the project is taken off a full name', () => {
  expect(shortName('shop/web/api')).toBe('web/api')
})
