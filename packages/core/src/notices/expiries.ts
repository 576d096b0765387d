import { currentSetting } from '../configurations/index.ts'
import type { Core } from '../context/index.ts'
import { canSendMail } from '../mail/index.ts'
import { EXPIRY_DAYS, expiryDue, type News } from './model.ts'
import { insertNews } from './store.ts'

const DAY_MS = 86_400_000
const BATCH = 500

interface Expiring extends Record<string, unknown> {
  id: number
  name: string
  owner_id: number | null
  project: string | null
  created_at: Date
  expires_at: Date
}

/**
 * Tells of robots and personal tokens that end soon: a week and a day before, once each, and anew when the end was moved.
 * Gives how many were looked at. For a job, on any node: who was told is not told again.
 */
export async function tellExpiries(core: Core, signal?: AbortSignal): Promise<number> {
  const [mails, prefix] = await Promise.all([canSendMail(core), currentSetting(core, 'robot_name_prefix')])
  const robots = await each(core, robotsEnding, signal, mails, (row, days) => ({
    kind: row.project === null ? 'system_robot_expiring' : 'robot_expiring',
    ...(row.owner_id !== null && { projectId: row.owner_id }),
    ...ending('robot', row, days, core.now()),
    facts: {
      ...factsOf(row, days),
      name: prefix + row.name,
      ...(row.project !== null && { project: row.project }),
    },
  }))
  const tokens = await each(core, tokensEnding, signal, mails, (row, days) => ({
    kind: 'access_token_expiring',
    userId: row.owner_id ?? 0,
    ...ending('token', row, days, core.now()),
    facts: factsOf(row, days),
  }))
  return robots + tokens
}

const ending = (what: string, { id, expires_at }: Expiring, days: number, nowMs: number) => ({
  subjectKey: `${what}:${id}:${expires_at.toISOString()}:${days}`,
  at: new Date(nowMs),
})
const factsOf = ({ name, expires_at }: Expiring, days: number) => ({
  name,
  expiresAt: expires_at.toISOString(),
  days,
})

const robotsEnding = `SELECT r.id, r.name, r.project_id AS owner_id, p.name AS project, r.created_at, r.expires_at
  FROM robots r LEFT JOIN projects p ON p.id = r.project_id
  WHERE r.disabled = FALSE AND r.expires_at > ? AND r.expires_at <= ? AND r.id > ? ORDER BY r.id LIMIT ${BATCH}`
const tokensEnding = `SELECT t.id, t.name, t.user_id AS owner_id, NULL AS project, t.created_at, t.expires_at
  FROM access_tokens t
  WHERE t.expires_at > ? AND t.expires_at <= ? AND t.id > ? ORDER BY t.id LIMIT ${BATCH}`

async function each(
  core: Core,
  sql: string,
  signal: AbortSignal | undefined,
  mails: boolean,
  news: (row: Expiring, days: number) => News,
): Promise<number> {
  const now = core.now()
  const until = new Date(now + Math.max(...EXPIRY_DAYS) * DAY_MS)
  let looked = 0
  for (let after = 0; !signal?.aborted; ) {
    const rows = await core.db.query<Expiring>(sql, [new Date(now), until, after])
    for (const row of rows) {
      if (signal?.aborted) break
      const days = expiryDue(now, row.created_at, row.expires_at)
      if (days !== undefined) await core.db.transaction((tx) => insertNews(tx, news(row, days), mails))
      after = row.id
    }
    looked += rows.length
    if (rows.length < BATCH) break
  }
  return looked
}
