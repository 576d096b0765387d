import { isForeignKeyViolation, isUniqueViolation, type Tx } from '@berth/db'
import type { Core } from '../context/index.ts'
import { and, type ListQuery, orderBy, type Page, readPage, where } from '../list-query/index.ts'
import {
  MAX_POLICIES_PER_PROJECT,
  policyColumns,
  type Target,
  type WebhookEvent,
  type WebhookPolicy,
} from './model.ts'

export type WebhookTransaction = Tx

interface PolicyRow extends Record<string, unknown> {
  id: number
  project_id: number
  name: string
  description: string
  enabled: boolean
  event_types: WebhookPolicy['eventTypes']
  targets: (Omit<Target, 'id'> & { id?: number })[]
  repository_filter: string
  tag_filter: string
  secret: string | null
  previous_secret: string | null
  previous_secret_until: Date | null
  dead_in_row: number
  disabled_reason: string
  last_triggers: WebhookPolicy['lastTriggers']
  creator_name: string
  created_at: Date
  updated_at: Date
}
const fields = `w.id, w.project_id, w.name, w.description, w.enabled, w.event_types, w.targets, w.repository_filter,
  w.tag_filter, w.secret, w.previous_secret, w.previous_secret_until, w.dead_in_row, w.disabled_reason,
  w.last_triggers, w.creator_name, w.created_at, w.updated_at`

const toPolicy = (row: PolicyRow): WebhookPolicy => ({
  id: row.id,
  projectId: row.project_id,
  name: row.name,
  description: row.description,
  enabled: row.enabled,
  eventTypes: row.event_types,
  // Until a webhook is written again, its targets from before they had ids are known by their places.
  targets: row.targets.map((target, position) => ({ ...target, id: target.id ?? position })),
  repositoryFilter: row.repository_filter,
  tagFilter: row.tag_filter,
  secret: row.secret,
  previousSecret: row.previous_secret,
  previousSecretUntil: row.previous_secret_until,
  deadInRow: row.dead_in_row,
  disabledReason: row.disabled_reason,
  lastTriggers: row.last_triggers,
  creatorName: row.creator_name,
  createdAt: row.created_at,
  updatedAt: row.updated_at,
})

export async function readPolicies(
  core: Core,
  projectId: number,
  query: ListQuery,
): Promise<Page<WebhookPolicy>> {
  const condition = and([
    { sql: 'w.project_id = ?', params: [projectId] },
    where(policyColumns, query.filters, core.db.provider),
  ])
  const order = orderBy(policyColumns, query.sort, 'w.id ASC', 'w.id')
  const parts = { columns: fields, from: 'webhook_policies w', condition, order }
  const { rows, total } = await readPage<PolicyRow>(core.db, parts, query)
  return { items: rows.map(toPolicy), total }
}

/** A policy of this project; ids of other projects' policies are not found. */
export async function readPolicy(
  core: Core,
  projectId: number,
  id: number,
): Promise<WebhookPolicy | undefined> {
  const [row] = await core.db.query<PolicyRow>(
    `SELECT ${fields} FROM webhook_policies w WHERE w.id = ? AND w.project_id = ?`,
    [id, projectId],
  )
  return row && toPolicy(row)
}

export async function readPolicyById(core: Core, id: number): Promise<WebhookPolicy | undefined> {
  const [row] = await core.db.query<PolicyRow>(`SELECT ${fields} FROM webhook_policies w WHERE w.id = ?`, [
    id,
  ])
  return row && toPolicy(row)
}

/** The enabled policies of these projects. */
export async function readEnabled(core: Core, projectIds: readonly number[]): Promise<WebhookPolicy[]> {
  if (projectIds.length === 0) return []
  const rows = await core.db.query<PolicyRow>(
    `SELECT ${fields} FROM webhook_policies w
      WHERE w.enabled = TRUE AND w.project_id IN (${projectIds.map(() => '?').join(', ')}) ORDER BY w.id`,
    projectIds,
  )
  return rows.map(toPolicy)
}

/** Every project that wants to hear of such events. */
export async function readProjectsTold(core: Core, type: WebhookEvent): Promise<Set<number>> {
  const rows = await core.db.query<Pick<PolicyRow, 'project_id' | 'event_types'>>(
    'SELECT project_id, event_types FROM webhook_policies WHERE enabled = TRUE',
  )
  return new Set(rows.filter(({ event_types }) => event_types.includes(type)).map((row) => row.project_id))
}

/** What a policy is written with. */
export type PolicyData = Pick<
  WebhookPolicy,
  'name' | 'description' | 'enabled' | 'eventTypes' | 'targets' | 'repositoryFilter' | 'tagFilter'
>

const asJson = (value: object) => value as Record<string, never>
const toData = ({ eventTypes, targets, ...rest }: Partial<PolicyData>) => ({
  ...rest,
  ...(eventTypes && { eventTypes: asJson(eventTypes) }),
  ...(targets && { targets: asJson(targets) }),
})

/** Whoever counts a project's policies holds its row. `then` runs in the transaction. */
export async function insertPolicy(
  core: Core,
  policy: PolicyData & { projectId: number; creatorName: string },
  then: (tx: Tx, id: number) => Promise<void>,
): Promise<number | 'taken' | 'full' | 'missing'> {
  const { projectId, creatorName, ...data } = policy
  const now = new Date(core.now())
  try {
    return await core.db.transaction(async (tx) => {
      const projects = await tx.$queryRaw<
        unknown[]
      >`SELECT id FROM projects WHERE id = ${projectId} FOR UPDATE`
      if (projects.length === 0) return 'missing'
      if ((await tx.webhookPolicy.count({ where: { projectId } })) >= MAX_POLICIES_PER_PROJECT) return 'full'
      const { id } = await tx.webhookPolicy.create({
        data: {
          ...(toData(data) as ReturnType<typeof toData> & {
            name: string
            eventTypes: Record<string, never>
            targets: Record<string, never>
          }),
          projectId,
          creatorName,
          lastTriggers: {},
          createdAt: now,
          updatedAt: now,
        },
        select: { id: true },
      })
      await then(tx, id)
      return id
    })
  } catch (error) {
    if (isUniqueViolation(error)) return 'taken'
    if (isForeignKeyViolation(error)) return 'missing'
    throw error
  }
}

/** Absent parts stay. False: it is gone. */
export async function updatePolicyRow(
  core: Core,
  tx: Tx,
  id: number,
  change: Partial<PolicyData> & {
    disabledReason?: string
    deadInRow?: number
    secret?: string | null
    previousSecret?: string | null
    previousSecretUntil?: Date | null
  },
): Promise<boolean> {
  const { count } = await tx.webhookPolicy.updateMany({
    where: { id },
    data: { ...toData(change), updatedAt: new Date(core.now()) },
  })
  return count > 0
}

/** As `updatePolicyRow`, with `then` in the same transaction. */
export async function updatePolicy(
  core: Core,
  id: number,
  change: Parameters<typeof updatePolicyRow>[3],
  then: (tx: Tx) => Promise<void>,
): Promise<'done' | 'taken' | 'missing'> {
  try {
    return await core.db.transaction(async (tx) => {
      if (!(await lockPolicy(tx, id))) return 'missing'
      await updatePolicyRow(core, tx, id, change)
      await then(tx)
      return 'done'
    })
  } catch (error) {
    if (isUniqueViolation(error)) return 'taken'
    throw error
  }
}

/** Whoever adds or ends deliveries of a policy, or changes it, holds its row. Undefined: it is gone. */
export async function lockPolicy(
  tx: Tx,
  id: number,
): Promise<{ enabled: boolean; deadInRow: number } | undefined> {
  const rows = await tx.$queryRaw<{ enabled: boolean | number; dead_in_row: number }[]>`
    SELECT enabled, dead_in_row FROM webhook_policies WHERE id = ${id} FOR UPDATE`
  const [row] = rows
  return row && { enabled: Boolean(row.enabled), deadInRow: Number(row.dead_in_row) }
}

export const writeDeadInRow = (tx: Tx, id: number, deadInRow: number): Promise<unknown> =>
  tx.webhookPolicy.updateMany({ where: { id }, data: { deadInRow } })

/** Writes when a policy last told of something. It is no change of the policy. */
export async function writeTriggers(
  tx: Tx,
  { id, lastTriggers }: Pick<WebhookPolicy, 'id' | 'lastTriggers'>,
): Promise<void> {
  await tx.webhookPolicy.updateMany({ where: { id }, data: { lastTriggers: asJson(lastTriggers) } })
}

export async function removePolicy(tx: Tx, projectId: number, id: number): Promise<boolean> {
  return (await tx.webhookPolicy.deleteMany({ where: { id, projectId } })).count === 1
}

export async function readPolicyIds(core: Core): Promise<Set<number>> {
  const rows = await core.db.query<{ id: number }>('SELECT id FROM webhook_policies')
  return new Set(rows.map(({ id }) => id))
}

/** When the repositories were made; those that are gone are absent. */
export async function readCreationTimes(
  tx: Tx,
  repositoryIds: readonly number[],
): Promise<Map<number, Date>> {
  if (repositoryIds.length === 0) return new Map()
  const rows = await tx.repository.findMany({
    where: { id: { in: [...repositoryIds] } },
    select: { id: true, createdAt: true },
  })
  return new Map(rows.map(({ id, createdAt }) => [id, createdAt]))
}
