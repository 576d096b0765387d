import { isForeignKeyViolation, isUniqueViolation, marks, type Tx } from '@berth/db'
import { type AuditLine, record } from '../audit/index.ts'
import type { Core } from '../context/index.ts'
import { and, type ListQuery, orderBy, type Page, readPage, where } from '../list-query/index.ts'
import { removeLabelTerms, renameLabelTerms } from '../search-terms/index.ts'
import { type Label, type LabelInput, labelColumns } from './model.ts'

interface LabelRow extends Record<string, unknown> {
  id: number
  project_id: number | null
  name: string
  description: string
  color: string
  created_at: Date
  updated_at: Date
}

const columns = 'l.id, l.project_id, l.name, l.description, l.color, l.created_at, l.updated_at'

const toLabel = (row: LabelRow): Label => ({
  id: row.id,
  projectId: row.project_id,
  name: row.name,
  description: row.description,
  color: row.color,
  createdAt: row.created_at,
  updatedAt: row.updated_at,
})

/** The value of the column `space`. */
const spaceOf = (projectId: number | null) => projectId ?? 0

export async function readLabels(
  core: Core,
  projectId: number | null,
  namePart: string | undefined,
  query: ListQuery,
): Promise<Page<Label>> {
  const { provider } = core.db
  const condition = and([
    { sql: 'l.space = ?', params: [spaceOf(projectId)] },
    where(labelColumns, query.filters, provider),
    ...(namePart
      ? [where(labelColumns, [{ field: 'name', match: 'fuzzy', value: namePart }], provider)]
      : []),
  ])
  const order = orderBy(labelColumns, query.sort, 'l.name ASC', 'l.id')
  const { rows, total } = await readPage<LabelRow>(
    core.db,
    { columns, from: 'labels l', condition, order },
    query,
  )
  return { items: rows.map(toLabel), total }
}

export async function readLabel(core: Core, id: number): Promise<Label | undefined> {
  const [row] = await core.db.query<LabelRow>(`SELECT ${columns} FROM labels l WHERE l.id = ?`, [id])
  return row && toLabel(row)
}

/** Labels of the artifacts, by artifact id, in the order of their names: one query for all of them. */
export async function readLabelsOf(
  core: Core,
  artifactIds: readonly number[],
): Promise<{ artifactId: number; label: Label }[]> {
  const rows = await core.db.query<LabelRow & { artifact_id: number }>(
    `SELECT al.artifact_id, ${columns} FROM artifact_labels al JOIN labels l ON l.id = al.label_id
      WHERE al.artifact_id IN (${marks(artifactIds)}) ORDER BY l.name, l.id`,
    artifactIds,
  )
  return rows.map((row) => ({ artifactId: row.artifact_id, label: toLabel(row) }))
}

export async function insertLabel(
  core: Core,
  projectId: number | null,
  label: Required<LabelInput>,
  line: AuditLine,
): Promise<number | 'taken' | 'missing'> {
  const now = new Date(core.now())
  try {
    const data = { ...label, projectId, space: spaceOf(projectId), createdAt: now, updatedAt: now }
    return await core.db.transaction(async (tx) => {
      const { id } = await tx.label.create({ data, select: { id: true } })
      await record(core, tx, line)
      return id
    })
  } catch (error) {
    if (isUniqueViolation(error)) return 'taken'
    if (isForeignKeyViolation(error)) return 'missing'
    throw error
  }
}

export async function updateLabelRow(
  core: Core,
  id: number,
  change: LabelInput,
  line: AuditLine,
): Promise<'done' | 'taken' | 'missing'> {
  try {
    const data = { ...change, updatedAt: new Date(core.now()) }
    return await core.db.transaction(async (tx) => {
      const { count } = await tx.label.updateMany({ where: { id }, data })
      if (count === 0) return 'missing'
      if (change.name !== undefined) await renameLabelTerms(tx, { id, name: change.name })
      await record(core, tx, line)
      return 'done'
    })
  } catch (error) {
    if (isUniqueViolation(error)) return 'taken'
    throw error
  }
}

/** With it goes every mark it left on an artifact. */
export async function removeLabelRow(core: Core, id: number, line: AuditLine): Promise<boolean> {
  return core.db.transaction(async (tx) => {
    if (!(await lockLabel(tx, id))) return false
    await removeLabelTerms(tx, id)
    await tx.label.deleteMany({ where: { id } })
    await record(core, tx, line)
    return true
  })
}

/** The label as it is, and stays until the transaction ends. */
export async function lockLabel(tx: Tx, id: number): Promise<{ id: number; name: string } | undefined> {
  const [row] = await tx.$queryRaw<{ id: number; name: string }[]>`
    SELECT id, name FROM labels WHERE id = ${id} FOR UPDATE`
  return row
}
