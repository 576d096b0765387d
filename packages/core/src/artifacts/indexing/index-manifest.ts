import {
  type Descriptor,
  type Digest,
  type ImageIndex,
  type Manifest,
  parseRepositoryName,
  type Tag,
} from '@berth/registry-client'
import { type Actor, authorizeRepository, type ProjectFacts } from '../../authorization/index.ts'
import type { Core } from '../../context/index.ts'
import { DomainError } from '../../errors/index.ts'
import { plainText } from '../../plain-text/index.ts'
import { countIn, ensureBlobs } from '../../quotas/index.ts'
import { accessoryTypeOf } from '../accessories/accessory-type.ts'
import { fetchConfig } from '../config-blob.ts'
import { extraAttrs } from '../image-config.ts'
import { kindOf } from '../kind.ts'
import { announce, type News, type Place, RECORDED } from '../news.ts'
import { fitting, type PlainObject, plainJson } from '../plain-json.ts'
import {
  findArtifact,
  findChildren,
  hasConfigFacts,
  insertArtifact,
  insertArtifactBlobs,
  insertReferences,
  isOwnTag,
  lockOrCreateRepository,
  lockRepository,
  moveTag,
  readRepositoryId,
  relist,
  touchRepository,
  updateExtraAttrs,
} from './store.ts'

// A list carries the annotations of every item; the whole manifest is one request away.
const MAX_ANNOTATIONS_BYTES = 64 * 1024
const MAX_REFERENCE_ANNOTATIONS_BYTES = 4 * 1024

export interface PushedManifest {
  /** Full name, project first. */
  repository: string
  reference: { tag: Tag | string } | { digest: Digest | string }
  digest: Digest
  mediaType: string
  bytes: Uint8Array
  /** What `parseManifest(bytes, mediaType)` gave. */
  manifest: Manifest
  /** True for what the registry held before Berth knew it: sizes are believed until a recalculation asks for them. */
  adopted?: boolean
  /** Absent: it was pushed by the actor just now. */
  news?: News
  /** `project/app@digest`, for the log. */
  copiedFrom?: string
  /** Instance ids of the Berths that have it or get it from elsewhere: the event says so, for replications. */
  seen?: readonly string[]
}

/**
 * Writes down a manifest that the registry has accepted: repository, artifact, blobs, children and tag in one
 * transaction. Doing it twice changes nothing more; a push that failed half-way is mended by the next.
 *
 * @returns `created`: false when the artifact was known before
 * @throws DomainError UNAUTHORIZED, FORBIDDEN; MANIFEST_BLOB_UNKNOWN when an index names a child that this repository
 * lacks; errors of the database (`isUnavailable`, `isRetryable`) as they come
 */
export async function indexManifest(
  core: Core,
  actor: Actor,
  pushed: PushedManifest,
): Promise<{ created: boolean }> {
  const { manifest } = pushed
  const repository = parseRepositoryName(pushed.repository)
  const project = await authorizeRepository(core, actor, 'push', 'repository', repository)
  const blobs = manifest.kind === 'image' ? [manifest.config, ...manifest.layers] : []
  const [knownId, blobIds, attrs] = await Promise.all([
    readRepositoryId(core, repository),
    ensureBlobs(core, pushed, blobs),
    configFacts(core, pushed),
  ])
  return core.db.transaction(async (tx) => {
    const now = new Date(core.now())
    let repositoryId = knownId
    if (repositoryId === undefined || !(await lockRepository(tx, repositoryId)))
      repositoryId = await lockOrCreateRepository(tx, project.id, repository, now)
    if (repositoryId === undefined) throw new DomainError('NOT_FOUND', 'project not found')

    const touched: number[] = []
    let isNewlyListed = false
    let counted: Iterable<number> = []
    const known = await findArtifact(tx, repositoryId, pushed.digest)
    let artifactId = known?.id
    let sizeBytes = Number(known?.sizeBytes ?? 0)
    if (artifactId === undefined) {
      const children =
        manifest.kind === 'index'
          ? await requireChildren(() => findChildren(tx, repositoryId, digestsOf(manifest)), manifest)
          : []
      const parts = manifest.kind === 'index' ? children : blobs
      sizeBytes = sumBytes([pushed.bytes.byteLength, ...parts.map((part) => part.sizeBytes)])
      const described = describe(project, pushed, attrs)
      isNewlyListed = 'tag' in pushed.reference && isOwnTag(pushed.reference.tag)
      const fields = { ...described, repositoryId, sizeBytes, pushedAt: now }
      artifactId = await insertArtifact(tx, fields, { listed: isNewlyListed })
      if (blobs.length > 0) await insertArtifactBlobs(tx, artifactId, blobs, blobIds)
      if (manifest.kind === 'index') await insertReferences(tx, referencesOf(artifactId, manifest, children))
      counted = blobIds.values()
      touched.push(artifactId, ...children.map((child) => child.id))
    } else if (Object.keys(attrs).length > 0 && Object.keys(known!.extraAttrs as object).length === 0) {
      await updateExtraAttrs(tx, artifactId, attrs)
    }
    if ('tag' in pushed.reference) {
      const { tag: name } = pushed.reference
      const tag = { projectId: project.id, repositoryId, artifactId, name, pushedAt: now }
      touched.push(...(await moveTag(tx, tag)))
    }
    const undecided = isNewlyListed ? touched.filter((id) => id !== artifactId) : touched
    const listedChange = (isNewlyListed ? 1 : 0) + (await relist(tx, undecided))
    await touchRepository(tx, repositoryId, { listedChange, now, newContent: known === null })
    const { news = RECORDED } = pushed
    // A push that changes nothing is a push; what was found to be so is news only when something changed.
    if (news.as === 'recorded' || known === null || touched.length > 0)
      await announcePush(core, tx, actor, news, { project, repository, repositoryId }, pushed, {
        sizeBytes,
        unchanged: known !== null && touched.length === 0,
      })
    // Last: in a project one transaction at a time gets past this.
    await countIn(tx, core.db.provider, project.id, counted)
    return { created: known === null }
  })
}

function announcePush(
  core: Core,
  tx: Parameters<typeof announce>[1],
  actor: Actor,
  news: News,
  place: Place,
  { manifest, digest, reference, copiedFrom, seen }: PushedManifest,
  { sizeBytes, unchanged }: { sizeBytes: number; unchanged: boolean },
): Promise<void> {
  return announce(core, tx, news, place, {
    resourceType: 'artifact',
    action: 'create',
    actor,
    artifact: { ...kindOf(manifest), manifestMediaType: manifest.mediaType, digest, sizeBytes },
    tag: 'tag' in reference ? reference.tag : null,
    detail: { digest, ...(copiedFrom !== undefined && { copied_from: copiedFrom }) },
    more: {
      ...(manifest.subject && { subject: manifest.subject.digest }),
      ...(unchanged && { unchanged }),
      ...(seen !== undefined && seen.length > 0 && { seen }),
    },
  })
}

/** Nothing when they stand in the index already, or when the config cannot be had: it is no condition of a push. */
async function configFacts(
  core: Core,
  { repository, digest, manifest }: PushedManifest,
): Promise<PlainObject> {
  if (manifest.kind !== 'image' || (await hasConfigFacts(core, repository, digest))) return {}
  const config = await fetchConfig(core, repository, manifest.config)
  return config === undefined ? {} : extraAttrs(config, manifest.config.mediaType)
}

function describe(project: ProjectFacts, { manifest, digest, bytes }: PushedManifest, attrs: PlainObject) {
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

const digestsOf = (index: ImageIndex) => index.manifests.map((child) => child.digest as string)

type FoundChild = { id: number; sizeBytes: number }

/** The children in the order of the index. */
async function requireChildren(
  find: () => Promise<Map<string, FoundChild>>,
  index: ImageIndex,
): Promise<FoundChild[]> {
  const found = await find()
  return index.manifests.map((descriptor) => {
    const child = found.get(descriptor.digest)
    if (!child) throw missingChild(descriptor.digest)
    return child
  })
}

export const missingChild = (digest: string): DomainError =>
  new DomainError('MANIFEST_BLOB_UNKNOWN', `the index names ${digest}, which is not in this repository`)

function referencesOf(parentId: number, index: ImageIndex, children: readonly FoundChild[]) {
  return index.manifests.map((descriptor: Descriptor, position) => ({
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
const sumBytes = (sizes: readonly number[]) =>
  Math.min(
    sizes.reduce((sum, size) => sum + size, 0),
    Number.MAX_SAFE_INTEGER,
  )
