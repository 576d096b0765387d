import { expect, test } from 'vitest'
import { artifactName, isImage, isIndex, newestTags } from './artifact-names.ts'

const digest = `sha256:${'ab'.repeat(32)}`
const tag = (name: string, push_time: string) => ({
  id: 1,
  repository_id: 1,
  artifact_id: 1,
  immutable: false,
  name,
  push_time,
})

test('tags come newest first, and by name when pushed at one time', () => {
  const tags = [
    tag('b', '2026-01-01T00:00:00Z'),
    tag('c', '2026-03-01T00:00:00Z'),
    tag('a', '2026-01-01T00:00:00Z'),
  ]
  expect(newestTags({ tags }).map(({ name }) => name)).toEqual(['c', 'a', 'b'])
})

test('an artifact goes by its newest tag, without one by its short digest', () => {
  expect(
    artifactName({ digest, tags: [tag('v1', '2026-01-01T00:00:00Z'), tag('v2', '2026-02-01T00:00:00Z')] }),
  ).toBe('v2')
  expect(artifactName({ digest })).toBe('sha256:abababab…abab')
})

test('both families of index are known', () => {
  const types = ['oci.image.index.v1', 'docker.distribution.manifest.list.v2', 'oci.image.manifest.v1']
  expect(types.map((type) => isIndex({ manifest_media_type: `application/vnd.${type}+json` }))).toEqual([
    true,
    true,
    false,
  ])
})

test('an image is what has an image configuration, whatever its type is called', () => {
  const types = [
    'oci.image.config.v1',
    'docker.container.image.v1',
    'oci.image.index.v1',
    'cncf.helm.config.v1',
  ]
  expect(types.map((type) => isImage({ media_type: `application/vnd.${type}+json` }))).toEqual([
    true,
    true,
    false,
    false,
  ])
})
