import { type Digest, digestOf, type ImageManifest, MEDIA_TYPES } from '@berth/registry-client'
import { describe, expect, it } from 'vitest'
import { kindOf } from './kind.ts'

const digest: Digest = digestOf('x')
const descriptor = (mediaType: string) => ({
  mediaType,
  digest,
  sizeBytes: 1,
  artifactType: undefined,
  platform: undefined,
  urls: undefined,
  annotations: {},
})
const manifest = (configType: string, more: Partial<ImageManifest> = {}): ImageManifest => ({
  kind: 'image',
  mediaType: MEDIA_TYPES.ociManifest,
  artifactType: undefined,
  config: descriptor(configType),
  layers: [],
  subject: undefined,
  annotations: {},
  ...more,
})

describe('the kind of an artifact', () => {
  it.each([
    ['application/vnd.oci.image.config.v1+json', 'IMAGE'],
    ['application/vnd.docker.container.image.v1+json', 'IMAGE'],
    ['application/vnd.cncf.helm.config.v1+json', 'CHART'],
    ['application/vnd.wasm.config.v0+json', 'WASM'],
    ['application/vnd.goharbor.harbor.sbom.v1', 'SBOM'],
    ['application/vnd.cnai.model.config.v1+json', 'CNAI'],
    ['application/vnd.acme.rocket.config.v1alpha+json', 'ROCKET'],
    ['application/vnd.acme.rocket.fuel.config.v1+json', 'ROCKET.FUEL'],
    ['application/vnd.buildkit.cacheconfig.v0', 'CACHE'],
    ['application/octet-stream', 'UNKNOWN'],
    ['application/vnd.oci.empty.v1+json', 'UNKNOWN'],
  ])('%s is %s', (configType, type) => {
    expect(kindOf(manifest(configType))).toEqual({ type, mediaType: configType, artifactType: configType })
  })

  it('is told by the artifact type where the config says nothing', () => {
    const artifactType = 'application/vnd.cyclonedx+json'
    expect(kindOf(manifest(MEDIA_TYPES.ociEmpty, { artifactType }))).toMatchObject({
      type: 'SBOM',
      artifactType,
    })
  })

  it('is an image for an index, with the index’s own media type', () => {
    const index = { ...manifest(MEDIA_TYPES.ociConfig), kind: 'index' as const, manifests: [] }
    expect(kindOf({ ...index, mediaType: MEDIA_TYPES.ociIndex })).toEqual({
      type: 'IMAGE',
      mediaType: MEDIA_TYPES.ociIndex,
      artifactType: MEDIA_TYPES.ociIndex,
    })
  })

  it('is a build cache for an index of its layers and its config', () => {
    const config = 'application/vnd.buildkit.cacheconfig.v0'
    const manifests = [descriptor(MEDIA_TYPES.ociLayerGzip), descriptor(config)]
    expect(kindOf({ ...manifest(''), mediaType: MEDIA_TYPES.ociIndex, kind: 'index', manifests })).toEqual({
      type: 'CACHE',
      mediaType: config,
      artifactType: config,
    })
  })

  it('is a CNAB bundle for an index that is annotated as one', () => {
    const declared = 'application/vnd.cnab.manifest.v1'
    const bundle = {
      ...manifest(MEDIA_TYPES.ociConfig),
      kind: 'index' as const,
      mediaType: MEDIA_TYPES.ociIndex,
      manifests: [],
      annotations: { 'org.opencontainers.artifactType': declared },
    }
    expect(kindOf(bundle)).toEqual({ type: 'CNAB', mediaType: declared, artifactType: declared })
  })

  it('is a WebAssembly module when an image says so', () => {
    const annotations = { 'module.wasm.image/variant': 'compat' }
    expect(kindOf(manifest(MEDIA_TYPES.ociConfig, { annotations })).type).toBe('WASM')
  })

  it('fits its columns, whatever the manifest claims', () => {
    const long = `application/vnd.acme.${'x'.repeat(120)}.config.v1+json`
    const kind = kindOf(manifest(long, { artifactType: 'y'.repeat(10_000) }))
    expect(kind.type).toHaveLength(64)
    expect(kind.artifactType).toHaveLength(255)
    const odd = kindOf(
      manifest(MEDIA_TYPES.ociEmpty, { artifactType: 'application/vnd.acme.\0x\ud800.config.v1+json' }),
    )
    expect(odd).toMatchObject({
      type: 'X\ufffd',
      artifactType: 'application/vnd.acme.x\ufffd.config.v1+json',
    })
  })
})
