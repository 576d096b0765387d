import { type AuditLine, record, recordChange } from '../audit/index.ts'
import type { Core } from '../context/index.ts'
import { lifetimeMs, type Session } from './model.ts'

export type StoredSession = Session & { credentialEpoch: number }

interface SessionRow extends Record<string, unknown> {
  id: string
  user_id: number
  credential_epoch: number
  address: string
  user_agent: string
  created_at: Date
  last_seen_at: Date
  expires_at: Date
}

const columns = 'id, user_id, credential_epoch, address, user_agent, created_at, last_seen_at, expires_at'
const toSession = (row: SessionRow): StoredSession => ({
  id: row.id,
  userId: row.user_id,
  credentialEpoch: row.credential_epoch,
  address: row.address,
  userAgent: row.user_agent,
  createdAt: row.created_at,
  lastSeenAt: row.last_seen_at,
  expiresAt: row.expires_at,
})

export async function insertSession(core: Core, session: StoredSession, line: AuditLine): Promise<void> {
  await core.db.transaction(async (tx) => {
    await tx.session.createMany({ data: [session] })
    await record(core, tx, line)
  })
}

export async function readSession(core: Core, id: string): Promise<StoredSession | undefined> {
  const [row] = await core.db.query<SessionRow>(`SELECT ${columns} FROM sessions WHERE id = ?`, [id])
  return row && toSession(row)
}

export async function readSessionsOf(core: Core, userId: number, idleMs: number): Promise<StoredSession[]> {
  const sql = `SELECT ${columns} FROM sessions WHERE user_id = ? AND expires_at > ? AND created_at > ? AND last_seen_at > ?
    ORDER BY last_seen_at DESC LIMIT 200`
  const now = core.now()
  const since = [now, now - lifetimeMs(idleMs), now - idleMs].map((ms) => new Date(ms))
  const rows = await core.db.query<SessionRow>(sql, [userId, ...since])
  return rows.map(toSession)
}

export async function touchSession(core: Core, id: string, at: Date): Promise<void> {
  await core.db.query('UPDATE sessions SET last_seen_at = ? WHERE id = ? AND last_seen_at < ?', [at, id, at])
}

export const removeSession = (core: Core, id: string, line: AuditLine): Promise<boolean> =>
  recordChange(core, line, (tx) => tx.session.deleteMany({ where: { id } }))

/** False when the person has no such session. */
export const removeSessionOf = (core: Core, userId: number, id: string, line: AuditLine): Promise<boolean> =>
  recordChange(core, line, (tx) => tx.session.deleteMany({ where: { id, userId } }))

/** Ids of the sessions that were removed. */
export async function removeSessionsOf(
  core: Core,
  userId: number,
  except: string | undefined,
  line: AuditLine,
): Promise<string[]> {
  const where = { userId, ...(except !== undefined && { id: { not: except } }) }
  return core.db.transaction(async (tx) => {
    const ids = (await tx.session.findMany({ where, select: { id: true } })).map(({ id }) => id)
    const { count } = await tx.session.deleteMany({ where })
    if (count > 0)
      await record(core, tx, { ...line, detail: { all: except ? 'but this' : true, ended: count } })
    return ids
  })
}

export async function removeExpiredSessions(core: Core, idleMs: number): Promise<number> {
  const now = core.now()
  const { count } = await core.db.prisma.session.deleteMany({
    where: {
      OR: [
        { expiresAt: { lte: new Date(now) } },
        { createdAt: { lte: new Date(now - lifetimeMs(idleMs)) } },
        { lastSeenAt: { lte: new Date(now - idleMs) } },
      ],
    },
  })
  return count
}
