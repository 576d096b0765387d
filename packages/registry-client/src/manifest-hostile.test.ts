import fc from 'fast-check'
import { expect, test } from 'vitest'
import { digestOf } from './digest.ts'
import { ManifestError, parseManifest } from './manifest.ts'
import { MEDIA_TYPES } from './media-types.ts'
import {
  InvalidReferenceError,
  isDigest,
  parseReference,
  parseRepositoryName,
  parseTag,
} from './reference.ts'

// Whatever bytes come: a manifest with checked fields, or ManifestError. Nothing else, and never for long.

const types = [
  MEDIA_TYPES.ociManifest,
  MEDIA_TYPES.ociIndex,
  MEDIA_TYPES.dockerManifest,
  MEDIA_TYPES.dockerManifestList,
]
const odd = fc.oneof(
  fc.json().map((text) => JSON.parse(text) as unknown),
  fc.constantFrom(null, [], {}, '', -1, 2 ** 53),
)
const descriptor = fc.record(
  {
    mediaType: fc.oneof(fc.constantFrom(...types, MEDIA_TYPES.ociConfig), odd),
    digest: fc.oneof(fc.constant(digestOf('x')), odd),
    size: fc.oneof(fc.nat(), odd),
    Digest: odd,
    annotations: odd,
    platform: odd,
    urls: odd,
  },
  { requiredKeys: [] },
)
const body = fc.record(
  {
    schemaVersion: fc.constantFrom(1, 2, '2'),
    mediaType: fc.oneof(fc.constantFrom(...types), odd),
    config: fc.oneof(descriptor, odd),
    layers: fc.oneof(fc.array(descriptor, { maxLength: 3 }), odd),
    manifests: fc.oneof(fc.array(descriptor, { maxLength: 3 }), odd),
    subject: fc.oneof(descriptor, odd),
    artifactType: odd,
    annotations: odd,
    Layers: odd,
  },
  { requiredKeys: ['schemaVersion'] },
)
/** Text with a key written twice, a part cut off, or something in between. */
const broken = fc
  .tuple(
    body.map((value) => JSON.stringify(value)),
    fc.nat(),
    fc.string({ unit: 'binary', maxLength: 5 }),
  )
  .map(
    ([text, at, between]) => text.slice(0, at % text.length) + between + text.slice(at % (text.length + 9)),
  )
const doubled = fc
  .tuple(body, body)
  .map(([one, two]) => `${JSON.stringify(one).slice(0, -1)},${JSON.stringify(two).slice(1)}`)

test('bytes are a manifest of the announced type, or refused', () => {
  const text = fc.oneof(
    body.map((value) => JSON.stringify(value)),
    broken,
    doubled,
    fc.json(),
    fc.string({ unit: 'binary' }),
  )
  const type = fc.oneof(fc.constantFrom(...types), fc.string({ unit: 'binary' }))
  fc.assert(
    fc.property(text, type, (bytes, announced) => {
      let manifest: ReturnType<typeof parseManifest>
      try {
        manifest = parseManifest(Buffer.from(bytes), announced)
      } catch (error) {
        expect(error).toBeInstanceOf(ManifestError)
        return
      }
      const descriptors =
        manifest.kind === 'image' ? [manifest.config, ...manifest.layers] : manifest.manifests
      for (const { digest, sizeBytes } of descriptors) expect(isDigest(digest) && sizeBytes >= 0).toBe(true)
      expect(types.indexOf(manifest.mediaType as never) % 2).toBe(manifest.kind === 'image' ? 0 : 1)
      // An index has no layers and an image no children, for any reader (CVE-2021-41190).
      const other = manifest.kind === 'image' ? 'manifests' : 'layers'
      expect(Object.keys(JSON.parse(bytes)).map((key) => key.toLowerCase())).not.toContain(other)
    }),
    { numRuns: 3_000 },
  )
})

test('names, tags and digests are taken whole and unchanged, or refused', () => {
  const text = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 300 }),
    fc.stringMatching(/^[a-z0-9._/:@-]{0,300}$/),
    fc.stringMatching(/^(sha256|sha512|md5):[a-fA-F0-9]{60,70}$/),
  )
  fc.assert(
    fc.property(text, (input) => {
      for (const parse of [parseRepositoryName, parseTag, parseReference])
        try {
          expect(parse(input)).toBe(input)
          expect(input).toMatch(/^[\w./:-]{1,255}$/)
          expect(input).not.toMatch(/\.\.\/|\/\.|^\.|\/\/|^\//)
        } catch (error) {
          if (!(error instanceof InvalidReferenceError)) throw error
        }
    }),
    { numRuns: 3_000 },
  )
})
