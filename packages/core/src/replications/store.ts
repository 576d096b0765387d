import { isForeignKeyViolation, isUniqueViolation } from '@berth/db'
import { type AuditLine, type AuditTransaction, record } from '../audit/index.ts'
import type { Core } from '../context/index.ts'
import { hideExecutions } from '../executions/index.ts'
import { and, type ListQuery, orderBy, type Page, readPage, where } from '../list-query/index.ts'
import { removeSchedule, type ScheduleTransaction, setSchedule } from '../schedules/index.ts'
import {
  type PolicyColumns,
  type PolicyFilter,
  policyColumns,
  REMOVED,
  REPLICATION,
  type ReplicationPolicy,
  type TriggerKind,
} from './model.ts'
import type { Asked } from './planning/index.ts'
import { raiseRecovered } from './recovered.ts'

interface PolicyRow extends Record<string, unknown> {
  id: number
  name: string
  description: string
  src_registry_id: number | null
  dest_registry_id: number | null
  dest_namespace: string
  replace_count: number
  filters: PolicyFilter[]
  trigger_kind: string
  cron: string
  deletion: boolean | number
  override: boolean | number
  enabled: boolean | number
  speed_kbps: number
  copy_by_chunk: boolean | number
  single_active: boolean | number
  mirror: boolean | number
  creator_name: string
  created_at: Date
  updated_at: Date
}
const columns = `p.id, p.name, p.description, p.src_registry_id, p.dest_registry_id, p.dest_namespace, p.replace_count, p.filters,
  p.trigger_kind, p.cron, p.deletion, p.override, p.enabled, p.speed_kbps, p.copy_by_chunk, p.single_active, p.mirror,
  p.creator_name, p.created_at, p.updated_at`

const toPolicy = (row: PolicyRow): ReplicationPolicy => ({
  id: row.id,
  name: row.name,
  description: row.description,
  srcRegistryId: row.src_registry_id,
  destRegistryId: row.dest_registry_id,
  destNamespace: row.dest_namespace,
  replaceCount: row.replace_count,
  filters: row.filters,
  triggerKind: row.trigger_kind as TriggerKind,
  cron: row.cron,
  deletion: Boolean(row.deletion),
  override: Boolean(row.override),
  enabled: Boolean(row.enabled),
  speedKbps: row.speed_kbps,
  copyByChunk: Boolean(row.copy_by_chunk),
  singleActive: Boolean(row.single_active),
  mirror: Boolean(row.mirror),
  creatorName: row.creator_name,
  createdAt: row.created_at,
  updatedAt: row.updated_at,
})

export async function readPolicies(
  core: Core,
  namePart: string | undefined,
  query: ListQuery,
): Promise<Page<ReplicationPolicy>> {
  const { provider } = core.db
  const condition = and([
    where(policyColumns, query.filters, provider),
    ...(namePart
      ? [where(policyColumns, [{ field: 'name', match: 'fuzzy', value: namePart }], provider)]
      : []),
  ])
  const order = orderBy(policyColumns, query.sort, 'p.created_at DESC', 'p.id')
  const parts = { columns, from: 'replication_policies p', condition, order }
  const { rows, total } = await readPage<PolicyRow>(core.db, parts, query)
  return { items: rows.map(toPolicy), total }
}

export async function readPolicy(core: Core, id: number): Promise<ReplicationPolicy | undefined> {
  const sql = `SELECT ${columns} FROM replication_policies p WHERE p.id = ?`
  const [row] = await core.db.query<PolicyRow>(sql, [id])
  return row && toPolicy(row)
}

/** How far a policy has asked what is attached to images in step. Undefined before its first run. */
export async function readAsked(core: Core, id: number): Promise<Asked | undefined> {
  const select = { imagesCompared: true, askedAt: true, askedPart: true }
  const row = await core.db.prisma.replicationPolicy.findUnique({ where: { id }, select })
  return row?.askedAt
    ? { images: row.imagesCompared ?? undefined, at: row.askedAt, part: row.askedPart }
    : undefined
}

export async function writeAsked(core: Core, id: number, { images, at, part }: Asked): Promise<void> {
  const data = { imagesCompared: images, askedAt: at, askedPart: part }
  await core.db.prisma.replicationPolicy.updateMany({ where: { id }, data })
}

/** Enabled ones that follow what happens here; read for each event. */
export async function readEventPolicies(core: Core): Promise<ReplicationPolicy[]> {
  const sql = `SELECT ${columns} FROM replication_policies p
    WHERE p.trigger_kind = 'event_based' AND p.enabled = ? AND p.src_registry_id IS NULL ORDER BY p.id`
  return (await core.db.query<PolicyRow>(sql, [true])).map(toPolicy)
}

/** Keeps a policy from going, and from being started by somebody else, until the transaction ends. False: it is gone. */
export async function holdPolicy(tx: AuditTransaction, id: number): Promise<boolean> {
  const rows = await tx.$queryRaw<unknown[]>`SELECT id FROM replication_policies WHERE id = ${id} FOR UPDATE`
  return rows.length > 0
}

/** Whether anything of a policy is under way, beside `except`. The policy is held by the caller. */
export const hasRunning = async (tx: AuditTransaction, policyId: number, except?: number): Promise<boolean> =>
  (await tx.execution.count({
    where: {
      vendorType: REPLICATION,
      vendorId: policyId,
      status: 'Running',
      ...(except !== undefined && { id: { not: except } }),
    },
  })) > 0

export type Written = 'done' | 'taken' | 'missing' | 'no-registry'

export async function insertPolicy(
  core: Core,
  policy: PolicyColumns & { creatorName: string },
  line: AuditLine,
): Promise<number | 'taken' | 'no-registry'> {
  const now = new Date(core.now())
  return refused(
    core.db.transaction(async (tx) => {
      const data = { ...policy, filters: policy.filters as never, createdAt: now, updatedAt: now }
      const { id } = await tx.replicationPolicy.create({ data, select: { id: true } })
      await follow(core, tx, id, policy)
      await record(core, tx, line)
      return id
    }),
  )
}

const goesBetween = ['srcRegistryId', 'destRegistryId', 'destNamespace', 'replaceCount', 'mirror'] as const
type Between = Pick<ReplicationPolicy, (typeof goesBetween)[number]>

/** Whether what a policy's sides had agreed on means nothing after a change. */
export const agreesWithAnother = (before: Between, after: Between): boolean =>
  goesBetween.some((name) => before[name] !== after[name])

export async function updatePolicyRow(
  core: Core,
  id: number,
  policy: PolicyColumns,
  line: AuditLine,
): Promise<Written> {
  return refused(
    core.db.transaction(async (tx) => {
      if (!(await holdPolicy(tx, id))) return 'missing'
      const before = await tx.replicationPolicy.findUniqueOrThrow({ where: { id } })
      const data = { ...policy, filters: policy.filters as never, updatedAt: new Date(core.now()) }
      await tx.replicationPolicy.update({ where: { id }, data })
      if (!policy.enabled) await failsNoMore(core, tx, id)
      // What was agreed with one registry says nothing of another: there nothing was deleted.
      if (agreesWithAnother(before, policy))
        await tx.replicationTagState.deleteMany({ where: { policyId: id } })
      await follow(core, tx, id, policy)
      await record(core, tx, line)
      return 'done'
    }),
  )
}

/** False: there was none. */
export async function removePolicy(core: Core, id: number, line: AuditLine): Promise<boolean> {
  return core.db.transaction(async (tx) => {
    const { count } = await tx.replicationPolicy.deleteMany({ where: { id } })
    if (count === 0) return false
    await forget(core, tx, id)
    await record(core, tx, line)
    return true
  })
}

/** Of those that go to a registry or come from it. */
export async function readPolicyIdsOf(core: Core, registryId: number): Promise<number[]> {
  const rows = await core.db.query<{ id: number }>(
    'SELECT id FROM replication_policies WHERE src_registry_id = ? OR dest_registry_id = ?',
    [registryId, registryId],
  )
  return rows.map(({ id }) => id)
}

/** All that go to a registry or come from it, in the transaction that removes it. */
export async function removePoliciesOf(
  core: Core,
  tx: AuditTransaction,
  registryId: number,
  lineFor: (policy: Ends) => AuditLine,
): Promise<void> {
  const policies = await tx.replicationPolicy.findMany({
    where: { OR: [{ srcRegistryId: registryId }, { destRegistryId: registryId }] },
    select: { id: true, name: true, srcRegistryId: true, destRegistryId: true },
    orderBy: { id: 'asc' },
  })
  for (const policy of policies) {
    await tx.replicationPolicy.deleteMany({ where: { id: policy.id } })
    await forget(core, tx, policy.id)
    await record(core, tx, lineFor(policy))
  }
}

/** Who switches it off knows of it. Switched on again it may fail anew. */
async function failsNoMore(core: Core, tx: AuditTransaction, id: number): Promise<void> {
  const failing = { id, failingSince: { not: null } }
  const { count } = await tx.replicationPolicy.updateMany({ where: failing, data: { failingSince: null } })
  if (count > 0) await raiseRecovered(core, tx, id)
}

/** What runs of a policy that goes ends within seconds. Its history may be too long for one transaction. */
async function forget(core: Core, tx: AuditTransaction, id: number): Promise<void> {
  await raiseRecovered(core, tx, id)
  await removeSchedule(tx, REPLICATION, id)
  await hideExecutions(core, tx, { vendorType: REPLICATION, vendorId: id }, REMOVED)
}

/** As much of a policy as stays in the log when it goes. */
export type Ends = Pick<ReplicationPolicy, 'name' | 'srcRegistryId' | 'destRegistryId'>

/** The schedule is there as long as the policy means it. */
async function follow(
  core: Core,
  tx: ScheduleTransaction,
  id: number,
  { triggerKind, enabled, cron }: PolicyColumns,
): Promise<void> {
  if (triggerKind === 'scheduled' && enabled)
    await setSchedule(
      core,
      tx,
      { vendorType: REPLICATION, vendorId: id },
      { kind: 'schedule', type: 'Custom', cron },
    )
  else await removeSchedule(tx, REPLICATION, id)
}

async function refused<T>(work: Promise<T>): Promise<T | 'taken' | 'no-registry'> {
  try {
    return await work
  } catch (error) {
    if (isUniqueViolation(error)) return 'taken'
    if (isForeignKeyViolation(error)) return 'no-registry'
    throw error
  }
}
