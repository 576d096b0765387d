import { type FetchedManifest, isDigest, NotFoundError, type RepositoryName } from '@berth/registry-client'
import {
  changingRepository,
  guardUpload,
  projectOf,
  removeManifest,
  resolveReference,
} from '../../artifacts/index.ts'
import { currentOrigin, withOrigin } from '../../audit/index.ts'
import { projectFacts, SYSTEM } from '../../authorization/index.ts'
import type { Core } from '../../context/index.ts'
import { DomainError } from '../../errors/index.ts'
import { createProject } from '../../projects/index.ts'
import { noteBlobSize, requireRoomForBytes } from '../../quotas/index.ts'
import { registryClient } from '../../registry/index.ts'
import { deleteTag } from '../../tags/index.ts'
import { schemeTags } from './attached.ts'
import { isIndexed } from './indexed.ts'
import { localLabels } from './labels.ts'
import type { Site } from './model.ts'
import { putHere } from './putting.ts'
import { steadily, steadyBytes } from './steadily.ts'
import { readAttachedTo, readPlaceOfBlob, readRepositoryNames, readTags, readTagsOn } from './store.ts'

const PAGE = 1_000
/** So long what was allowed one blob is allowed the next one. */
const GUARDED_MS = 1_000
const GUARDED = 1_000

export interface LocalOptions {
  /** Who the audit log says it was, as `replication:<policy>`. */
  actorName: string
}

/**
 * This Berth. What there is stands in the index; blobs come from and go to the registry behind it, past the gateway, so
 * that nothing counts as pulled. Manifests come in as a push does: guards, registry, index.
 */
export function localSite(core: Core, { actorName }: LocalOptions): Site {
  const client = registryClient(core)
  // Spares both sides the way: what decides is asked for each manifest.
  const guarded = core.cache<true>('replications.guarded', GUARDED_MS, GUARDED)
  const guardBlob = (repository: RepositoryName) =>
    guarded.get(repository, async () => {
      await guardUpload(core, repository)
      return true
    })
  return {
    key: 0,
    labels: localLabels(core),
    async *repositories() {
      for (let after = ''; ; ) {
        const names = await readRepositoryNames(core, after, PAGE)
        if (names.length > 0) yield names
        if (names.length < PAGE) return
        after = names.at(-1)!
      }
    },
    tags: (repository) => readTags(core, repository),
    tagsOn: (repository, digest) => readTagsOn(core, repository, digest),
    async head(repository, reference) {
      const found = await resolveReference(core, repository, reference)
      if (!found) return undefined
      return {
        digest: found.digest as FetchedManifest['digest'],
        mediaType: found.mediaType,
        sizeBytes: found.sizeBytes,
      }
    },
    async manifest(repository, reference, { signal } = {}) {
      const digest = (await resolveReference(core, repository, reference))?.digest
      if (digest === undefined || !isDigest(digest))
        throw new NotFoundError(`${repository} has no ${reference}`, { code: 'MANIFEST_UNKNOWN' })
      // Distribution answers 500 when a manifest is deleted while it is read; asked again, it knows.
      return steadily(() => client.getManifest(repository, digest, { signal }), signal)
    },
    async attached(repository, digest) {
      const scheme = new Set<string>(schemeTags(digest))
      const byDigest = Map.groupBy(await readAttachedTo(core, repository, digest), (row) => row.digest)
      return [...byDigest].map(([attached, rows]) => ({
        digest: attached,
        tags: rows.flatMap(({ tag }) => (tag !== null && scheme.has(tag) ? [tag] : [])),
      }))
    },
    wantsConfigs: true,
    async hasBlob(repository, digest, { isSmall = false, signal } = {}) {
      // What nothing in the index needs may be left of a push that was cut off: worth a question only where much would be sent.
      if (isSmall && !(await isIndexed(core, digest))) return false
      return steadily(
        async () => (await client.headBlob(repository, digest, { signal })) !== undefined,
        signal,
      )
    },
    openBlob: async (repository, digest, offsetBytes, { signal } = {}) =>
      steadyBytes(
        async (firstByte) => {
          const range = firstByte > 0 ? { firstByte } : undefined
          return (await client.getBlob(repository, digest, { range, passOver: true, signal })).stream
        },
        offsetBytes,
        signal,
      ),
    placeOf: (repository, digest) => readPlaceOfBlob(core, digest, repository),
    async mount(repository, digest, from, { signal } = {}) {
      await guardBlob(repository)
      return steadily(async () => {
        const result = await client.mountBlob(repository, digest, from, { signal })
        return result.mounted || result.session
      }, signal)
    },
    abandon: (repository, session) => client.cancelUpload(repository, session),
    async upload(repository, digest, source, options = {}) {
      await guardBlob(repository)
      await requireRoomForBytes(core, projectOf(repository), { sizeBytes: source.sizeBytes, digest })
      const sent = await client.uploadBlob(repository, digest, source, { keepUnfinished: true, ...options })
      if (sent.resumedFromBytes === 0) noteBlobSize(core, digest, source.sizeBytes)
      return sent
    },
    async put(repository, reference, fetched, options) {
      await putHere(core, repository, { ...options, actorName, reference, fetched })
      // The index knows subjects, whatever the registry behind it does.
      return { linked: true }
    },
    deleteTag: (repository, tag, { digest, seen = [] } = {}) =>
      withOrigin({ ...currentOrigin(), seen }, () =>
        ignoreMissing(deleteTag(core, SYSTEM, { repository, reference: digest ?? tag, name: tag })),
      ),
    deleteManifest: (repository, digest, { seen = [], tags } = {}) =>
      withOrigin({ ...currentOrigin(), seen }, () =>
        ignoreMissing(
          changingRepository(
            core,
            repository,
            () => removeManifest(core, SYSTEM, { repository, digest, tags }),
            { adds: false },
          ),
        ),
      ),
    async prepare(repository, facts) {
      const name = projectOf(repository)
      // Another process may have deleted it a moment ago.
      if (await projectFacts(core, { name }, true)) return
      await createProject(core, SYSTEM, { name, public: facts.public }).catch((error) => {
        if (!(error instanceof DomainError && error.code === 'CONFLICT')) throw error
      })
    },
  }
}

const ignoreMissing = (removal: Promise<unknown>): Promise<void> =>
  removal.then(
    () => {},
    (error) => {
      if (!(error instanceof DomainError && error.code === 'NOT_FOUND')) throw error
    },
  )
