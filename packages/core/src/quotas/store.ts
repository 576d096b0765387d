import { type AuditActor, oldAndNew, record } from '../audit/index.ts'
import type { Core } from '../context/index.ts'
import { and, type Columns, type ListQuery, orderBy, type Page, readPage } from '../list-query/index.ts'
import type { Quota, Usage } from './model.ts'

type QuotaRow = {
  id: number
  project_id: number
  project_name: string
  owner_name: string | null
  limit_bytes: number
  used_bytes: number
  created_at: Date
  updated_at: Date
}
const fields = `q.id, q.project_id, p.name AS project_name, o.username AS owner_name, q.limit_bytes, q.used_bytes,
  q.created_at, q.updated_at`
const tables = `quotas q JOIN projects p ON p.id = q.project_id LEFT JOIN users o ON o.id = p.owner_id`

const toQuota = (row: QuotaRow): Quota => ({
  id: row.id,
  projectId: row.project_id,
  projectName: row.project_name,
  ownerName: row.owner_name,
  limitBytes: row.limit_bytes,
  usedBytes: row.used_bytes,
  createdAt: row.created_at,
  updatedAt: row.updated_at,
})

/** What `sort` may name. */
const sortable: Columns = {
  'hard.storage': { sql: 'q.limit_bytes', type: 'integer' },
  'used.storage': { sql: 'q.used_bytes', type: 'integer' },
  id: { sql: 'q.id', type: 'integer' },
  creation_time: { sql: 'q.created_at', type: 'time' },
  update_time: { sql: 'q.updated_at', type: 'time' },
}

export async function readQuotas(
  core: Core,
  projectId: number | undefined,
  query: ListQuery,
): Promise<Page<Quota>> {
  const ofProject = { sql: 'q.project_id = ?', params: [projectId ?? 0] }
  const parts = {
    columns: fields,
    from: tables,
    countFrom: 'quotas q',
    condition: and(projectId === undefined ? [] : [ofProject]),
    order: orderBy(sortable, query.sort, 'q.created_at DESC', 'q.id'),
  }
  const { rows, total } = await readPage<QuotaRow>(core.db, parts, query)
  return { items: rows.map(toQuota), total }
}

export async function readQuota(core: Core, id: number): Promise<Quota | undefined> {
  const [row] = await core.db.query<QuotaRow>(`SELECT ${fields} FROM ${tables} WHERE q.id = ?`, [id])
  return row && toQuota(row)
}

/** False when there is no such quota; a limit that is the same already leaves no line. */
export const writeLimit = (
  core: Core,
  where: { id: number } | { projectId: number },
  limitBytes: number,
  actor: AuditActor,
): Promise<boolean> =>
  core.db.transaction(async (tx) => {
    const held = await tx.quota.findFirst({
      where,
      select: { id: true, limitBytes: true, projectId: true, project: { select: { name: true } } },
    })
    if (!held) return false
    const { id, projectId } = held
    const { count } = await tx.quota.updateMany({ where: { id, NOT: { limitBytes } }, data: { limitBytes } })
    if (count > 0)
      await record(core, tx, {
        resourceType: 'quota',
        action: 'update',
        actor,
        resource: held.project.name,
        projectId,
        detail: oldAndNew({ storage_limit: Number(held.limitBytes) }, { storage_limit: limitBytes }),
      })
    return true
  })

export interface ProjectUsage extends Usage {
  projectId: number
}

/** Undefined when there is no such project. */
export async function readUsage(core: Core, project: string): Promise<ProjectUsage | undefined> {
  const [row] = await core.db.query<{
    id: number
    limit_bytes: number | null
    used_bytes: number | null
  }>(
    `SELECT p.id, q.limit_bytes, q.used_bytes FROM projects p LEFT JOIN quotas q ON q.project_id = p.id
      WHERE p.name = ?`,
    [project],
  )
  return row && { projectId: row.id, limitBytes: row.limit_bytes ?? -1, usedBytes: row.used_bytes ?? 0 }
}

/** Those of the digests that the project holds. */
export async function readHeld(
  core: Core,
  projectId: number,
  digests: readonly string[],
): Promise<Set<string>> {
  const held = new Set<string>()
  for (let start = 0; start < digests.length; start += 64) {
    const part = digests.slice(start, start + 64)
    // Filled up to a power of two, so that few different statements have to be prepared.
    while (part.length & (part.length - 1)) part.push(part[0]!)
    const rows = await core.db.query<{ digest: string }>(
      `SELECT b.digest FROM blobs b JOIN project_blobs pb ON pb.blob_id = b.id
        WHERE pb.project_id = ? AND b.digest IN (${part.map(() => '?').join(', ')})`,
      [projectId, ...part],
    )
    for (const { digest } of rows) held.add(digest)
  }
  return held
}

/** True when the project holds a blob of at least this size. */
export async function holdsBlobOf(core: Core, projectId: number, sizeBytes: number): Promise<boolean> {
  const rows = await core.db.query(
    `SELECT pb.blob_id FROM project_blobs pb JOIN blobs b ON b.id = pb.blob_id
      WHERE pb.project_id = ? AND b.size_bytes >= ? LIMIT 1`,
    [projectId, sizeBytes],
  )
  return rows.length > 0
}
