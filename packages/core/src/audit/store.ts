import type { Tx } from '@berth/db'
import type { Core } from '../context/index.ts'
import { and, type Condition } from '../list-query/index.ts'
import type { ListedAuditLine } from './model.ts'
import { contentSeal, type LineContent } from './seals/canonical.ts'

/** A database transaction of the change that a line tells of. */
export type AuditTransaction = Tx

/** Lines are added and never changed. */
export async function insertLines(
  core: Core,
  tx: Tx | undefined,
  lines: readonly LineContent[],
): Promise<void> {
  // Without values to read back it is one statement.
  const data = lines.map(({ detail, ...line }) => ({
    ...line,
    seal: contentSeal(core, { ...line, detail }),
    ...(detail !== null && { detail: detail as object }),
  }))
  await (tx ?? core.db.prisma).auditLine.createMany({ data })
}

/** The types of lines that are not wanted, as an administrator set them; for pulls there is a switch of its own. */
export async function readDisabledTypes(core: Core): Promise<Set<string>> {
  // Names as `propertyOf` of core/configurations gives them, which itself records and so cannot be asked from here.
  const rows = await core.db.query<{ name: string; value: unknown }>(
    'SELECT name, value FROM system_properties WHERE name IN (?, ?)',
    ['configuration.disabled_audit_log_event_types', 'configuration.pull_audit_log_disable'],
  )
  const types = new Set<string>()
  for (const { value } of rows) {
    if (typeof value === 'string') for (const type of value.split(',')) types.add(type)
    if (value === true) types.add('pull_artifact')
  }
  return types
}

export interface LineRow extends Record<string, unknown> {
  id: number
  at: Date
  actor_kind: ListedAuditLine['actorKind']
  actor_id: number | null
  actor_name: string
  credential: string
  address: string
  user_agent: string
  request_id: string
  action: string
  resource_type: string
  resource: string
  project_id: number | null
  result: ListedAuditLine['result']
  times: number
  detail: Record<string, unknown> | null
  position: number | null
  hash: string | null
  seal: string | null
}
export const lineColumns = `id, at, actor_kind, actor_id, actor_name, credential, address, user_agent, request_id, action,
  resource_type, resource, project_id, result, times, detail, position, hash, seal`

export const toLine = (row: LineRow): ListedAuditLine => ({
  id: row.id,
  at: row.at,
  actorKind: row.actor_kind,
  actorId: row.actor_id,
  actorName: row.actor_name,
  credential: row.credential,
  address: row.address,
  userAgent: row.user_agent,
  requestId: row.request_id,
  action: row.action,
  resourceType: row.resource_type,
  resource: row.resource,
  projectId: row.project_id,
  result: row.result,
  times: row.times,
  detail: row.detail,
  position: row.position,
  hash: row.hash,
  seal: row.seal,
})

/** `everything`, what happened in any project, or what happened in these. */
export type Visible = 'everything' | 'projects' | readonly number[]

export function inside(visible: Visible): Condition {
  if (visible === 'everything') return and([])
  if (visible === 'projects') return { sql: 'project_id IS NOT NULL', params: [] }
  if (visible.length === 0) return { sql: '1 = 0', params: [] }
  return { sql: `project_id IN (${visible.map(() => '?').join(', ')})`, params: [...visible] }
}
