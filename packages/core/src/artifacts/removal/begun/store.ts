import type { AuditActor, AuditTransaction, Origin } from '../../../audit/index.ts'
import type { Core } from '../../../context/index.ts'

/** What is about to leave a repository, there and in the registry. */
export type Leaving =
  | { kind: 'blob'; digest: string }
  | { kind: 'artifact'; digest: string }
  /** `digest`: of the artifact that it is on. */
  | { kind: 'tag'; tag: string; digest: string }
  | { kind: 'repository' }

/** Who wants it gone, from where and since when. */
export type Removal = Leaving & {
  repository: string
  projectId: number
  actor: AuditActor
  origin: Origin
  at: Date
}
/** One that has begun. `failed`: whoever asked was told so, and the log says it. */
export type BegunRemoval = Removal & { id: bigint; failed: boolean }

export async function insertRemoval(core: Core, removal: Removal): Promise<bigint> {
  const { actor, origin } = removal
  const data = { ...removal, actor: { ...actor }, origin: { ...origin } }
  return (await core.db.prisma.removal.create({ data, select: { id: true } })).id
}

/** Of one repository, or those behind an id that were begun before a time; the oldest first. */
export async function readRemovals(
  core: Core,
  of: { repository: string } | { before: Date; after: bigint },
  limit: number,
): Promise<BegunRemoval[]> {
  const rows = await core.db.prisma.removal.findMany({
    where: 'before' in of ? { at: { lt: of.before }, id: { gt: of.after } } : of,
    orderBy: { id: 'asc' },
    take: limit,
  })
  return rows as unknown as BegunRemoval[]
}

/** Whether anything has begun in the repository and was not ended: asked wherever the registry is found to lack something. */
export async function hasRemovals(core: Core, repository: string): Promise<boolean> {
  const sql = 'SELECT id FROM removals WHERE repository = ? LIMIT 1'
  return (await core.db.query(sql, [repository])).length > 0
}

export async function markFailed(core: Core, id: bigint): Promise<void> {
  await core.db.prisma.removal.updateMany({ where: { id }, data: { failed: true } })
}

/** Something is gone that no line tells of yet: the one that ends it has to. False when somebody else has ended it. */
export async function oweLine(tx: AuditTransaction, id: bigint): Promise<boolean> {
  return (await tx.removal.updateMany({ where: { id }, data: { failed: false } })).count > 0
}

/** Ends one in the transaction that writes down what became of it; false when somebody else has ended it. */
export async function endRemoval(tx: AuditTransaction, id: bigint): Promise<boolean> {
  return (await tx.removal.deleteMany({ where: { id } })).count > 0
}
