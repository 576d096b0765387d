import { digestOf, type ImageManifest, MEDIA_TYPES } from '@berth/registry-client'
import { expect, it } from 'vitest'
import { accessoryTypeOf } from './accessory-type.ts'

const descriptor = (mediaType: string, annotations: Record<string, string> = {}) => ({
  mediaType,
  digest: digestOf('x'),
  sizeBytes: 1,
  artifactType: undefined,
  platform: undefined,
  urls: undefined,
  annotations,
})
const manifest = (layer: Record<string, string> = {}): ImageManifest => ({
  kind: 'image',
  mediaType: MEDIA_TYPES.ociManifest,
  artifactType: undefined,
  config: descriptor(MEDIA_TYPES.ociConfig),
  layers: [descriptor(MEDIA_TYPES.ociLayer), descriptor(MEDIA_TYPES.ociLayerGzip, layer)],
  subject: undefined,
  annotations: {},
})

it.each([
  ['application/vnd.cncf.notary.signature', 'signature.notation'],
  ['application/vnd.dev.sigstore.bundle.v0.3+json', 'signature.cosign'],
  ['application/vnd.dev.cosign.artifact.sig.v1+json', 'signature.cosign'],
  ['application/vnd.goharbor.harbor.sbom.v1', 'sbom.harbor'],
  ['application/spdx+json', 'subject.accessory'],
  ['', 'subject.accessory'],
  ['constructor', 'subject.accessory'],
])('%j is a %s', (artifactType, type) => {
  expect(accessoryTypeOf(manifest(), artifactType)).toBe(type)
})

it('an image whose last layer is a nydus bootstrap is an accelerator', () => {
  const nydus = manifest({ 'containerd.io/snapshot/nydus-bootstrap': 'true' })
  expect(accessoryTypeOf(nydus, MEDIA_TYPES.ociConfig)).toBe('accelerator.nydus')
})
