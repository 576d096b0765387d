import type { AuditActor, AuditTransaction, Origin } from '../../../audit/index.ts'
import type { Core } from '../../../context/index.ts'

/** A blob that is about to leave a repository, and who wants that. */
export interface BlobRemoval {
  repository: string
  digest: string
  projectId: number
  actor: AuditActor
  origin: Origin
  at: Date
}

export async function insertRemoval(core: Core, removal: BlobRemoval): Promise<bigint> {
  const { actor, origin } = removal
  const data = { ...removal, actor: { ...actor }, origin: { ...origin } }
  return (await core.db.prisma.blobRemoval.create({ data, select: { id: true } })).id
}

/** Those that were begun before `before`, the oldest first. */
export async function readRemovals(
  core: Core,
  before: Date,
  limit: number,
): Promise<(BlobRemoval & { id: bigint })[]> {
  const rows = await core.db.prisma.blobRemoval.findMany({
    where: { at: { lt: before } },
    orderBy: { id: 'asc' },
    take: limit,
  })
  return rows.map((row) => ({
    ...row,
    actor: row.actor as unknown as AuditActor,
    origin: row.origin as unknown as Origin,
  }))
}

/** Ends one, with what is written in the same transaction; false when somebody else has ended it. */
export const endRemoval = (
  core: Core,
  id: bigint,
  write: (tx: AuditTransaction) => Promise<void>,
): Promise<boolean> =>
  core.db.transaction(async (tx) => {
    if ((await tx.blobRemoval.deleteMany({ where: { id } })).count === 0) return false
    await write(tx)
    return true
  })
