import { LockTimeoutError, type Tx } from '@berth/db'
import { type AuditActor, type AuditLine, record, recordChange } from '../audit/index.ts'
import { SYSTEM } from '../authorization/index.ts'
import type { Core } from '../context/index.ts'
import { type Columns, type ListQuery, orderBy, type Page, readPage, where } from '../list-query/index.ts'
import {
  type Finding,
  noCounts,
  type RegistryWalk,
  type WalkCounts,
  type WalkCursor,
  type WalkKind,
  type WalkOptions,
  type WalkStatus,
} from './model.ts'

interface WalkRow extends Record<string, unknown> {
  id: number
  kind: WalkKind
  status: WalkStatus
  options: WalkOptions
  cursor_json: string
  counts: WalkCounts
  error: string
  created_by: number | null
  username: string | null
  created_at: Date
  started_at: Date | null
  beat_at: Date | null
  finished_at: Date | null
}

const columns = `w.id, w.kind, w.status, w.options, w.cursor_json, w.counts, w.error, w.created_by, u.username,
  w.created_at, w.started_at, w.beat_at, w.finished_at`
const FROM = 'registry_walks w LEFT JOIN users u ON u.id = w.created_by'
const listable: Columns = {
  id: { sql: 'w.id', type: 'integer' },
  kind: { sql: 'w.kind', type: 'text', lowerCase: true },
  status: { sql: 'w.status', type: 'text', lowerCase: true },
  creation_time: { sql: 'w.created_at', type: 'time' },
}
const toWalk = (row: WalkRow): RegistryWalk => ({
  id: row.id,
  kind: row.kind,
  status: row.status,
  options: row.options,
  cursor: JSON.parse(row.cursor_json),
  counts: { ...noCounts, ...row.counts },
  error: row.error,
  createdBy: row.created_by,
  createdByName: row.username,
  createdAt: row.created_at,
  startedAt: row.started_at,
  beatAt: row.beat_at,
  finishedAt: row.finished_at,
})

const asJson = <T extends object>(value: T) => value as unknown as Record<string, never>
const active: WalkStatus[] = ['pending', 'running']

/** The new walk's id, or undefined while another of its kind is active. */
export async function insertWalk(
  core: Core,
  walk: { kind: WalkKind; options: WalkOptions; createdBy: number | null },
  actor: AuditActor,
): Promise<number | undefined> {
  return core.db.lock(`registry-walks:${walk.kind}`, async () => {
    if (await core.db.prisma.registryWalk.count({ where: { kind: walk.kind, status: { in: active } } }))
      return undefined
    const start: WalkCursor = { phase: 'catalog' }
    return core.db.transaction(async (tx) => {
      const { id } = await tx.registryWalk.create({
        data: {
          kind: walk.kind,
          status: 'pending',
          options: asJson(walk.options),
          cursor: JSON.stringify(start),
          counts: asJson(noCounts),
          createdBy: walk.createdBy,
          createdAt: new Date(core.now()),
        },
        select: { id: true },
      })
      await record(core, tx, lineOf(actor, 'start', { id, kind: walk.kind }, { ...walk.options }))
      return id
    })
  })
}

export async function readWalk(core: Core, id: number): Promise<RegistryWalk | undefined> {
  const [row] = await core.db.query<WalkRow>(`SELECT ${columns} FROM ${FROM} WHERE w.id = ?`, [id])
  return row && toWalk(row)
}

export async function readWalks(core: Core, query: ListQuery): Promise<Page<RegistryWalk>> {
  const condition = where(listable, query.filters, core.db.provider)
  const order = orderBy(listable, query.sort, 'w.id DESC', 'w.id')
  const parts = { columns, from: FROM, countFrom: 'registry_walks w', condition, order }
  const { rows, total } = await readPage<WalkRow>(core.db, parts, query)
  return { items: rows.map(toWalk), total }
}

/** Ids of walks that somebody should run; those that run already are among them. */
export async function readActiveIds(core: Core): Promise<number[]> {
  const rows = await core.db.query<{ id: number }>(
    "SELECT id FROM registry_walks WHERE status IN ('pending', 'running') ORDER BY id",
  )
  return rows.map((row) => row.id)
}

/** Changes the status if it is one of `from`; false when it is not. */
export const changeStatus = (
  core: Core,
  actor: AuditActor,
  walk: Pick<RegistryWalk, 'id' | 'kind'>,
  from: readonly WalkStatus[],
  to: 'pending' | 'stopped',
): Promise<boolean> => {
  const ended = to === 'stopped'
  return recordChange(core, lineOf(actor, ended ? 'stop' : 'resume', walk), (tx) =>
    tx.registryWalk.updateMany({
      where: { id: walk.id, status: { in: [...from] } },
      data: { status: to, error: '', finishedAt: ended ? new Date(core.now()) : null },
    }),
  )
}

const lineOf = (
  actor: AuditActor,
  action: 'finish' | 'resume' | 'start' | 'stop',
  { id, kind }: Pick<RegistryWalk, 'id' | 'kind'>,
  detail: Record<string, unknown> = {},
): AuditLine => ({
  resourceType: 'registry_walk',
  action,
  actor,
  resource: kind,
  detail: { walk: id, ...detail },
})

/** As `changeStatus` to pending, unless another walk of the kind is active. */
export const reactivate = (
  core: Core,
  actor: AuditActor,
  { id, kind }: RegistryWalk,
): Promise<'done' | 'busy' | 'wrong'> =>
  core.db.lock(`registry-walks:${kind}`, async () => {
    if (await core.db.prisma.registryWalk.count({ where: { kind, status: { in: active }, NOT: { id } } }))
      return 'busy'
    return (await changeStatus(core, actor, { id, kind }, ['stopped', 'failed'], 'pending'))
      ? 'done'
      : 'wrong'
  })

// Long enough for the lock to be asked for on a slow database, short for whoever finds it taken.
const LOCK_WAIT_MS = 200

/** Runs `run` unless another process runs this walk. Undefined: it does. */
export async function holdingWalk<T>(core: Core, id: number, run: () => Promise<T>): Promise<T | undefined> {
  let entered = false
  try {
    return await core.db.lock(
      `registry-walk:${id}`,
      () => {
        entered = true
        return run()
      },
      LOCK_WAIT_MS,
    )
  } catch (error) {
    if (!entered && error instanceof LockTimeoutError) return undefined
    throw error
  }
}

/** Marks the walk as run by `runner`; false when it is no longer active. */
export async function claimWalk(core: Core, id: number, runner: string): Promise<boolean> {
  const now = new Date(core.now())
  const { count } = await core.db.prisma.registryWalk.updateMany({
    where: { id, status: { in: active } },
    data: { status: 'running', runner, beatAt: now },
  })
  if (count === 0) return false
  await core.db.prisma.registryWalk.updateMany({ where: { id, startedAt: null }, data: { startedAt: now } })
  return true
}

/** False when the walk was stopped, or taken over by another process. */
export async function beatWalk(core: Core, id: number, runner: string): Promise<boolean> {
  const { count } = await core.db.prisma.registryWalk.updateMany({
    where: { id, runner, status: 'running' },
    data: { beatAt: new Date(core.now()) },
  })
  return count > 0
}

/** Gives a running walk back (`pending`) or ends it, which leaves one line for all that it did. */
export async function endWalk(
  core: Core,
  { id, kind, counts }: RegistryWalk,
  runner: string,
  end: { status: 'pending' | 'failed' | 'done'; error?: string },
): Promise<void> {
  const now = new Date(core.now())
  const { status, error = '' } = end
  const count = await core.db.transaction(async (tx) => {
    const changed = await tx.registryWalk.updateMany({
      where: { id, runner, status: 'running' },
      data: { status, error, beatAt: now, finishedAt: status === 'pending' ? null : now },
    })
    const line = lineOf(SYSTEM, 'finish', { id, kind }, { ...counts, ...(error && { error }) })
    if (changed.count > 0 && status !== 'pending')
      await record(core, tx, { ...line, result: status === 'failed' ? 'failed' : 'ok' })
    return changed.count
  })
  if (count > 0 && end.status === 'done')
    await core.db.prisma.registryWalkName.deleteMany({ where: { walkId: id } })
}

export interface Progress {
  cursor: WalkCursor
  counts: WalkCounts
  /** Those to keep. */
  findings: readonly Finding[]
  proposals: ReadonlyMap<string, { project: string; repositories: number; tags: number }>
  /** The names listed of these repositories are no longer needed. */
  forgetNamesOf: readonly string[]
}

/** Writes down how far the walk has come; false when it is no longer the runner's. */
export async function writeProgress(
  core: Core,
  walk: { id: number; runner: string },
  { cursor, counts, findings, proposals, forgetNamesOf }: Progress,
): Promise<boolean> {
  const at = new Date(core.now())
  return core.db.transaction(async (tx) => {
    const { count } = await tx.registryWalk.updateMany({
      where: { id: walk.id, runner: walk.runner, status: 'running' },
      data: { cursor: JSON.stringify(cursor), counts: asJson(counts), beatAt: at },
    })
    if (count === 0) return false
    if (findings.length > 0)
      await tx.registryFinding.createMany({
        data: findings.map((finding) => ({ ...finding, walkId: walk.id, at })),
      })
    for (const proposal of proposals.values()) await addProposal(tx, walk.id, proposal)
    if (forgetNamesOf.length > 0)
      await tx.registryWalkName.deleteMany({
        where: { walkId: walk.id, repository: { in: [...forgetNamesOf] } },
      })
    return true
  })
}

async function addProposal(
  tx: Tx,
  walkId: number,
  { project, repositories, tags }: { project: string; repositories: number; tags: number },
): Promise<void> {
  const { count } = await tx.registryProposal.updateMany({
    where: { walkId, project },
    data: { repositories: { increment: repositories }, tags: { increment: tags } },
  })
  if (count === 0) await tx.registryProposal.createMany({ data: [{ walkId, project, repositories, tags }] })
}

/** Removes walks that ended before `before`, with their findings; gives how many. */
export async function purgeWalks(core: Core, before: Date): Promise<number> {
  const { count } = await core.db.prisma.registryWalk.deleteMany({ where: { finishedAt: { lt: before } } })
  return count
}
