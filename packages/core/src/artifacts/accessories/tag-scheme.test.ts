import { MEDIA_TYPES } from '@berth/registry-client'
import { expect, it } from 'vitest'
import { subjectOfTag } from './tag-scheme.ts'

const hex = 'a'.repeat(64)
const { ociManifest, ociIndex } = MEDIA_TYPES

it.each([
  [`sha256-${hex}.sig`, 'signature.cosign'],
  [`sha256-${hex}.att`, 'attestation.cosign'],
  [`sha256-${hex}.sbom`, 'sbom.cosign'],
])('%s says what its manifest is attached to', (tag, accessoryType) => {
  expect(subjectOfTag(tag, ociManifest)).toEqual({ digest: `sha256:${hex}`, accessoryType })
})

it('a digest without an ending names the list of what is attached, when it is an index', () => {
  expect(subjectOfTag(`sha256-${hex}`, ociIndex)).toEqual({ digest: `sha256:${hex}`, accessoryType: null })
  expect(subjectOfTag(`sha256-${hex}`, ociManifest)).toBeUndefined()
})

it.each([
  'latest',
  `sha256-${hex}.txt`,
  `sha256-${hex}.sig.sig`,
  `sha256-${hex.toUpperCase()}.sig`,
  `sha256-${hex.slice(1)}.sig`,
  `sha256-${hex}0.sig`,
  `xsha256-${hex}.sig`,
  `sha256:${hex}.sig`,
  `sha512-${hex}.sig`,
  `sha256-${hex}.sig\n`,
])('%j says nothing', (tag) => {
  expect(subjectOfTag(tag, ociManifest)).toBeUndefined()
})
