import {
  lookalikeCheck,
  ManifestError,
  optionalString,
  optionalStrings,
  readStringMap,
  requireObject,
} from './manifest-fields.ts'
import { type Digest, isDigest } from './reference.ts'

/** What an index says its child runs on (OCI image-spec "image index", `platform`). */
export interface Platform {
  os: string
  architecture: string
  variant: string | undefined
  osVersion: string | undefined
  osFeatures: string[] | undefined
}

/** A pointer to content: type, digest and size, checked. `data` (embedded content) is dropped, nobody should trust it. */
export interface Descriptor {
  mediaType: string
  digest: Digest
  sizeBytes: number
  artifactType: string | undefined
  platform: Platform | undefined
  urls: string[] | undefined
  annotations: Record<string, string>
}

const MEDIA_TYPE = /^[A-Za-z0-9][A-Za-z0-9!#$&^_.+-]{0,126}\/[A-Za-z0-9][A-Za-z0-9!#$&^_.+-]{0,126}$/

const refuseLookalikes = lookalikeCheck([
  'mediaType',
  'digest',
  'size',
  'artifactType',
  'platform',
  'urls',
  'annotations',
])

/** @throws ManifestError naming `field` */
export function readDescriptor(value: unknown, field: string): Descriptor {
  const descriptor = requireObject(value, field)
  const { mediaType, digest, size } = descriptor
  refuseLookalikes(descriptor)
  if (typeof mediaType !== 'string' || !MEDIA_TYPE.test(mediaType)) {
    throw new ManifestError(`${field}.mediaType must be a media type`)
  }
  if (!isDigest(digest)) throw new ManifestError(`${field}.digest must be a sha256 or sha512 digest`)
  if (!Number.isSafeInteger(size) || (size as number) < 0) {
    throw new ManifestError(`${field}.size must be a non-negative integer`)
  }
  return {
    mediaType,
    digest,
    sizeBytes: size as number,
    artifactType: optionalString(descriptor.artifactType, `${field}.artifactType`),
    platform: readPlatform(descriptor.platform, `${field}.platform`),
    urls: optionalStrings(descriptor.urls, `${field}.urls`),
    annotations: readStringMap(descriptor.annotations, `${field}.annotations`),
  }
}

export function readDescriptors(value: unknown, field: string): Descriptor[] {
  if (!Array.isArray(value)) throw new ManifestError(`${field} must be a list`)
  return value.map((item, position) => readDescriptor(item, `${field}[${position}]`))
}

function readPlatform(value: unknown, field: string): Platform | undefined {
  if (value === undefined || value === null) return undefined
  const platform = requireObject(value, field)
  return {
    os: optionalString(platform.os, `${field}.os`) ?? '',
    architecture: optionalString(platform.architecture, `${field}.architecture`) ?? '',
    variant: optionalString(platform.variant, `${field}.variant`),
    osVersion: optionalString(platform['os.version'], `${field}.os.version`),
    osFeatures: optionalStrings(platform['os.features'], `${field}.os.features`),
  }
}
