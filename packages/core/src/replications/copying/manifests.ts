import {
  type Descriptor,
  type Digest,
  type FetchedManifest,
  isForeignLayerType,
  isManifestType,
  type Manifest,
  parseManifest,
} from '@berth/registry-client'
import { badRequest } from '../../errors/index.ts'
import { bringBlob } from './blobs.ts'
import { type Job, once } from './job.ts'
import { listReferrer } from './referrers-tag.ts'

// An index of indexes is rare, and deeper ones are nobody's need; a signature may be signed as well.
const MAX_DEPTH = 6
/** More manifests than this are no single artifact any more. */
const MAX_MANIFESTS = 2_000

/** Sees to it that the target has a manifest, after everything that it needs, and then what is attached to it. */
export const bringManifest = (job: Job, digest: Digest, tagsFollow: boolean, depth = 0): Promise<void> =>
  once(job.manifests, digest, async () => {
    if (job.manifests.size > MAX_MANIFESTS)
      throw badRequest(`this artifact has more than ${MAX_MANIFESTS} manifests`)
    if (depth > MAX_DEPTH) throw badRequest('this artifact is nested too deeply')
    const { to, from, artifact, signal } = job
    const here = await job.manifestTurns.run(() => to.head(artifact.target, digest, { signal }))
    // Registries take no manifest without its parts: who has it has them.
    if (!here) {
      const fetched = await job.manifestTurns.run(() => from.manifest(artifact.source, digest, { signal }))
      if (digest === artifact.digest) job.root = fetched
      await bringParts(job, parseManifest(fetched.bytes, fetched.mediaType), depth)
      await putManifest(job, fetched, tagsFollow)
    }
    if (!here || depth === 0) await bringAttached(job, digest, depth)
  })

/** Children always, whatever tags say; layers that live elsewhere stay there. */
async function bringParts(job: Job, manifest: Manifest, depth: number): Promise<void> {
  const { source } = job.artifact
  const blobs: Descriptor[] =
    manifest.kind === 'image'
      ? [manifest.config, ...manifest.layers]
      : manifest.manifests.filter(isNoManifest)
  const children = manifest.kind === 'index' ? manifest.manifests.filter((child) => !isNoManifest(child)) : []
  await Promise.all([
    ...children.map((child) => bringManifest(job, child.digest, false, depth + 1)),
    ...blobs
      .filter((blob) => !isForeignLayerType(blob.mediaType))
      .map((blob) => bringBlob(job, source, blob)),
  ])
}

/** Caches of builders are indexes of layers. */
const isNoManifest = ({ mediaType }: Descriptor) => !isManifestType(mediaType)

async function putManifest(job: Job, fetched: FetchedManifest, tagsFollow: boolean): Promise<void> {
  const { to, artifact, options, signal, result } = job
  const { linked } = await job.manifestTurns.run(() =>
    to.put(artifact.target, fetched.digest, fetched, { seen: options.seen, tagsFollow, signal }),
  )
  result.manifestsPut++
  if (!linked) await listReferrer(job, fetched)
}

async function bringAttached(job: Job, digest: Digest, depth: number): Promise<void> {
  const { from, to, artifact, options, signal, result } = job
  const attached = await job.manifestTurns.run(() => from.attached(artifact.source, digest, { signal }))
  await Promise.all(
    attached.map(async (one) => {
      const had = await job.manifestTurns.run(() => to.head(artifact.target, one.digest, { signal }))
      await bringManifest(job, one.digest, one.tags.length > 0, depth + 1)
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
