import type { Core } from '../context/index.ts'
import { plainText } from '../plain-text/index.ts'
import { type Destination, MAX_ERROR_LENGTH } from './model.ts'

/** Nobody else sends while it is held; who loses it stops at the next batch. */
export const LEASE_MS = 60_000

/** Those that have something to get, are due, and that nobody sends to. */
export async function readDueIds(core: Core, head: number): Promise<number[]> {
  const now = new Date(core.now())
  const rows = await core.db.query<{ id: number }>(
    `SELECT id FROM audit_destinations WHERE enabled = ? AND due_at <= ? AND position < ?
      AND (leased_until IS NULL OR leased_until < ?) ORDER BY id`,
    [true, now, head, now],
  )
  return rows.map(({ id }) => id)
}

/** False: somebody else was faster. */
export async function lease(core: Core, id: number, leaseId: string): Promise<boolean> {
  const now = core.now()
  const { count } = await core.db.prisma.auditDestination.updateMany({
    where: {
      id,
      enabled: true,
      OR: [{ leasedUntil: null }, { leasedUntil: { lt: new Date(now) } }],
    },
    data: { leaseId, leasedUntil: new Date(now + LEASE_MS) },
  })
  return count > 0
}

/** Holds it for longer. False: it was lost, switched off or deleted. */
export async function renew(core: Core, id: number, leaseId: string): Promise<boolean> {
  const { count } = await core.db.prisma.auditDestination.updateMany({
    where: { id, leaseId, enabled: true },
    data: { leasedUntil: new Date(core.now() + LEASE_MS) },
  })
  return count > 0
}

export async function release(core: Core, id: number, leaseId: string): Promise<void> {
  await core.db.prisma.auditDestination.updateMany({
    where: { id, leaseId },
    data: { leaseId: null, leasedUntil: null },
  })
}

/** The receiver has everything up to `position`. False: the lease was lost, and somebody else goes on. */
export async function advance(
  core: Core,
  { id, leaseId }: { id: number; leaseId: string },
  { position, delivered, lost }: { position: number; delivered: number; lost: number },
): Promise<boolean> {
  const now = new Date(core.now())
  const { count } = await core.db.prisma.auditDestination.updateMany({
    where: { id, leaseId, enabled: true },
    data: {
      position,
      delivered: { increment: delivered },
      failures: 0,
      lastDeliveredAt: now,
      leasedUntil: new Date(core.now() + LEASE_MS),
      ...(lost > 0 && { lost: { increment: lost }, lostAt: now }),
    },
  })
  return count > 0
}

export async function noteFailure(
  core: Core,
  { id, leaseId }: { id: number; leaseId: string },
  { failures, error, dueAt }: Pick<Destination, 'failures' | 'dueAt'> & { error: string },
): Promise<void> {
  await core.db.prisma.auditDestination.updateMany({
    where: { id, leaseId },
    data: {
      failures,
      lastError: plainText(error, MAX_ERROR_LENGTH),
      lastErrorAt: new Date(core.now()),
      dueAt,
    },
  })
}
