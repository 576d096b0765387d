import {
  childrenOf,
  type Digest,
  digestAlgorithm,
  type FetchedManifest,
  type Manifest,
  NotFoundError,
  parseManifest,
  requiredBlobsOf,
} from '@berth/registry-client'
import { badRequest } from '../../errors/index.ts'
import type { Attached } from '../sites/index.ts'
import { bringBlob } from './blobs.ts'
import { configOf, wantConfig } from './configs.ts'
import { type Job, once, waitFor } from './job.ts'
import { listReferrer } from './referrers-tag.ts'

// An index of indexes is rare, and deeper ones are nobody's need; a signature may be signed as well.
const MAX_DEPTH = 6
/** More manifests than this are no single artifact any more. */
const MAX_MANIFESTS = 2_000
/** They are held while their layers move: a source may not fill the memory by them. Real ones are some KiB each. */
const MAX_MANIFESTS_BYTES = 16 * 1024 * 1024

/**
 * Sees to it that the target has a manifest, after everything that it needs, and then what is attached to it. The
 * artifact's own, when nothing has to be there before its tags, is left to the first of them.
 */
export const bringManifest = (job: Job, digest: Digest, tagsFollow: boolean, depth = 0): Promise<void> =>
  once(job.manifests, digest, async () => {
    if (job.manifests.size > MAX_MANIFESTS)
      throw badRequest(`this artifact has more than ${MAX_MANIFESTS} manifests`)
    if (depth > MAX_DEPTH) throw badRequest('this artifact is nested too deeply')
    const { to, from, artifact, signal } = job
    // Distribution names what is put by a tag by sha256, and refuses it by any other digest.
    if (to.key === 0 && digestAlgorithm(digest) !== 'sha256')
      throw badRequest(
        `${artifact.source} names a manifest by ${digestAlgorithm(digest)}; the registry behind this Berth names them by sha256 only, so here it would be another one`,
      )
    const isRoot = digest === artifact.digest
    const here =
      (isRoot ? job.rootHere : undefined) ??
      (await job.manifestTurns.run(() => to.head(artifact.target, digest, { signal }))) !== undefined
    const attachedHere = () => job.manifestTurns.run(() => from.attached(artifact.source, digest, { signal }))
    // Registries take no manifest without its parts: who has it has them.
    // What is attached to it came after it, if whoever brought it was not ended in between.
    if (here) return bringAttached(job, digest, await attachedHere(), depth)
    const fetched = await job.manifestTurns.run(() =>
      isRoot ? readRoot(job) : from.manifest(artifact.source, digest, { signal }),
    )
    job.manifestBytes += fetched.sizeBytes
    if (job.manifestBytes > MAX_MANIFESTS_BYTES)
      throw badRequest(`the manifests of this artifact have more than ${MAX_MANIFESTS_BYTES} bytes`)
    const manifest = parseManifest(fetched.bytes, fetched.mediaType)
    wantConfig(job, digest, manifest)
    const [attached] = await Promise.all([attachedHere(), bringParts(job, digest, manifest, depth)])
    const isLeftToTags =
      isRoot && job.wanted.length > 0 && attached.length === 0 && manifest.subject === undefined
    if (!isLeftToTags) await putManifest(job, fetched, tagsFollow)
    await bringAttached(job, digest, attached, depth)
  })

/** The artifact's manifest, by a tag where it is to get one: so the source says in the same answer what the tag is on. */
export async function readRoot(job: Job): Promise<FetchedManifest> {
  const { from, artifact, wanted, signal } = job
  const [tag] = wanted
  const byTag = tag && (await from.manifest(artifact.source, tag, { signal }).catch(absent))
  if (byTag?.digest === artifact.digest) job.seenAtMs.set(tag!, performance.now())
  job.root =
    byTag?.digest === artifact.digest
      ? byTag
      : await from.manifest(artifact.source, artifact.digest, { signal })
  return job.root
}

function absent(error: unknown): undefined {
  if (!(error instanceof NotFoundError)) throw error
}

/** Children always, whatever tags say; layers that live elsewhere stay there. */
async function bringParts(job: Job, of: Digest, manifest: Manifest, depth: number): Promise<void> {
  const { source } = job.artifact
  await Promise.all([
    ...childrenOf(manifest).map(({ digest }) =>
      waitFor(job, of, digest, () => bringManifest(job, digest, false, depth + 1)),
    ),
    ...requiredBlobsOf(manifest).map((blob) => bringBlob(job, source, blob)),
  ])
}

async function putManifest(job: Job, fetched: FetchedManifest, tagsFollow: boolean): Promise<void> {
  const { to, artifact, options, signal, result } = job
  const { linked } = await job.manifestTurns.run(() =>
    to.put(artifact.target, fetched.digest, fetched, {
      ...{ seen: options.seen, tagsFollow, signal },
      ...configOf(job, fetched.digest),
    }),
  )
  result.manifestsPut++
  if (!linked) await listReferrer(job, fetched)
}

async function bringAttached(
  job: Job,
  of: Digest,
  attached: readonly Attached[],
  depth: number,
): Promise<void> {
  const { from, to, artifact, options, signal, result } = job
  await Promise.all(
    attached.map(async (one) => {
      // A tag may say so of the very manifest that it is on.
      if (one.digest === of) return
      const had = await job.manifestTurns.run(() => to.head(artifact.target, one.digest, { signal }))
      try {
        await waitFor(job, of, one.digest, () =>
          bringManifest(job, one.digest, one.tags.length > 0, depth + 1),
        )
      } catch (error) {
        if (!(await isGone(job, one.digest, error))) throw error
        result.notes = [...(result.notes ?? []), `${one.digest} is listed as attached, and is not there`]
        return
      }
      const fetched =
        one.tags.length > 0 || had
          ? await job.manifestTurns.run(() => from.manifest(artifact.source, one.digest, { signal }))
          : undefined
      // Whoever put it may have been ended before it stood in the target's list.
      if (had && fetched) await listReferrer(job, fetched, { unlessListed: true })
      for (const tag of one.tags) {
        const held = await to.head(artifact.target, tag, { signal })
        if (held?.digest === one.digest) continue
        if (held && !options.override)
          result.warnings.push(`${tag} is on another manifest at the target and was left there`)
        else await to.put(artifact.target, tag, fetched!, { seen: options.seen, signal })
      }
    }),
  )
}

/** Lists that clients keep go on naming what was deleted at the source. */
const isGone = async ({ from, artifact, signal }: Job, digest: Digest, error: unknown): Promise<boolean> =>
  error instanceof NotFoundError && !(await from.head(artifact.source, digest, { signal }))
