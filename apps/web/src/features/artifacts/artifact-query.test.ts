import { expect, test } from 'vitest'
import { artifactQuery } from './artifact-query.ts'

test('without words only tagged artifacts are asked for', () => {
  expect(artifactQuery('', false)).toBe('tags=*')
})

test('the switch brings the untagged ones too', () => {
  expect(artifactQuery('', true)).toBeUndefined()
})

test('free text and tag: look for a part of a tag, which takes the place of tags=*', () => {
  expect(artifactQuery('v1.2', false)).toBe('tags=~v1.2')
  expect(artifactQuery('tag:v1.2', false)).toBe('tags=~v1.2')
})

test('type: is written as the API names types', () => {
  expect(artifactQuery('type:chart', false)).toBe('tags=*,type=CHART')
  expect(artifactQuery('type:image v2', true)).toBe('tags=~v2,type=IMAGE')
})

test('what begins like a digest is looked for among digests', () => {
  expect(artifactQuery('sha256:AB12', true)).toBe('digest=~sha256%3Aab12')
  expect(artifactQuery('digest:ab12', true)).toBe('digest=~ab12')
})

test('no word can add a condition of its own', () => {
  expect(artifactQuery('tag:a,id=1', true)).toBe('tags=~a%2Cid%3D1')
  expect(artifactQuery('"x y,z"', true)).not.toContain(' ')
})
