import { isForeignKeyViolation, isUniqueViolation, type Tx } from '@berth/db'
import { type AuditLine, record, recordChange } from '../audit/index.ts'
import { EVERY_PROJECT, OUTSIDE_PROJECTS } from '../authentication/index.ts'
import type { Core } from '../context/index.ts'
import { and, type ListQuery, orderBy, type Page, readPage, where } from '../list-query/index.ts'
import { limitOf } from '../repository-limits/index.ts'
import type { Grant } from './grants.ts'
import { type Robot, type RobotPermission, robotColumns } from './model.ts'
import { coversDeed, EVERYWHERE, SYSTEM_NAMESPACE } from './rules.ts'

interface RobotRow extends Record<string, unknown> {
  id: number
  project_id: number | null
  name: string
  description: string
  disabled: boolean
  duration_days: number
  expires_at: Date | null
  creator_type: string
  creator_id: number
  created_at: Date
  updated_at: Date
  last_used_at: Date | null
}
const columns = `r.id, r.project_id, r.name, r.description, r.disabled, r.duration_days, r.expires_at, r.creator_type,
  r.creator_id, r.created_at, r.updated_at, r.last_used_at`

const toRobot = (row: RobotRow, permissions: RobotPermission[]): Robot => ({
  id: row.id,
  name: row.name,
  description: row.description,
  projectId: row.project_id,
  disabled: row.disabled,
  durationDays: row.duration_days,
  expiresAt: row.expires_at,
  permissions,
  creatorType: row.creator_type,
  creatorId: row.creator_id,
  createdAt: row.created_at,
  updatedAt: row.updated_at,
  lastUsedAt: row.last_used_at,
})

/** Names without prefix. `projectId` null: robots of the system. */
export async function readRobots(
  core: Core,
  projectId: number | null,
  query: ListQuery,
): Promise<Page<Robot>> {
  const condition = and([
    projectId === null
      ? { sql: 'r.project_id IS NULL', params: [] }
      : { sql: 'r.project_id = ?', params: [projectId] },
    where(robotColumns, query.filters, core.db.provider),
  ])
  const order = orderBy(robotColumns, query.sort, 'r.created_at DESC', 'r.id')
  const parts = { columns, from: 'robots r', condition, order }
  const { rows, total } = await readPage<RobotRow>(core.db, parts, query)
  const permissions = await readPermissions(
    core,
    rows.map(({ id }) => id),
  )
  return { items: rows.map((row) => toRobot(row, permissions.get(row.id) ?? [])), total }
}

export async function readRobot(core: Core, id: number): Promise<Robot | undefined> {
  const [row] = await core.db.query<RobotRow>(`SELECT ${columns} FROM robots r WHERE r.id = ?`, [id])
  return row && toRobot(row, (await readPermissions(core, [id])).get(id) ?? [])
}

/** By robot id: one query for all of them. */
async function readPermissions(
  core: Core,
  robotIds: readonly number[],
): Promise<Map<number, RobotPermission[]>> {
  const found = new Map<number, RobotPermission[]>()
  if (robotIds.length === 0) return found
  const rows = await core.db.query<{
    robot_id: number
    space: number
    project_name: string | null
    resource: string
    action: string
    repositories: string[] | null
  }>(
    `SELECT rp.robot_id, rp.space, p.name AS project_name, rp.resource, rp.action, rp.repositories
      FROM robot_permissions rp LEFT JOIN projects p ON p.id = rp.project_id
      WHERE rp.robot_id IN (${robotIds.map(() => '?').join(', ')})
      ORDER BY rp.robot_id, rp.space, rp.resource, rp.action`,
    [...robotIds],
  )
  for (const { robot_id: robotId, space, project_name: projectName, repositories, ...access } of rows) {
    const list = found.get(robotId) ?? []
    found.set(robotId, list)
    const namespace =
      space === OUTSIDE_PROJECTS
        ? SYSTEM_NAMESPACE
        : space === EVERY_PROJECT
          ? EVERYWHERE
          : (projectName ?? '')
    const patterns = JSON.stringify(repositories)
    let permission = list.find(
      (entry) => entry.namespace === namespace && JSON.stringify(entry.repositories) === patterns,
    )
    if (!permission) {
      const kind = space === OUTSIDE_PROJECTS ? 'system' : 'project'
      permission = { kind, namespace, repositories, access: [] }
      list.push(permission)
    }
    permission.access.push({ resource: access.resource, action: access.action })
  }
  return found
}

const toRow = (robotId: number, { limit, ...grant }: Grant) => ({
  ...grant,
  robotId,
  ...(limit && { repositories: [...limit.patterns] }),
})

export interface RobotToInsert {
  projectId: number | null
  name: string
  description: string
  secretHash: string
  disabled: boolean
  durationDays: number
  expiresAt: Date | null
  creatorType: string
  creatorId: number
  createdAt: Date
}

/** The id, `taken` when the name is, `missing` when a project has gone. */
export async function insertRobot(
  core: Core,
  robot: RobotToInsert,
  grants: readonly Grant[],
  line: AuditLine,
): Promise<number | 'taken' | 'missing'> {
  try {
    return await core.db.transaction(async (tx) => {
      const { id } = await tx.robot.create({
        data: { ...robot, updatedAt: robot.createdAt },
        select: { id: true },
      })
      await tx.robotPermission.createMany({ data: grants.map((grant) => toRow(id, grant)) })
      await record(core, tx, line)
      return id
    })
  } catch (error) {
    if (isUniqueViolation(error)) return 'taken'
    if (isForeignKeyViolation(error)) return 'missing'
    throw error
  }
}

export interface RobotRowChange {
  description?: string
  durationDays?: number
  expiresAt?: Date | null
  disabled?: boolean
}

/**
 * `list`: all that it holds from now on; where it only `narrows`, no more of it than it holds at that moment. False when the
 * robot or a project in its list has gone.
 */
export async function updateRobotRow(
  core: Core,
  id: number,
  change: RobotRowChange,
  list: { grants: readonly Grant[]; narrows: boolean } | undefined,
  line: AuditLine,
): Promise<boolean> {
  // Disabling ends the tokens for good: they do not come back with the robot.
  const ends = change.disabled === true ? { secretEpoch: { increment: 1 } } : {}
  try {
    return await core.db.transaction(async (tx) => {
      // The update locks the row: two changes at once follow one another, and their lists do not mix.
      const data = { ...change, ...ends, updatedAt: new Date(core.now()) }
      if ((await tx.robot.updateMany({ where: { id }, data })).count === 0) return false
      if (list) {
        const grants = list.narrows ? await stillHeld(tx, id, list.grants) : list.grants
        await tx.robotPermission.deleteMany({ where: { robotId: id } })
        await tx.robotPermission.createMany({ data: grants.map((grant) => toRow(id, grant)) })
      }
      await record(core, tx, line)
      return true
    })
  } catch (error) {
    if (isForeignKeyViolation(error)) return false
    throw error
  }
}

async function stillHeld(tx: Tx, robotId: number, grants: readonly Grant[]): Promise<Grant[]> {
  const rows = await tx.robotPermission.findMany({ where: { robotId } })
  const held = rows.map(({ repositories, ...row }) => ({
    ...row,
    limit: repositories === null ? null : limitOf(repositories as string[]),
  }))
  return grants.filter((grant) => held.some((row) => row.space === grant.space && coversDeed(row, grant)))
}

export function updateSecret(core: Core, id: number, secretHash: string, line: AuditLine): Promise<boolean> {
  const data = { secretHash, secretEpoch: { increment: 1 }, updatedAt: new Date(core.now()) }
  return recordChange(core, line, (tx) => tx.robot.updateMany({ where: { id }, data }))
}

export const removeRobot = (core: Core, id: number, line: AuditLine): Promise<boolean> =>
  recordChange(core, line, (tx) => tx.robot.deleteMany({ where: { id } }))
