import { marks, numbered, type Tx } from '@berth/db'
import { type Actor, limitedProjects, visibleProjects } from '../../authorization/index.ts'
import type { Core } from '../../context/index.ts'
import type { Condition } from '../../list-query/index.ts'
import { withinLimits } from '../../repository-limits/index.ts'
import type { DayCount, Measured, Period } from './model.ts'

export type CountingTransaction = Tx

export type DayRow<Key extends object> = Key & { pulls: number; pushes: number }

interface DayRows {
  repositories: readonly DayRow<{ day: number; repositoryId: number; projectId: number }>[]
  spans: readonly DayRow<{ days: number; day: number; repositoryId: number; projectId: number }>[]
  tags: readonly DayRow<{ repositoryId: number; day: number; tag: string }>[]
  projects: readonly DayRow<{ projectId: number; day: number }>[]
}

// Rows per statement: both databases limit the parameters of one.
const BATCH = 500

/** Adds to rows, which are made when they are missing. All of them come in the order of their keys. */
export async function addUses(core: Core, tx: Tx, rows: DayRows): Promise<void> {
  await upsert(
    core,
    tx,
    'repository_days',
    ['day', 'repository_id', 'project_id'],
    'day, repository_id',
    rows.repositories.map((row) => [row.day, row.repositoryId, row.projectId, row.pulls, row.pushes]),
  )
  await upsert(
    core,
    tx,
    'repository_spans',
    ['days', 'day', 'repository_id', 'project_id'],
    'days, day, repository_id',
    rows.spans.map((row) => [row.days, row.day, row.repositoryId, row.projectId, row.pulls, row.pushes]),
  )
  await upsert(
    core,
    tx,
    'tag_days',
    ['repository_id', 'day', 'tag'],
    'repository_id, day, tag',
    rows.tags.map((row) => [row.repositoryId, row.day, row.tag, row.pulls, row.pushes]),
  )
  await upsert(
    core,
    tx,
    'project_days',
    ['project_id', 'day'],
    'project_id, day',
    rows.projects.map((row) => [row.projectId, row.day, row.pulls, row.pushes]),
  )
}

async function upsert(
  core: Core,
  tx: Tx,
  table: string,
  columns: readonly string[],
  key: string,
  rows: readonly (readonly (number | string)[])[],
): Promise<void> {
  const names = [...columns, 'pulls', 'pushes']
  for (let start = 0; start < rows.length; start += BATCH) {
    const batch = rows.slice(start, start + BATCH)
    const values = batch.map((row) => `(${marks(row)})`).join(', ')
    const adds =
      core.db.provider === 'postgresql'
        ? `ON CONFLICT (${key}) DO UPDATE SET pulls = ${table}.pulls + EXCLUDED.pulls, pushes = ${table}.pushes + EXCLUDED.pushes`
        : 'ON DUPLICATE KEY UPDATE pulls = pulls + VALUES(pulls), pushes = pushes + VALUES(pushes)'
    await tx.$executeRawUnsafe(
      numbered(core.db.provider, `INSERT INTO ${table} (${names.join(', ')}) VALUES ${values} ${adds}`),
      ...batch.flat(),
    )
  }
}

type CountRow = { day: number; pulls: number | string; pushes: number | string }
const toCount = (row: CountRow): DayCount => ({
  day: row.day,
  pulls: Number(row.pulls),
  pushes: Number(row.pushes),
})

export interface ProjectDays {
  counts: DayCount[]
  measured: Measured[]
}

/**
 * A project's days of the period, or of everything, and what its storage was from so many days before on.
 */
export async function readProjectDays(
  core: Core,
  projectId: number,
  { from, to }: Period,
  storageBefore = 0,
): Promise<ProjectDays> {
  const rows = await core.db.query<CountRow & { storage_bytes: number | null }>(
    'SELECT day, pulls, pushes, storage_bytes FROM project_days WHERE project_id = ? AND day BETWEEN ? AND ?',
    [projectId, from - storageBefore, to],
  )
  return {
    counts: rows.filter(({ day }) => day >= from).map(toCount),
    measured: rows.flatMap(({ day, storage_bytes: storageBytes }) =>
      storageBytes === null ? [] : [{ projectId, day, storageBytes }],
    ),
  }
}

/** Summed over a project's repositories for which the condition, over the alias `r`, holds. */
export async function readDaysWithin(
  core: Core,
  projectId: number,
  within: Condition,
  { from, to }: Period,
): Promise<DayCount[]> {
  const rows = await core.db.query<CountRow>(
    `SELECT d.day, SUM(d.pulls) AS pulls, SUM(d.pushes) AS pushes
       FROM repository_days d JOIN repositories r ON r.id = d.repository_id
      WHERE d.project_id = ? AND d.day BETWEEN ? AND ? AND ${within.sql} GROUP BY d.day`,
    [projectId, from, to, ...within.params],
  )
  return rows.map(toCount)
}

const listed = { action: 'list', resource: 'repository' } as const

/** Summed over everything whose repositories the actor may list. */
export async function readVisibleDays(core: Core, actor: Actor, { from, to }: Period): Promise<DayCount[]> {
  const visible = visibleProjects(actor, 'p', listed)
  const limited = await limitedProjects(core, actor, listed)
  const whole = `SELECT p.id FROM projects p WHERE ${visible.sql}`
  const ofProjects = `SELECT d.day, d.pulls, d.pushes FROM project_days d
    WHERE d.project_id IN (${whole}) AND d.day BETWEEN ? AND ?`
  const params = [...visible.params, from, to]
  const within = withinLimits(core, limited, 'r')
  const ofRepositories = `UNION ALL SELECT d.day, d.pulls, d.pushes
    FROM repository_days d JOIN repositories r ON r.id = d.repository_id
    WHERE ${within.sql} AND r.project_id NOT IN (${whole}) AND d.day BETWEEN ? AND ?`
  const rows = await core.db.query<CountRow>(
    `SELECT u.day, SUM(u.pulls) AS pulls, SUM(u.pushes) AS pushes
       FROM (${ofProjects} ${limited.length > 0 ? ofRepositories : ''}) u GROUP BY u.day`,
    limited.length > 0 ? [...params, ...within.params, ...visible.params, from, to] : params,
  )
  return rows.map(toCount)
}

/** Undefined when there is no such repository. */
export async function readRepositoryId(core: Core, name: string): Promise<number | undefined> {
  const [row] = await core.db.query<{ id: number }>('SELECT id FROM repositories WHERE name = ?', [name])
  return row?.id
}

export async function readRepositoryDays(
  core: Core,
  repositoryId: number,
  { from, to }: Period,
): Promise<DayCount[]> {
  const rows = await core.db.query<CountRow>(
    'SELECT day, pulls, pushes FROM repository_days WHERE repository_id = ? AND day BETWEEN ? AND ?',
    [repositoryId, from, to],
  )
  return rows.map(toCount)
}

export async function readTagDays(
  core: Core,
  repositoryId: number,
  tag: string,
  { from, to }: Period,
): Promise<DayCount[]> {
  const rows = await core.db.query<CountRow>(
    'SELECT day, pulls, pushes FROM tag_days WHERE repository_id = ? AND day BETWEEN ? AND ? AND tag = ?',
    [repositoryId, from, to, tag],
  )
  return rows.map(toCount)
}

/** Repositories of days, over the alias `d`, that the actor may list. */
export async function visibleDays(core: Core, actor: Actor): Promise<Condition> {
  const visible = visibleProjects(actor, 'p', listed)
  if (visible.sql === '1 = 1') return { sql: '1 = 1', params: [] }
  const whole = `d.project_id IN (SELECT p.id FROM projects p WHERE ${visible.sql})`
  const limited = await limitedProjects(core, actor, listed)
  if (limited.length === 0) return { sql: whole, params: visible.params }
  return or({ sql: whole, params: visible.params }, daysWithin(withinLimits(core, limited, 'r')))
}

const or = (a: Condition, b: Condition): Condition => ({
  sql: `(${a.sql} OR ${b.sql})`,
  params: [...a.params, ...b.params],
})

/** The same for a condition over the alias `r` of repositories. */
export const daysWithin = ({ sql, params }: Condition): Condition => ({
  sql: `d.repository_id IN (SELECT r.id FROM repositories r WHERE ${sql})`,
  params,
})

/** The sums of the project stay when a repository goes, and those of everything when a project does. */
export async function forgetDays(
  tx: Tx,
  { repositories, projects }: { repositories: readonly number[]; projects: readonly number[] },
): Promise<void> {
  if (repositories.length > 0) {
    const where = { repositoryId: { in: [...repositories] } }
    await tx.repositoryDay.deleteMany({ where })
    await tx.repositorySpan.deleteMany({ where })
    await tx.tagDay.deleteMany({ where })
  }
  if (projects.length > 0) await tx.projectDay.deleteMany({ where: { projectId: { in: [...projects] } } })
}
