import type { Digest } from '@berth/registry-client'
import type { Core } from '../../context/index.ts'
import { measureBlobs, settle } from '../blobs/measure.ts'
import { insertBlobs } from '../blobs/store.ts'
import {
  mendHolders,
  mendUsed,
  type QuotaTransaction,
  readDoubtful,
  readProjectIds,
  readUncounted,
  readUnmeasured,
  type UnmeasuredBlob,
} from './store.ts'

export interface Recalculation {
  projectId: number
  usedBytesBefore: number
  usedBytes: number
  /** Blobs whose number of holders was wrong. */
  mendedBlobs: number
  /** Blobs that have another size in the registry than their manifests claim. */
  resizedBlobs: number
}

export interface RecalculateOptions {
  signal?: AbortSignal
  onMended?: (tx: QuotaTransaction, result: Recalculation) => Promise<void>
}

/**
 * Counts a project again from its artifacts, and mends what differs, while pushes and deletions go on. Sizes that were
 * only claimed so far are asked of the registry; when it does not answer they stay for the next time.
 * `onMended` runs in the last transaction, which mends what is used.
 */
export async function recalculateProject(
  core: Core,
  projectId: number,
  { signal, onMended }: RecalculateOptions = {},
): Promise<Recalculation> {
  await insertBlobs(core, await readUncounted(core, projectId))
  const mendedBlobs = await mendHolders(core, projectId, await readDoubtful(core, projectId))
  const resizedBlobs = await measure(core, projectId, signal)
  const resultOf = (used: { before: number; after: number }): Recalculation => ({
    projectId,
    usedBytesBefore: used.before,
    usedBytes: used.after,
    mendedBlobs,
    resizedBlobs,
  })
  return resultOf(await mendUsed(core, projectId, async (tx, used) => onMended?.(tx, resultOf(used))))
}

async function measure(core: Core, projectId: number, signal: AbortSignal | undefined): Promise<number> {
  let resized = 0
  for (let lastId = 0; !signal?.aborted; ) {
    const page = await readUnmeasured(core, projectId, lastId)
    if (page.length === 0) break
    lastId = page.at(-1)!.id
    const byRepository: Map<string, UnmeasuredBlob[]> = Map.groupBy(page, (blob) => blob.repository)
    for (const [repository, blobs] of byRepository) {
      const claims = blobs.map((blob) => ({ ...blob, digest: blob.digest as Digest, urls: undefined }))
      const rows = new Map(blobs.map((blob) => [blob.digest, { ...blob, measured: false }]))
      resized += await settle(core, rows, await measureBlobs(core, repository, claims))
    }
  }
  return resized
}

/** All projects, or one; gives only those that were wrong. Stops between two projects when the signal says so. */
export async function recalculateQuotas(
  core: Core,
  { projectId, signal }: { projectId?: number; signal?: AbortSignal } = {},
): Promise<{ counted: number; changed: Recalculation[] }> {
  const changed: Recalculation[] = []
  let counted = 0
  const one = async (id: number) => {
    const result = await recalculateProject(core, id, { signal })
    counted++
    if (result.mendedBlobs + result.resizedBlobs > 0 || result.usedBytesBefore !== result.usedBytes)
      changed.push(result)
  }
  if (projectId !== undefined) await one(projectId)
  else
    for (
      let ids = await readProjectIds(core, 0);
      ids.length > 0;
      ids = await readProjectIds(core, ids.at(-1)!)
    )
      for (const id of ids) {
        if (signal?.aborted) return { counted, changed }
        await one(id)
      }
  return { counted, changed }
}
