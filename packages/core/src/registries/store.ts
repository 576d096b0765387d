import { isForeignKeyViolation, isUniqueViolation, marks } from '@berth/db'
import { type AuditLine, type AuditTransaction, record } from '../audit/index.ts'
import type { Core } from '../context/index.ts'
import { and, type ListQuery, orderBy, type Page, readPage, where } from '../list-query/index.ts'
import type { RegistryType } from './adapters/index.ts'
import {
  type Registry,
  type RegistryColumns,
  type RegistryStatus,
  reachedAs,
  registryColumns,
} from './model.ts'

interface RegistryRow extends Record<string, unknown> {
  id: number
  name: string
  description: string
  url: string
  type: string
  insecure: boolean | number
  ca_certificate: string | null
  credential_type: string
  access_key: string
  access_secret: string | null
  status: string
  status_message: string
  status_reason: Registry['statusReason']
  checked_at: Date | null
  instance_id: string | null
  max_transfers: number
  bandwidth_kbps: number
  paused_until: Date | null
  failures_in_row: number
  failing_since: Date | null
  created_at: Date
  updated_at: Date
}
const columns = `r.id, r.name, r.description, r.url, r.type, r.insecure, r.ca_certificate, r.credential_type, r.access_key,
  r.access_secret, r.status, r.status_message, r.status_reason, r.checked_at, r.instance_id, r.max_transfers, r.bandwidth_kbps, r.paused_until,
  r.failures_in_row, r.failing_since, r.created_at, r.updated_at`

const toRegistry = (row: RegistryRow): Registry => ({
  id: row.id,
  name: row.name,
  description: row.description,
  url: row.url,
  type: row.type as RegistryType,
  insecure: Boolean(row.insecure),
  caCertificate: row.ca_certificate,
  credentialType: row.credential_type,
  accessKey: row.access_key,
  accessSecret: row.access_secret,
  status: row.status as RegistryStatus,
  statusMessage: row.status_message,
  statusReason: row.status_reason,
  checkedAt: row.checked_at,
  instanceId: row.instance_id,
  maxTransfers: row.max_transfers,
  bandwidthKbps: row.bandwidth_kbps,
  pausedUntil: row.paused_until,
  failuresInRow: row.failures_in_row,
  failingSince: row.failing_since,
  createdAt: row.created_at,
  updatedAt: row.updated_at,
})

export async function readRegistries(
  core: Core,
  namePart: string | undefined,
  query: ListQuery,
): Promise<Page<Registry>> {
  const { provider } = core.db
  const condition = and([
    where(registryColumns, query.filters, provider),
    ...(namePart
      ? [where(registryColumns, [{ field: 'name', match: 'fuzzy', value: namePart }], provider)]
      : []),
  ])
  const order = orderBy(registryColumns, query.sort, 'r.name ASC', 'r.id')
  const { rows, total } = await readPage<RegistryRow>(
    core.db,
    { columns, from: 'registries r', condition, order },
    query,
  )
  return { items: rows.map(toRegistry), total }
}

export async function readRegistry(core: Core, id: number): Promise<Registry | undefined> {
  const [row] = await core.db.query<RegistryRow>(`SELECT ${columns} FROM registries r WHERE r.id = ?`, [id])
  return row && toRegistry(row)
}

/** Several at once, in no order; those that are gone are left out. */
export async function readRegistriesById(core: Core, ids: readonly number[]): Promise<Registry[]> {
  if (ids.length === 0) return []
  const sql = `SELECT ${columns} FROM registries r WHERE r.id IN (${marks(ids)})`
  return (await core.db.query<RegistryRow>(sql, ids)).map(toRegistry)
}

/** What was just found is what it is. */
export interface Checked {
  status: RegistryStatus
  statusMessage: string
  statusReason: Registry['statusReason']
  instanceId: string | null
}

/** What administrators set. */
type Settings = RegistryColumns & { accessSecret: string | null }

const settingsOf = (registry: Settings): string =>
  JSON.stringify([
    reachedAs(registry),
    registry.name,
    registry.description,
    registry.credentialType,
    registry.maxTransfers,
    registry.bandwidthKbps,
  ])

export async function insertRegistry(
  core: Core,
  registry: RegistryColumns & Checked & { accessSecret: string | null },
  line: AuditLine,
): Promise<number | 'taken'> {
  const now = new Date(core.now())
  try {
    return await core.db.transaction(async (tx) => {
      const data = { ...registry, checkedAt: now, createdAt: now, updatedAt: now }
      const { id } = await tx.registry.create({ data, select: { id: true } })
      await record(core, tx, line)
      return id
    })
  } catch (error) {
    if (isUniqueViolation(error)) return 'taken'
    throw error
  }
}

/** `changed`: it is no longer as in `known`, and stays as it is. */
export async function updateRegistryRow(
  core: Core,
  id: number,
  change: Settings & Partial<Checked & { checkedAt: Date }>,
  line: AuditLine,
  known?: Settings,
): Promise<'done' | 'taken' | 'missing' | 'changed'> {
  try {
    return await core.db.transaction(async (tx) => {
      const [row] = await tx.$queryRaw<RegistryRow[]>`SELECT * FROM registries WHERE id = ${id} FOR UPDATE`
      if (!row) return 'missing'
      const before = toRegistry(row)
      if (known && settingsOf(before) !== settingsOf(known)) return 'changed'
      const data = {
        ...change,
        updatedAt: new Date(core.now()),
        // What is reached in another way is tried again at once; a pause that the registry asked for outlives its name.
        ...(reachedAs(before) !== reachedAs(change) && {
          pausedUntil: null,
          askedUntil: null,
          failuresInRow: 0,
          failingSince: null,
        }),
      }
      await tx.registry.update({ where: { id }, data })
      const { instanceId = before.instanceId } = change
      if (before.url !== change.url || before.type !== change.type || before.instanceId !== instanceId)
        await forgetAgreed(tx, id)
      await record(core, tx, line)
      return 'done'
    })
  } catch (error) {
    if (isUniqueViolation(error)) return 'taken'
    throw error
  }
}

/** What mirrors and others had agreed on with it: another one has deleted nothing of that. */
async function forgetAgreed(tx: AuditTransaction, id: number): Promise<void> {
  await tx.$executeRaw`DELETE FROM replication_tag_states WHERE policy_id IN
    (SELECT id FROM replication_policies WHERE src_registry_id = ${id} OR dest_registry_id = ${id})`
}

export async function readPoliciesOf(core: Core, id: number): Promise<{ id: number; name: string }[]> {
  const sql = `SELECT id, name FROM replication_policies
    WHERE src_registry_id = ? OR dest_registry_id = ? ORDER BY name`
  return core.db.query<{ id: number; name: string }>(sql, [id, id])
}

/** `used`: policies go there or come from there. */
export async function removeRegistry(
  core: Core,
  id: number,
  line: AuditLine,
  before?: (tx: AuditTransaction) => Promise<void>,
): Promise<'done' | 'missing' | 'used'> {
  try {
    return await core.db.transaction(async (tx) => {
      await before?.(tx)
      const { count } = await tx.registry.deleteMany({ where: { id } })
      if (count === 0) return 'missing'
      await record(core, tx, line)
      return 'done'
    })
  } catch (error) {
    if (isForeignKeyViolation(error)) return 'used'
    throw error
  }
}

/** Those that nobody has looked at since, longest ago first. */
export async function findUnchecked(core: Core, since: Date, limit: number): Promise<Registry[]> {
  const rows = await core.db.query<RegistryRow>(
    `SELECT ${columns} FROM registries r WHERE r.checked_at IS NULL OR r.checked_at < ?
      ORDER BY r.checked_at, r.id LIMIT ?`,
    [since, limit],
  )
  return rows.map(toRegistry)
}

/** False when another process looks at it. */
export async function claimCheck(core: Core, { id, checkedAt }: Registry): Promise<boolean> {
  const { count } = await core.db.prisma.registry.updateMany({
    where: { id, checkedAt },
    data: { checkedAt: new Date(core.now()) },
  })
  return count > 0
}

/** Nothing when it was changed since it was read: then it was another that was looked at. */
export async function writeCheck(
  core: Core,
  { id, updatedAt, instanceId }: Registry,
  found: Checked,
): Promise<boolean> {
  const data = { ...found, checkedAt: new Date(core.now()) }
  return core.db.transaction(async (tx) => {
    const { count } = await tx.registry.updateMany({ where: { id, updatedAt }, data })
    if (count > 0 && found.instanceId !== instanceId) await forgetAgreed(tx, id)
    return count > 0
  })
}

/**
 * Somebody saw that it answers: what is due is tried at once, unless the registry itself asked for patience. Patience with it
 * begins anew.
 */
export async function endPause(core: Core, id: number): Promise<void> {
  const { registry } = core.db.prisma
  await registry.updateMany({ where: { id }, data: { failingSince: null } })
  await registry.updateMany({
    where: { id, OR: [{ askedUntil: null }, { askedUntil: { lte: new Date(core.now()) } }] },
    data: { pausedUntil: null, failuresInRow: 0 },
  })
}

const MAX_LABELS = 1_000

/** Of global labels. */
export async function readLabelNames(core: Core): Promise<string[]> {
  const sql = 'SELECT name FROM labels WHERE space = 0 ORDER BY name LIMIT ?'
  return (await core.db.query<{ name: string }>(sql, [MAX_LABELS])).map(({ name }) => name)
}
