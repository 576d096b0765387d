import { describe, expect, it } from 'vitest'
import { digestOf } from './digest.ts'
import { ManifestError, parseManifest } from './manifest.ts'
import {
  baseMediaType,
  isForeignLayerType,
  isHelmConfigType,
  isImageConfigType,
  isImageLayerType,
  isManifestType,
  isSchema1Type,
  MEDIA_TYPES,
} from './media-types.ts'

const blob = (mediaType: string, size: unknown = 3) => ({ mediaType, digest: digestOf('abc'), size })
const config = blob(MEDIA_TYPES.ociConfig)
const layer = blob(MEDIA_TYPES.ociLayerGzip)
const image = { schemaVersion: 2, mediaType: MEDIA_TYPES.ociManifest, config, layers: [layer] }
const child = {
  ...blob(MEDIA_TYPES.ociManifest),
  platform: { os: 'linux', architecture: 'arm', variant: 'v7' },
}
const index = { schemaVersion: 2, mediaType: MEDIA_TYPES.ociIndex, manifests: [child] }

const bytesOf = (value: unknown) =>
  new TextEncoder().encode(typeof value === 'string' ? value : JSON.stringify(value))
const asImage = (value: unknown) => parseManifest(bytesOf(value), MEDIA_TYPES.ociManifest)
const asIndex = (value: unknown) => parseManifest(bytesOf(value), MEDIA_TYPES.ociIndex)

describe('manifests that are what they say', () => {
  it('reads an image manifest', () => {
    const manifest = asImage({ ...image, artifactType: 'a/b', subject: child, annotations: { k: 'v' } })
    expect(manifest).toMatchObject({
      kind: 'image',
      mediaType: MEDIA_TYPES.ociManifest,
      artifactType: 'a/b',
      config: { mediaType: MEDIA_TYPES.ociConfig, digest: digestOf('abc'), sizeBytes: 3 },
      layers: [{ mediaType: MEDIA_TYPES.ociLayerGzip, sizeBytes: 3 }],
      subject: { digest: digestOf('abc') },
      annotations: { k: 'v' },
    })
  })

  it('reads an index with platforms', () => {
    expect(asIndex(index)).toMatchObject({
      kind: 'index',
      manifests: [{ platform: { os: 'linux', architecture: 'arm', variant: 'v7' } }],
    })
  })

  it('reads Docker schema 2 and lists, and OCI without mediaType in the body', () => {
    const docker = { ...image, mediaType: MEDIA_TYPES.dockerManifest }
    expect(parseManifest(bytesOf(docker), MEDIA_TYPES.dockerManifest).kind).toBe('image')
    const list = { ...index, mediaType: MEDIA_TYPES.dockerManifestList }
    expect(parseManifest(bytesOf(list), MEDIA_TYPES.dockerManifestList).kind).toBe('index')
    expect(asImage({ ...image, mediaType: undefined }).mediaType).toBe(MEDIA_TYPES.ociManifest)
  })

  it('ignores parameters and case of the Content-Type', () => {
    const type = `${MEDIA_TYPES.ociManifest.toUpperCase()} ; charset=utf-8`
    expect(parseManifest(bytesOf(image), type).mediaType).toBe(MEDIA_TYPES.ociManifest)
  })

  it('keeps hostile annotation keys as plain data', () => {
    const text = JSON.stringify(image).replace('"config"', '"annotations":{"__proto__":"x"},"config"')
    const { annotations } = asImage(text)
    expect(Object.entries(annotations)).toEqual([['__proto__', 'x']])
    expect(({} as Record<string, unknown>).x).toBeUndefined()
  })

  it('takes the last of two equal keys, as every other JSON reader in this trade does', () => {
    const text = JSON.stringify(image).replace('"schemaVersion":2', '"schemaVersion":1,"schemaVersion":2')
    expect(asImage(text).kind).toBe('image')
  })
})

describe('manifests that two readers could take for two things are refused', () => {
  it.each([
    ['an image with manifests', image, { manifests: [child] }],
    ['an image with manifests null', image, { manifests: null }],
    ['an image with fsLayers', image, { fsLayers: [] }],
    ['an image with Manifests', image, { Manifests: [child] }],
    ['an image with LAYERS', image, { LAYERS: [layer] }],
    ['an image with layerſ, which Go reads as layers', image, { layerſ: [layer] }],
    ['a layer with Digest beside digest', image, { layers: [{ ...layer, Digest: digestOf('other') }] }],
    ['a layer with ſize beside size', image, { layers: [{ ...layer, ſize: 1 }] }],
    ['a config with MEDIATYPE beside mediaType', image, { config: { ...config, MEDIATYPE: 'a/b' } }],
    ['an image that says index', image, { mediaType: MEDIA_TYPES.ociIndex }],
    ['an image that says Docker', image, { mediaType: MEDIA_TYPES.dockerManifest }],
    ['an image whose mediaType is no text', image, { mediaType: [MEDIA_TYPES.ociManifest] }],
    ['an image whose mediaType is null', image, { mediaType: null }],
  ])('%s', (_name, base, more) => expect(() => asImage({ ...base, ...more })).toThrow(ManifestError))

  it.each([
    ['an index with layers', { layers: [layer] }],
    ['an index with config', { config }],
    ['an index with Layers', { Layers: [layer] }],
    ['an index with fsLayers', { fsLayers: [] }],
    ['an index that says image', { mediaType: MEDIA_TYPES.ociManifest }],
  ])('%s', (_name, more) => expect(() => asIndex({ ...index, ...more })).toThrow(ManifestError))

  it('an image sent as an index and the other way round', () => {
    expect(() => asIndex({ ...image, mediaType: undefined })).toThrow(ManifestError)
    expect(() => asImage({ ...index, mediaType: undefined })).toThrow(ManifestError)
  })

  it('Docker schema 2 without mediaType', () => {
    expect(() =>
      parseManifest(bytesOf({ ...image, mediaType: undefined }), MEDIA_TYPES.dockerManifest),
    ).toThrow(ManifestError)
  })
})

describe('malformed manifests are refused with MANIFEST_INVALID', () => {
  it.each(['', 'null', '[]', '1', '"x"', '{', '{}', '\ufeff{}', '['])('body %j', (text) =>
    expect(() => asImage(text)).toThrow(ManifestError),
  )

  it.each([
    ['schemaVersion 1', { schemaVersion: 1 }],
    ['schemaVersion "2"', { schemaVersion: '2' }],
    ['no config', { config: undefined }],
    ['config null', { config: null }],
    ['config as list', { config: [config] }],
    ['no layers', { layers: undefined }],
    ['layers null', { layers: null }],
    ['layers as object', { layers: { 0: layer } }],
    ['a layer that is null', { layers: [null] }],
    ['negative size', { layers: [blob(MEDIA_TYPES.ociLayer, -1)] }],
    ['fractional size', { layers: [blob(MEDIA_TYPES.ociLayer, 1.5)] }],
    ['size as text', { layers: [blob(MEDIA_TYPES.ociLayer, '3')] }],
    ['size beyond 2^53', { layers: [blob(MEDIA_TYPES.ociLayer, 2 ** 53)] }],
    ['size absent', { layers: [{ ...layer, size: undefined }] }],
    ['digest absent', { layers: [{ ...layer, digest: undefined }] }],
    ['digest of another kind', { layers: [{ ...layer, digest: 'md5:abc' }] }],
    ['digest with a path', { layers: [{ ...layer, digest: `sha256:../${'a'.repeat(61)}` }] }],
    ['media type absent', { layers: [{ ...layer, mediaType: undefined }] }],
    ['media type empty', { layers: [{ ...layer, mediaType: '' }] }],
    ['media type with a line break', { layers: [{ ...layer, mediaType: 'a/b\r\nx: y' }] }],
    ['annotations as list', { annotations: [] }],
    ['annotation that is a number', { annotations: { a: 1 } }],
    ['subject without digest', { subject: { mediaType: 'a/b', size: 1 } }],
    ['artifactType as number', { artifactType: 1 }],
    ['urls as text', { layers: [{ ...layer, urls: 'http://x' }] }],
    ['platform as text', { config: { ...config, platform: 'linux' } }],
  ])('%s', (_name, more) => expect(() => asImage({ ...image, ...more })).toThrow(ManifestError))

  it('bytes that are not UTF-8', () => {
    const bytes = Buffer.from(JSON.stringify({ ...image, annotations: { a: '\u00ff' } }), 'latin1')
    expect(() => parseManifest(bytes, MEDIA_TYPES.ociManifest)).toThrow(ManifestError)
  })

  it('a body nested a million levels deep, without crashing', () => {
    const depth = 1_000_000
    const nested = `{"schemaVersion":2,"x":${'['.repeat(depth)}${']'.repeat(depth)}}`
    expect(() => asImage(nested)).toThrow(ManifestError)
    expect(() => asImage('['.repeat(depth))).toThrow(ManifestError)
  })

  it('a body above the limit, before it is parsed', () => {
    const bytes = bytesOf(image)
    expect(() => parseManifest(bytes, MEDIA_TYPES.ociManifest, { maxBytes: bytes.byteLength - 1 })).toThrow(
      /larger/,
    )
    expect(parseManifest(bytes, MEDIA_TYPES.ociManifest, { maxBytes: bytes.byteLength }).kind).toBe('image')
  })

  it.each([MEDIA_TYPES.dockerSchema1, MEDIA_TYPES.dockerSchema1Signed, 'application/json', '', 'x'])(
    'media type %j',
    (type) => expect(() => parseManifest(bytesOf(image), type)).toThrow(ManifestError),
  )

  it('names schema 1 by its name, announced or not', () => {
    for (const type of [MEDIA_TYPES.dockerSchema1, MEDIA_TYPES.dockerSchema1Signed, MEDIA_TYPES.ociManifest])
      expect(() => parseManifest(bytesOf({ schemaVersion: 1, fsLayers: [] }), type)).toThrow(/schema 1/)
  })

  it('carries the code of the distribution spec', () => {
    expect(() => asImage('{')).toThrow(expect.objectContaining({ code: 'MANIFEST_INVALID' }))
  })
})

describe('media types', () => {
  it('are told apart', () => {
    expect(baseMediaType(' Text/HTML; charset=x')).toBe('text/html')
    expect(baseMediaType(null)).toBe('')
    expect([MEDIA_TYPES.ociManifest, MEDIA_TYPES.dockerManifestList].every(isManifestType)).toBe(true)
    expect(isManifestType(MEDIA_TYPES.dockerSchema1)).toBe(false)
    expect(isSchema1Type(MEDIA_TYPES.dockerSchema1Signed)).toBe(true)
    expect(isImageConfigType(MEDIA_TYPES.dockerConfig)).toBe(true)
    expect(isImageConfigType(MEDIA_TYPES.helmConfig)).toBe(false)
    expect(isHelmConfigType(MEDIA_TYPES.helmConfig)).toBe(true)
    expect(isImageLayerType(MEDIA_TYPES.ociLayerZstd)).toBe(true)
    expect(isImageLayerType(MEDIA_TYPES.helmChart)).toBe(false)
    expect(isForeignLayerType(MEDIA_TYPES.dockerForeignLayerGzip)).toBe(true)
    expect(isForeignLayerType(MEDIA_TYPES.dockerLayerGzip)).toBe(false)
  })
})
