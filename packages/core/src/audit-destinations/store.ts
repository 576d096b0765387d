import { isUniqueViolation } from '@berth/db'
import { type AuditLine, record } from '../audit/index.ts'
import type { Core } from '../context/index.ts'
import type { Destination, DestinationAuth, DestinationKind } from './model.ts'

/** What administrators say of it, in its one form. */
export interface DestinationColumns {
  name: string
  kind: DestinationKind
  enabled: boolean
  address: string
  tls: boolean
  caPem: string | null
  auth: DestinationAuth
  secretEncrypted: string | null
  previousSecretEncrypted?: string | null
  previousSecretUntil?: Date | null
}

type Row = Omit<Destination, 'kind' | 'auth' | 'position' | 'delivered' | 'lost'> & {
  kind: string
  auth: string
  position: bigint
  delivered: bigint
  lost: bigint
}
const toDestination = (row: Row): Destination => ({
  ...row,
  kind: row.kind as DestinationKind,
  auth: row.auth as DestinationAuth,
  position: Number(row.position),
  delivered: Number(row.delivered),
  lost: Number(row.lost),
})

export async function readDestinations(core: Core): Promise<Destination[]> {
  const rows = await core.db.prisma.auditDestination.findMany({ orderBy: { id: 'asc' } })
  return rows.map(toDestination)
}

export async function readDestination(core: Core, id: number): Promise<Destination | undefined> {
  const row = await core.db.prisma.auditDestination.findUnique({ where: { id } })
  return row ? toDestination(row) : undefined
}

/** Undefined: the name is taken. */
export async function insertDestination(
  core: Core,
  columns: DestinationColumns & { configured?: boolean; position: number },
  line: AuditLine,
): Promise<number | undefined> {
  const data = { ...columns, position: BigInt(columns.position), dueAt: new Date(core.now()) }
  return unlessTaken(
    core.db.transaction(async (tx) => {
      const { id } = await tx.auditDestination.create({ data, select: { id: true } })
      await record(core, tx, line)
      return id
    }),
  )
}

/** What was changed is tried at once. False: it is gone; undefined: the name is taken. */
export async function updateDestinationRow(
  core: Core,
  id: number,
  change: Partial<DestinationColumns>,
  line: AuditLine,
): Promise<boolean | undefined> {
  return unlessTaken(
    core.db.transaction(async (tx) => {
      const data = { ...change, failures: 0, dueAt: new Date(core.now()) }
      const { count } = await tx.auditDestination.updateMany({ where: { id }, data })
      if (count > 0) await record(core, tx, line)
      return count > 0
    }),
  )
}

async function unlessTaken<T>(work: Promise<T>): Promise<T | undefined> {
  try {
    return await work
  } catch (error) {
    if (isUniqueViolation(error)) return undefined
    throw error
  }
}

export async function removeDestination(core: Core, id: number, line: AuditLine): Promise<boolean> {
  return core.db.transaction(async (tx) => {
    const { count } = await tx.auditDestination.deleteMany({ where: { id } })
    if (count > 0) await record(core, tx, line)
    return count > 0
  })
}
