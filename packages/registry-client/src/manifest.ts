import type { Descriptor } from './descriptor.ts'
import { readDescriptor, readDescriptors } from './descriptor.ts'
import {
  lookalikeCheck,
  ManifestError,
  optionalString,
  readStringMap,
  requireObject,
} from './manifest-fields.ts'
import {
  baseMediaType,
  isDockerType,
  isForeignLayerType,
  isImageManifestType,
  isIndexType,
  isManifestType,
  isSchema1Type,
} from './media-types.ts'

export type { Descriptor, Platform } from './descriptor.ts'
export { ManifestError } from './manifest-fields.ts'

export interface ImageManifest {
  kind: 'image'
  mediaType: string
  artifactType: string | undefined
  config: Descriptor
  layers: Descriptor[]
  subject: Descriptor | undefined
  annotations: Record<string, string>
}

export interface ImageIndex {
  kind: 'index'
  mediaType: string
  artifactType: string | undefined
  manifests: Descriptor[]
  subject: Descriptor | undefined
  annotations: Record<string, string>
}

export type Manifest = ImageManifest | ImageIndex

/**
 * The blobs that a manifest names, the config first. Of an index those that it lists although they are no manifests: caches
 * of builders (BuildKit) are indexes of layers.
 */
export const blobsOf = (manifest: Manifest): Descriptor[] =>
  manifest.kind === 'image'
    ? [manifest.config, ...manifest.layers]
    : manifest.manifests.filter((listed) => !isManifest(listed))

/** Those that a registry asks for before it takes the manifest: layers that may live elsewhere only where an index lists them. */
export const requiredBlobsOf = (manifest: Manifest): Descriptor[] =>
  manifest.kind === 'image'
    ? blobsOf(manifest).filter(({ mediaType }) => !isForeignLayerType(mediaType))
    : blobsOf(manifest)

/** The manifests that an index lists, by what it says of each. */
export const childrenOf = (manifest: Manifest): Descriptor[] =>
  manifest.kind === 'index' ? manifest.manifests.filter(isManifest) : []

function isManifest({ mediaType }: Descriptor): boolean {
  const type = baseMediaType(mediaType)
  return isManifestType(type) || isSchema1Type(type)
}

/** Registries refuse larger manifests (OCI distribution-spec: at least 4 MiB should be accepted). */
export const DEFAULT_MAX_MANIFEST_BYTES = 4 * 1024 * 1024

const refuseLookalikeFields = lookalikeCheck([
  'schemaVersion',
  'mediaType',
  'artifactType',
  'config',
  'layers',
  'manifests',
  'fsLayers',
  'subject',
  'annotations',
])

/**
 * Reads an image manifest or an index, OCI or Docker schema 2. The body must be exactly what `mediaType` (the Content-Type
 * it came with) says; bodies that another reader could take for something else are refused (CVE-2021-41190).
 * @throws ManifestError for anything else, whatever the bytes are
 */
export function parseManifest(
  bytes: Uint8Array,
  mediaType: string,
  options: { maxBytes?: number } = {},
): Manifest {
  const maxBytes = options.maxBytes ?? DEFAULT_MAX_MANIFEST_BYTES
  if (bytes.byteLength > maxBytes) throw new ManifestError(`manifest is larger than ${maxBytes} bytes`)
  const type = baseMediaType(mediaType)
  if (isSchema1Type(type)) throw schema1()
  if (!isImageManifestType(type) && !isIndexType(type))
    throw new ManifestError('unsupported manifest media type')
  const body = parseBody(bytes)
  refuseLookalikeFields(body)
  if (body.schemaVersion === 1) throw schema1()
  if (body.schemaVersion !== 2) throw new ManifestError('schemaVersion must be 2')
  checkMediaType(body, type)
  return isIndexType(type) ? readIndex(body, type) : readImage(body, type)
}

const schema1 = () =>
  new ManifestError(
    'Docker schema 1 manifests are not accepted: push with a client that writes schema 2 or OCI manifests',
  )

function parseBody(bytes: Uint8Array): Record<string, unknown> {
  let parsed: unknown
  try {
    parsed = JSON.parse(new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes))
  } catch (cause) {
    throw new ManifestError('manifest is not valid JSON', { cause })
  }
  return requireObject(parsed, 'manifest')
}

function checkMediaType(body: Record<string, unknown>, type: string): void {
  const inBody = body.mediaType
  // OCI lets the field be absent; Docker schema 2 requires it.
  if (inBody === undefined && !isDockerType(type)) return
  if (inBody !== type) throw new ManifestError('mediaType in the body differs from the Content-Type')
}

function refuseFields(body: Record<string, unknown>, fields: readonly string[], kind: string): void {
  for (const field of fields) {
    if (Object.hasOwn(body, field)) throw new ManifestError(`${kind} must not have the field ${field}`)
  }
}

function readImage(body: Record<string, unknown>, mediaType: string): ImageManifest {
  refuseFields(body, ['manifests', 'fsLayers'], 'an image manifest')
  return {
    kind: 'image',
    mediaType,
    artifactType: optionalString(body.artifactType, 'artifactType'),
    config: readDescriptor(body.config, 'config'),
    layers: readDescriptors(body.layers, 'layers'),
    ...readRelations(body),
  }
}

function readIndex(body: Record<string, unknown>, mediaType: string): ImageIndex {
  refuseFields(body, ['config', 'layers', 'fsLayers'], 'an index')
  return {
    kind: 'index',
    mediaType,
    artifactType: optionalString(body.artifactType, 'artifactType'),
    manifests: readDescriptors(body.manifests, 'manifests'),
    ...readRelations(body),
  }
}

function readRelations(body: Record<string, unknown>): Pick<ImageIndex, 'subject' | 'annotations'> {
  const subject = body.subject
  return {
    subject: subject === undefined || subject === null ? undefined : readDescriptor(subject, 'subject'),
    annotations: readStringMap(body.annotations, 'annotations'),
  }
}
