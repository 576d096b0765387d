import { childrenOf, type Digest, type Manifest, type Tag } from '@berth/registry-client'
import type { ProjectFacts } from '../../authorization/index.ts'
import { DomainError } from '../../errors/index.ts'
import { plainText } from '../../plain-text/index.ts'
import { accessoryTypeOf } from '../accessories/accessory-type.ts'
import { kindOf } from '../kind.ts'
import type { News } from '../news.ts'
import { fitting, type PlainObject, plainJson } from '../plain-json.ts'

// A list carries the annotations of every item; the whole manifest is one request away.
const MAX_ANNOTATIONS_BYTES = 64 * 1024
const MAX_REFERENCE_ANNOTATIONS_BYTES = 4 * 1024

export interface PushedManifest {
  reference: { tag: Tag | string } | { digest: Digest | string }
  digest: Digest
  mediaType: string
  bytes: Uint8Array
  /** What `parseManifest(bytes, mediaType)` gave. */
  manifest: Manifest
  /** True for what the registry held before Berth knew it: sizes are believed until a recalculation asks for them. */
  adopted?: boolean
  /** Of its config, checked against the digest, where they are at hand; else they are read from the registry. */
  config?: Uint8Array
  /** Absent: it was pushed by the actor just now. */
  news?: News
  /** `project/app@digest`, for the log. */
  copiedFrom?: string
  /** Instance ids of the Berths that have it or get it from elsewhere: the event says so, for replications. */
  seen?: readonly string[]
}

/** Columns of its artifact. */
export function describe(
  project: ProjectFacts,
  { manifest, digest, bytes }: PushedManifest,
  attrs: PlainObject,
) {
  const kind = kindOf(manifest)
  return {
    ...kind,
    projectId: project.id,
    digest,
    manifestMediaType: manifest.mediaType,
    subjectDigest: manifest.subject?.digest ?? null,
    accessoryType: manifest.subject ? accessoryTypeOf(manifest, kind.artifactType) : null,
    manifestSizeBytes: bytes.byteLength,
    annotations: fitting(plainJson(manifest.annotations) as PlainObject, MAX_ANNOTATIONS_BYTES),
    extraAttrs: attrs,
  }
}

/**
 * The children of an index in its order, out of those that the repository has; none of other manifests.
 *
 * @throws DomainError MANIFEST_BLOB_UNKNOWN for one that it lacks
 */
export function foundChildren<Child>(manifest: Manifest, found: ReadonlyMap<string, Child>): Child[] {
  return childrenOf(manifest).map(({ digest }) => {
    const child = found.get(digest)
    if (!child) throw missingChild(digest)
    return child
  })
}

export const missingChild = (digest: string): DomainError =>
  new DomainError('MANIFEST_BLOB_UNKNOWN', `the index names ${digest}, which is not in this repository`)

/** Rows of `artifact_references`. */
export function referencesOf(
  parentId: number,
  manifest: Manifest,
  found: ReadonlyMap<string, { id: number }>,
) {
  const children = foundChildren(manifest, found)
  return childrenOf(manifest).map((descriptor, position) => ({
    parentId,
    childId: children[position]!.id,
    position,
    childDigest: descriptor.digest,
    os: short(descriptor.platform?.os),
    architecture: short(descriptor.platform?.architecture),
    variant: short(descriptor.platform?.variant),
    osVersion: short(descriptor.platform?.osVersion),
    annotations: fitting(plainJson(descriptor.annotations) as PlainObject, MAX_REFERENCE_ANNOTATIONS_BYTES),
  }))
}

// Columns of a platform hold 64 characters; cutting by code points never halves one.
const short = (text = '') => [...plainText(text).slice(0, 128)].slice(0, 64).join('').toWellFormed()

// Declared sizes are claims: their sum stays a number that JSON clients can read.
export const sumBytes = (sizes: readonly number[]) =>
  Math.min(
    sizes.reduce((sum, size) => sum + size, 0),
    Number.MAX_SAFE_INTEGER,
  )
