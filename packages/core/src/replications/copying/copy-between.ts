import { type Digest, NotFoundError, RegistryError, type Tag } from '@berth/registry-client'
import type { Core } from '../../context/index.ts'
import { DomainError } from '../../errors/index.ts'
import { originOf } from '../sites/index.ts'
import { configOf } from './configs.ts'
import { type Job, openJob } from './job.ts'
import { bringManifest, readRoot } from './manifests.ts'
import type { Copying, CopyResult } from './model.ts'

/**
 * Brings one artifact from one site to another, with its children and what is attached to any of them. Nothing moves
 * that the target has: it is asked first. A manifest is put after everything it needs, tags come last, and what is
 * attached is there before them; so whatever ends a copy, the next one completes it, and nobody pulls half of it.
 *
 * @throws RegistryError of either side, DIGEST_MISMATCH for a source that is not what it says; DomainError; the
 * signal's reason
 */
export async function copyBetween(core: Core, copying: Copying): Promise<CopyResult> {
  try {
    return await run(core, copying, true)
  } catch (error) {
    if (copying.options.signal?.aborted || !lacksParts(error, copying)) throw error
    // The target has dropped what was seen there a moment ago.
    return run(core, copying, false)
  }
}

/** The target's answer to a manifest whose parts it lacks; the source says the same of what it does not have itself. */
const lacksParts = (error: unknown, { from }: Copying): boolean =>
  (error instanceof RegistryError || error instanceof DomainError) &&
  originOf(error) !== from.key &&
  (error.code === 'MANIFEST_BLOB_UNKNOWN' ||
    error.code === 'BLOB_UNKNOWN' ||
    error.code === 'MANIFEST_UNKNOWN')

async function run(core: Core, copying: Copying, trusting: boolean): Promise<CopyResult> {
  const { signal } = copying.options
  const ended = new AbortController()
  const job = openJob(
    core,
    copying,
    signal ? AbortSignal.any([signal, ended.signal]) : ended.signal,
    trusting,
  )
  try {
    return await copy(job)
  } catch (error) {
    // What else is under way ends before this does: nobody works on for a copy that has failed.
    ended.abort(error)
    await Promise.allSettled([...job.manifests.values(), ...job.blobs.values()])
    throw signal?.aborted ? signal.reason : error
  }
}

/** So long it counts what a source said of a tag: anybody who pushed in between pushed while this was under way. */
const SEEN_MS = 5_000

async function copy(job: Job): Promise<CopyResult> {
  const { to, artifact, options, signal, result } = job
  const { target, digest, tags } = artifact
  // No tag is on what the target does not have, and where tags may be moved it matters not what else they are on.
  if (options.override) {
    const held = await job.manifestTurns.run(() => to.head(target, digest, { signal }))
    job.rootHere = held !== undefined
  }
  const places = await Promise.all(
    tags.map((tag) => (job.rootHere === false ? 'missing' : placeTag(job, tag))),
  )
  const wanted = tags.filter((_, position) => places[position] === 'missing')
  job.wanted = wanted
  if (tags.length > 0 && places.every((place) => place === 'other')) return { ...result, outcome: 'skipped' }
  await bringManifest(job, digest, wanted.length > 0)
  result.tagged.push(...tags.filter((_, position) => places[position] === 'here'))
  const placed = options.again ? [...result.tagged] : []
  const fetched = wanted.length > 0 ? (job.root ?? (await readRoot(job))) : undefined
  for (const tag of wanted) {
    // It may have moved on meanwhile: then another copy brings it, and must not be undone by this one.
    if (await movedOn(job, tag, digest)) {
      result.warnings.push(`${tag} is not on it at the source any more and was not put`)
      continue
    }
    await to.put(target, tag, fetched!, { seen: options.seen, signal, ...configOf(job, digest) })
    result.manifestsPut++
    placed.push(tag)
    result.tagged.push(tag)
  }
  const isCopied = wanted.length > 0 || result.manifestsPut > 0
  return { ...result, outcome: isCopied ? 'copied' : 'inStep', overtaken: await overtaken(job, placed) }
}

/**
 * Two who put one tag may end in either order, and the one with the older content last. So each asks the source once more
 * when it has put: whoever is last sees what stands there now.
 */
async function overtaken({ from, artifact, manifestTurns, signal }: Job, placed: readonly Tag[]) {
  const now = await Promise.all(
    placed.map(async (tag) => ({
      tag,
      held: await manifestTurns.run(() => from.head(artifact.source, tag, { signal })),
    })),
  )
  return now.flatMap(({ tag, held }) =>
    held === undefined || held.digest === artifact.digest ? [] : [{ tag, digest: held.digest }],
  )
}

/** Where a tag is at the target: on this artifact, on another one and to stay there, or to be put. */
async function placeTag(job: Job, tag: Tag): Promise<'here' | 'other' | 'missing'> {
  const { to, artifact, options, signal, result } = job
  const held = await job.manifestTurns.run(() => to.head(artifact.target, tag, { signal }))
  if (held?.digest === artifact.digest) return 'here'
  if (held === undefined || options.override) return 'missing'
  result.warnings.push(`${tag} is on another artifact at the target and may not be moved`)
  return 'other'
}

async function movedOn(
  { from, artifact, seenAtMs, signal }: Job,
  tag: Tag,
  digest: Digest,
): Promise<boolean> {
  if (performance.now() - (seenAtMs.get(tag) ?? Number.NEGATIVE_INFINITY) < SEEN_MS) return false
  try {
    const held = await from.head(artifact.source, tag, { signal })
    return held?.digest !== digest
  } catch (error) {
    if (error instanceof NotFoundError) return true
    throw error
  }
}
