import { propertyOf } from '../configurations/index.ts'
import type { Core } from '../context/index.ts'

export interface Switches {
  /** As they stand in the database; null when never set. */
  project: string | null
  system: unknown
}

// One prepared statement by unique keys: it runs for every push, on every node, without a memory in between.
const bySwitches = (column: 'id' | 'name') => `SELECT pm.value AS project_value, sp.value AS system_value
  FROM projects p LEFT JOIN project_metadata pm ON pm.project_id = p.id AND pm.name = 'read_only'
  LEFT JOIN system_properties sp ON sp.name = ? WHERE p.${column} = ?`

/** Undefined when there is no such project. */
export async function readSwitches(
  core: Core,
  project: { id: number } | { name: string },
): Promise<Switches | undefined> {
  const [sql, key] = 'id' in project ? [bySwitches('id'), project.id] : [bySwitches('name'), project.name]
  const [row] = await core.db.query<{ project_value: string | null; system_value: unknown }>(sql, [
    propertyOf('read_only'),
    key,
  ])
  return row && { project: row.project_value, system: row.system_value }
}

export async function readSystemSwitch(core: Core): Promise<unknown> {
  const [row] = await core.db.query<{ value: unknown }>(
    'SELECT value FROM system_properties WHERE name = ?',
    [propertyOf('read_only')],
  )
  return row?.value ?? null
}
