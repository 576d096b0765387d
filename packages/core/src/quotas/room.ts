import { blobsOf, type Manifest } from '@berth/registry-client'
import type { Core, TtlCache } from '../context/index.ts'
import { type BlobSize, type Claim, measureBlobs } from './blobs/measure.ts'
import { readBlobs } from './blobs/store.ts'
import { UNLIMITED } from './model.ts'
import { refusedForRoom, tellQuota } from './news.ts'
import { fits, full, nearlyFull, overLimit, readable } from './rules.ts'
import { holdsBlobOf, type ProjectUsage, readHeld, readUsage } from './store.ts'

// Blobs are looked at before their bytes come, to spare both sides the way; what decides is the manifest.
const EARLY_TTL_MS = 1_000

const limited = (usage: ProjectUsage | undefined): ProjectUsage | undefined =>
  usage === undefined || usage.limitBytes === UNLIMITED ? undefined : usage

const remembered = (core: Core): TtlCache<ProjectUsage> => core.cache('quotas.usage', EARLY_TTL_MS, 10_000)

const usageForEarly = async (core: Core, project: string): Promise<ProjectUsage | undefined> =>
  limited(await remembered(core).get(project, () => readUsage(core, project)))

/** Call when a limit changed, so that this node does not wait for the memory to age. */
export const forgetUsage = (core: Core): void => remembered(core).clear()

/** The project's id when it has a limit, asked of the database. */
export const limitedProjectId = async (core: Core, project: string): Promise<number | undefined> =>
  limited(await readUsage(core, project))?.projectId

/**
 * Refuses a manifest for which the project has no room: what it brings are the blobs that the project does not hold
 * yet, and itself. Call it under `changingRepository`, before the registry takes the manifest.
 *
 * @throws DomainError DENIED; UNAVAILABLE when the registry cannot be asked for sizes
 */
export async function requireRoom(
  core: Core,
  pushed: { project: string; repository: string; digest: string; sizeBytes: number; manifest: Manifest },
): Promise<void> {
  const usage = limited(await readUsage(core, pushed.project))
  if (!usage) return
  const { manifest } = pushed
  const blobs: Claim[] = blobsOf(manifest)
  const claims = new Map(blobs.map((blob) => [blob.digest as string, blob]))
  claims.delete(pushed.digest)
  const held = await readHeld(core, usage.projectId, [...claims.keys(), pushed.digest])
  const lacking = [...claims.values()].filter(({ digest }) => !held.has(digest))
  const known: Map<string, BlobSize> = await readBlobs(
    core,
    lacking.map(({ digest }) => digest),
  )
  const unknown = lacking.filter(({ digest }) => !known.get(digest)?.measured)
  const sizes = new Map([
    ...known,
    ...(await measureBlobs(core, pushed.repository, unknown, { strict: true })),
  ])
  let addedBytes = held.has(pushed.digest) ? 0 : pushed.sizeBytes
  for (const { digest } of lacking) addedBytes += sizes.get(digest)!.sizeBytes
  if (!fits(usage, addedBytes))
    throw await refusedForRoom(core, pushed.project, usage, overLimit(usage, addedBytes))
}

/** Refuses an upload into a project that is full already. @throws DomainError DENIED */
export async function requireRoomToStart(core: Core, project: string): Promise<void> {
  const usage = await usageForEarly(core, project)
  if (usage && usage.usedBytes >= usage.limitBytes)
    throw await refusedForRoom(core, project, usage, full(usage))
}

/**
 * Refuses bytes of an upload that cannot fit. Without a digest they may still be those of a blob that the project
 * holds and that costs nothing, if it holds one that large.
 *
 * @throws DomainError DENIED
 */
export async function requireRoomForBytes(
  core: Core,
  project: string,
  { sizeBytes, digest }: { sizeBytes: number; digest?: string },
): Promise<void> {
  const usage = await usageForEarly(core, project)
  if (!usage || fits(usage, sizeBytes)) return
  const { projectId } = usage
  const mayBeHeld =
    digest === undefined
      ? await holdsBlobOf(core, projectId, sizeBytes)
      : (await readHeld(core, projectId, [digest])).has(digest)
  if (!mayBeHeld) throw await refusedForRoom(core, project, usage, overLimit(usage, sizeBytes))
}

/** Refuses to mount a blob that the project lacks and has no room for. @throws DomainError DENIED */
export async function requireRoomForMount(core: Core, project: string, digest: string): Promise<void> {
  const usage = await usageForEarly(core, project)
  if (!usage) return
  const blob = (await readBlobs(core, [digest])).get(digest)
  if (!blob || fits(usage, blob.sizeBytes)) return
  if (!(await readHeld(core, usage.projectId, [digest])).has(digest))
    throw await refusedForRoom(core, project, usage, overLimit(usage, blob.sizeBytes))
}

/** The project's usage when it is nearly full and nobody was told on this node within the hour; the event tells others. */
export async function nearlyFullNews(core: Core, project: string): Promise<ProjectUsage | undefined> {
  if (!(await usageForEarly(core, project))) return undefined
  const usage = await readUsage(core, project)
  if (!usage || !nearlyFull(usage)) return undefined
  const details = `${readable(usage.usedBytes)} of ${readable(usage.limitBytes)} are in use`
  return (await tellQuota(core, 'quota.warned', project, usage, details)) ? usage : undefined
}
