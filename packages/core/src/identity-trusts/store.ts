import { isForeignKeyViolation, isUniqueViolation, type Tx } from '@berth/db'
import { type AuditLine, record } from '../audit/index.ts'
import type { Core } from '../context/index.ts'
import { and, type ListQuery, orderBy, type Page, readPage, where } from '../list-query/index.ts'
import { type IdentityTrust, MAX_TRUSTS_PER_ROBOT, trustColumns } from './model.ts'

interface TrustRow extends Record<string, unknown> {
  id: number
  robot_id: number
  robot_name: string
  project_id: number | null
  name: string
  issuer: string
  audience: string
  claims: unknown
  ca_pem: string | null
  disabled: boolean
  last_used_at: Date | null
  created_at: Date
  updated_at: Date
}
const columns = `t.id, t.robot_id, r.name AS robot_name, r.project_id, t.name, t.issuer, t.audience, t.claims, t.ca_pem,
  t.disabled, t.last_used_at, t.created_at, t.updated_at`
const from = 'identity_trusts t JOIN robots r ON r.id = t.robot_id'

const toTrust = (row: TrustRow): IdentityTrust => ({
  id: row.id,
  robotId: row.robot_id,
  robotName: row.robot_name,
  projectId: row.project_id,
  name: row.name,
  issuer: row.issuer,
  audience: row.audience,
  claims: row.claims as Record<string, string>,
  caPem: row.ca_pem,
  disabled: row.disabled,
  lastUsedAt: row.last_used_at,
  createdAt: row.created_at,
  updatedAt: row.updated_at,
})

const inSpace = (projectId: number | null) =>
  projectId === null
    ? { sql: 'r.project_id IS NULL', params: [] }
    : { sql: 'r.project_id = ?', params: [projectId] }

/** Those of a project's robots; `null`: of the system's. */
export async function readTrusts(
  core: Core,
  projectId: number | null,
  query: ListQuery,
): Promise<Page<IdentityTrust>> {
  const condition = and([inSpace(projectId), where(trustColumns, query.filters, core.db.provider)])
  const order = orderBy(trustColumns, query.sort, 't.id ASC', 't.id')
  const { rows, total } = await readPage<TrustRow>(core.db, { columns, from, condition, order }, query)
  return { items: rows.map(toTrust), total }
}

/** Ids of other projects' trusts are not found. */
export async function readTrust(
  core: Core,
  projectId: number | null,
  id: number,
): Promise<IdentityTrust | undefined> {
  const space = inSpace(projectId)
  const [row] = await core.db.query<TrustRow>(
    `SELECT ${columns} FROM ${from} WHERE t.id = ? AND ${space.sql}`,
    [id, ...space.params],
  )
  return row && toTrust(row)
}

export interface TrustToInsert {
  robotId: number
  name: string
  issuer: string
  audience: string
  claims: Record<string, string>
  caPem: string | null
  disabled: boolean
}

/** The id; `taken` when the robot has a trust of this name, `full` when it has all it may, `missing` without a robot. */
export async function insertTrust(
  core: Core,
  trust: TrustToInsert,
  line: AuditLine,
): Promise<number | 'taken' | 'full' | 'missing'> {
  try {
    return await core.db.transaction(async (tx) => {
      if (!(await lockRobot(tx, trust.robotId))) return 'missing'
      const count = await tx.identityTrust.count({ where: { robotId: trust.robotId } })
      if (count >= MAX_TRUSTS_PER_ROBOT) return 'full'
      const at = new Date(core.now())
      const data = { ...trust, createdAt: at, updatedAt: at }
      const { id } = await tx.identityTrust.create({ data, select: { id: true } })
      await record(core, tx, line)
      return id
    })
  } catch (error) {
    if (isUniqueViolation(error)) return 'taken'
    if (isForeignKeyViolation(error)) return 'missing'
    throw error
  }
}

/** Whoever changes a robot's trusts holds its row. */
async function lockRobot(tx: Tx, robotId: number): Promise<boolean> {
  const rows = await tx.$queryRaw<{ id: number }[]>`SELECT id FROM robots WHERE id = ${robotId} FOR UPDATE`
  return rows.length > 0
}

/** What was handed out on the strength of a trust that is no longer as it was ends with it. */
const endHandedOut = (tx: Tx, robotId: number) =>
  tx.robot.updateMany({ where: { id: robotId }, data: { secretEpoch: { increment: 1 } } })

export async function updateTrustRow(
  core: Core,
  { id, robotId }: { id: number; robotId: number },
  change: Partial<Omit<TrustToInsert, 'robotId'>>,
  line: AuditLine,
): Promise<'done' | 'taken' | 'missing'> {
  try {
    return await core.db.transaction(async (tx) => {
      if (!(await lockRobot(tx, robotId))) return 'missing'
      const data = { ...change, updatedAt: new Date(core.now()) }
      if ((await tx.identityTrust.updateMany({ where: { id, robotId }, data })).count === 0) return 'missing'
      await endHandedOut(tx, robotId)
      await record(core, tx, line)
      return 'done'
    })
  } catch (error) {
    if (isUniqueViolation(error)) return 'taken'
    throw error
  }
}

export const removeTrust = (
  core: Core,
  { id, robotId }: { id: number; robotId: number },
  line: AuditLine,
): Promise<boolean> =>
  core.db.transaction(async (tx) => {
    if (!(await lockRobot(tx, robotId))) return false
    if ((await tx.identityTrust.deleteMany({ where: { id, robotId } })).count === 0) return false
    await endHandedOut(tx, robotId)
    await record(core, tx, line)
    return true
  })

/** What an exchange needs of a trust. */
export interface Candidate
  extends Pick<IdentityTrust, 'id' | 'name' | 'robotId' | 'claims' | 'caPem' | 'lastUsedAt'> {
  /** The robot's, as of when the trust was read: it is another one as soon as a trust of the robot is. */
  credentialEpoch: number
}

const CANDIDATES_PER_PAGE = 500

/**
 * Trusts in force for tokens of this issuer and one of these audiences, in pages by id. Those with an authority of their
 * own only where the robot was named: keys are not fetched for robots that nobody asked for. None of the texts may end in
 * a space, which MariaDB would not see.
 */
export async function* readCandidates(
  core: Core,
  { issuer, audiences, robotName }: { issuer: string; audiences: readonly string[]; robotName?: string },
): AsyncGenerator<Candidate[]> {
  const robot =
    robotName === undefined
      ? { sql: 't.ca_pem IS NULL', params: [] }
      : { sql: 't.robot_id = (SELECT r.id FROM robots r WHERE r.name = ?)', params: [robotName] }
  for (let afterId = 0; ; ) {
    const rows = await core.db.query<TrustRow & { secret_epoch: number }>(
      `SELECT t.id, t.name, t.robot_id, t.claims, t.ca_pem, t.last_used_at, o.secret_epoch
        FROM identity_trusts t JOIN robots o ON o.id = t.robot_id WHERE t.issuer = ? AND t.audience IN (${audiences.map(() => '?').join(', ')}) AND ${robot.sql}
          AND t.disabled = FALSE AND t.id > ? ORDER BY t.id LIMIT ${CANDIDATES_PER_PAGE}`,
      [issuer, ...audiences, ...robot.params, afterId],
    )
    yield rows.map((row) => ({
      id: row.id,
      name: row.name,
      robotId: row.robot_id,
      claims: row.claims as Record<string, string>,
      caPem: row.ca_pem,
      lastUsedAt: row.last_used_at,
      credentialEpoch: row.secret_epoch,
    }))
    if (rows.length < CANDIDATES_PER_PAGE) return
    afterId = rows.at(-1)!.id
  }
}

const USED_EVERY_MS = 60_000

/** False when the token was spent before, on whichever node. */
export async function spendToken(
  core: Core,
  spent: { id: string; expiresAt: Date },
  trust: Pick<Candidate, 'id' | 'lastUsedAt'>,
): Promise<boolean> {
  try {
    await core.db.prisma.spentIdentityToken.create({ data: spent })
  } catch (error) {
    if (isUniqueViolation(error)) return false
    throw error
  }
  const now = core.now()
  // At most once a minute: the jobs of a busy trust do not wait for one another.
  if (trust.lastUsedAt && trust.lastUsedAt.getTime() > now - USED_EVERY_MS) return true
  await core.db.query(
    'UPDATE identity_trusts SET last_used_at = ? WHERE id = ? AND (last_used_at IS NULL OR last_used_at < ?)',
    [new Date(now), trust.id, new Date(now - USED_EVERY_MS)],
  )
  return true
}

/** How many rows of tokens that are too old by themselves were removed. */
export const removeSpent = async (core: Core): Promise<number> =>
  (await core.db.prisma.spentIdentityToken.deleteMany({ where: { expiresAt: { lt: new Date(core.now()) } } }))
    .count
