import { isForeignKeyViolation, isUniqueViolation } from '@berth/db'
import { type AuditLine, recordChange } from '../audit/index.ts'
import type { Core } from '../context/index.ts'

/** All settings of a project, with `public` among them as Harbor has it. Undefined when the project is gone. */
export async function readSettings(
  core: Core,
  projectId: number,
): Promise<Record<string, string> | undefined> {
  const sql = `SELECT p.public, pm.name, pm.value FROM projects p LEFT JOIN project_metadata pm ON pm.project_id = p.id
    WHERE p.id = ? ORDER BY pm.name`
  const rows = await core.db.query<{ public: boolean; name: string | null; value: string }>(sql, [projectId])
  if (rows.length === 0) return undefined
  const settings: Record<string, string> = { public: String(rows[0]!.public) }
  for (const { name, value } of rows) if (name !== null) settings[name] = value
  return settings
}

export async function insertSetting(
  core: Core,
  projectId: number,
  name: string,
  value: string,
  line: AuditLine,
): Promise<'done' | 'taken' | 'missing'> {
  try {
    await recordChange(core, line, (tx) =>
      tx.projectMetadata.createMany({ data: [{ projectId, name, value }] }),
    )
    return 'done'
  } catch (error) {
    if (isUniqueViolation(error)) return 'taken'
    if (isForeignKeyViolation(error)) return 'missing'
    throw error
  }
}

/** False when the project has no such setting. */
export async function updateSetting(
  core: Core,
  projectId: number,
  name: string,
  value: string,
  line: AuditLine,
): Promise<boolean> {
  return recordChange(core, line, (tx) =>
    name === 'public'
      ? tx.project.updateMany({ where: { id: projectId }, data: { public: value === 'true' } })
      : tx.projectMetadata.updateMany({ where: { projectId, name }, data: { value } }),
  )
}

export const removeSetting = (
  core: Core,
  projectId: number,
  name: string,
  line: AuditLine,
): Promise<boolean> =>
  recordChange(core, line, (tx) => tx.projectMetadata.deleteMany({ where: { projectId, name } }))
