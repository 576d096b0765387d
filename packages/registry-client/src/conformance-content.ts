import assert from 'node:assert/strict'
import { randomBytes, randomUUID } from 'node:crypto'
import type { RegistryClient } from './client.ts'
import { collect } from './collect.ts'
import { digestOf } from './digest.ts'
import { MEDIA_TYPES } from './media-types.ts'
import { type Digest, parseRepositoryName, parseTag, type RepositoryName } from './reference.ts'

/** A registry under test. */
export interface ConformanceTarget {
  client: RegistryClient
  /** Names of test repositories begin with it, for registries where only a project is writable. */
  namespace?: string
  capabilities: {
    /** Answers tags in pages; distribution 2.x always sends them all. */
    tagPages: boolean
    /** Has the referrers API. */
    referrersApi: boolean
  }
}

export function fresh(target: ConformanceTarget, sizeBytes: number) {
  const repository = parseRepositoryName(`${target.namespace ?? 'conformance'}/${randomUUID()}`)
  const bytes = randomBytes(sizeBytes)
  return { repository, bytes, digest: digestOf(bytes) }
}

export async function readBlob(
  target: ConformanceTarget,
  repository: RepositoryName,
  digest: Digest,
  range?: { firstByte: number; lastByte?: number },
): Promise<Uint8Array> {
  const { stream } = await target.client.getBlob(repository, digest, { range })
  return Buffer.concat(await collect(stream))
}

export const json = (value: unknown) => Buffer.from(JSON.stringify(value))

export function imageManifest(config: Uint8Array, layer: Uint8Array, more: object = {}): Buffer {
  const describe = (mediaType: string, bytes: Uint8Array) => ({
    mediaType,
    digest: digestOf(bytes),
    size: bytes.byteLength,
  })
  return json({
    schemaVersion: 2,
    mediaType: MEDIA_TYPES.ociManifest,
    ...more,
    config: describe(MEDIA_TYPES.ociConfig, config),
    layers: [describe(MEDIA_TYPES.ociLayer, layer)],
  })
}

export async function pushImage(target: ConformanceTarget, repository: RepositoryName, tag: string) {
  return push(target, repository, parseTag(tag), {})
}

export async function pushReferrer(
  target: ConformanceTarget,
  repository: RepositoryName,
  subject: { bytes: Uint8Array; digest: Digest },
  artifactType: string,
) {
  const size = subject.bytes.byteLength
  const more = { artifactType, subject: { mediaType: MEDIA_TYPES.ociManifest, digest: subject.digest, size } }
  return { artifactType, ...(await push(target, repository, undefined, more)) }
}

export async function push(
  target: ConformanceTarget,
  repository: RepositoryName,
  tag: ReturnType<typeof parseTag> | undefined,
  more: object,
) {
  const config = json({
    os: 'linux',
    architecture: 'amd64',
    config: {},
    rootfs: { type: 'layers', diff_ids: [] },
  })
  const layer = randomBytes(64)
  for (const blob of [config, layer]) await target.client.uploadBlob(repository, digestOf(blob), blob)
  const bytes = imageManifest(config, layer, more)
  const digest = digestOf(bytes)
  const manifest = { bytes, mediaType: MEDIA_TYPES.ociManifest }
  const stored = await target.client.putManifest(repository, tag ?? digest, manifest)
  assert.equal(stored.digest, digest)
  return { bytes, digest }
}

/** What a client does for a registry without the API (OCI "Pushing Manifests with Subject"). */
export async function pushReferrersTag(
  target: ConformanceTarget,
  repository: RepositoryName,
  subject: Digest,
  referrers: { bytes: Uint8Array; digest: Digest; artifactType: string }[],
) {
  const mediaType = MEDIA_TYPES.ociIndex
  const manifests = referrers.map(({ bytes, digest, artifactType }) => ({
    mediaType: MEDIA_TYPES.ociManifest,
    digest,
    size: bytes.byteLength,
    artifactType,
  }))
  const bytes = json({ schemaVersion: 2, mediaType, manifests })
  await target.client.putManifest(repository, parseTag(subject.replace(':', '-')), { bytes, mediaType })
}
