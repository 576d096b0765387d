import type { Tx } from '@berth/db'
import type { Core } from '../../context/index.ts'

// Rows per statement: both databases limit the parameters of one.
const BATCH = 500
const batches = <T>(items: readonly T[]): T[][] =>
  Array.from({ length: Math.ceil(items.length / BATCH) }, (_, n) => items.slice(n * BATCH, (n + 1) * BATCH))

export interface BlobRow {
  id: number
  sizeBytes: number
  measured: boolean
}

/** Those of the digests that are known. */
export async function readBlobs(core: Core, digests: readonly string[]): Promise<Map<string, BlobRow>> {
  const found = new Map<string, BlobRow>()
  for (const part of batches(digests))
    for (const { id, digest, sizeBytes, measured } of await core.db.prisma.blob.findMany({
      where: { digest: { in: part } },
      select: { id: true, digest: true, sizeBytes: true, measured: true },
    }))
      found.set(digest, { id, sizeBytes: Number(sizeBytes), measured })
  return found
}

export async function insertBlobs(
  core: Core,
  blobs: readonly { digest: string; sizeBytes: number; measured: boolean }[],
): Promise<void> {
  for (const data of batches(blobs)) await core.db.prisma.blob.createMany({ data, skipDuplicates: true })
}

export async function markMeasured(core: Core, ids: readonly number[]): Promise<void> {
  for (const part of batches(ids))
    await core.db.prisma.blob.updateMany({ where: { id: { in: part } }, data: { measured: true } })
}

/**
 * Gives a blob the size that the registry tells, and every project that holds it the difference. The lock on the
 * blob's row waits for pushes that are counting it (their foreign keys hold it), and new ones wait for this.
 */
export const correctSize = (core: Core, id: number, sizeBytes: number): Promise<void> =>
  core.db.transaction(async (tx: Tx) => {
    const [blob] = await tx.$queryRaw<{ size_bytes: bigint; measured: boolean | number }[]>`
      SELECT size_bytes, measured FROM blobs WHERE id = ${id} FOR UPDATE`
    if (!blob || blob.measured) return
    const change = sizeBytes - Number(blob.size_bytes)
    const holders = await tx.projectBlob.findMany({
      where: { blobId: id },
      select: { projectId: true },
      orderBy: { projectId: 'asc' },
    })
    await tx.blob.updateMany({ where: { id }, data: { sizeBytes, measured: true } })
    for (const { projectId } of holders)
      await tx.quota.updateMany({ where: { projectId }, data: { usedBytes: { increment: change } } })
  })
