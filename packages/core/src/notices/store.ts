import { LockTimeoutError, type Tx } from '@berth/db'
import { roleIds } from '../authorization/index.ts'
import type { Core } from '../context/index.ts'
import {
  completed,
  type News,
  type Notice,
  type NoticeFacts,
  type NoticeKind,
  type NoticePreferences,
  noticeKinds,
} from './model.ts'

const LOCK_WAIT_MS = 100

/** Runs `work` while no other node does; undefined when one is at it. */
export async function withMails<T>(core: Core, work: () => Promise<T>): Promise<T | undefined> {
  try {
    return await core.db.lock('notices.mails', work, LOCK_WAIT_MS)
  } catch (error) {
    if (error instanceof LockTimeoutError) return undefined
    throw error
  }
}

/** So many people at most are told of one thing. */
const MAX_RECIPIENTS = 1_000

interface Recipient {
  id: number
  email: string | null
  preferences: NoticePreferences
}

/**
 * Tells everybody whose business it is and who follows it; whoever was told before is not told again. `mails`: whether
 * mails can be sent at all.
 */
export async function insertNews(tx: Tx, news: News, mails: boolean): Promise<void> {
  const recipients = await readRecipients(tx, news)
  const rows = recipients.flatMap(({ id, email, preferences }) => {
    const { inbox, mail } = preferences.kinds[news.kind]
    const mailed = mails && mail && email !== null
    if (!inbox && !mailed) return []
    return {
      userId: id,
      kind: news.kind,
      audience: noticeKinds[news.kind],
      subjectKey: news.subjectKey,
      projectId: news.projectId ?? null,
      facts: { ...news.facts },
      createdAt: news.at,
      hidden: !inbox,
      mailDueAt: mailed ? news.at : null,
    }
  })
  if (rows.length > 0) await tx.notice.createMany({ data: rows, skipDuplicates: true })
}

/** What is over: whoever has not read of it need not, and gets no mail any more. */
export async function clearNews(tx: Tx, kind: NoticeKind, subjectPrefix: string, at: Date): Promise<void> {
  const told = await tx.user.findMany({ where: administrators, select: { id: true }, take: MAX_RECIPIENTS })
  await tx.notice.updateMany({
    where: {
      userId: { in: told.map(({ id }) => id) },
      ...{ kind, subjectKey: { startsWith: subjectPrefix }, readAt: null },
    },
    data: { readAt: at, mailDueAt: null },
  })
}

async function readRecipients(tx: Tx, news: News): Promise<Recipient[]> {
  const users = await tx.user.findMany({
    where: { disabled: false, ...(await whoseBusiness(tx, news)) },
    select: { id: true, email: true, noticePreference: { select: { kinds: true, language: true } } },
    orderBy: { id: 'asc' },
    take: MAX_RECIPIENTS,
  })
  return users.map(({ id, email, noticePreference }) => ({
    id,
    email,
    preferences: completed(noticePreference?.kinds, noticePreference?.language),
  }))
}

const administrators = { OR: [{ sysadmin: true }, { adminByGroup: true }] }

async function whoseBusiness(tx: Tx, { kind, projectId, userId }: News) {
  if (noticeKinds[kind] === 'self') return { id: userId ?? 0 }
  if (noticeKinds[kind] === 'system') return administrators
  const role = { projectId: projectId ?? 0, roleId: roleIds.projectAdmin }
  const admins = {
    OR: [{ members: { some: role } }, { groups: { some: { group: { members: { some: role } } } } }],
  }
  // A project that nobody administers is the administrators' business.
  return (await tx.user.count({ where: { disabled: false, ...admins } })) > 0 ? admins : administrators
}

/** What somebody may see now: `projects` they administer, or all; `system`: they are an administrator. */
export interface Sight {
  userId: number
  projects: 'all' | readonly number[]
  system: boolean
}

const seen = ({ userId, projects, system }: Sight) => ({
  userId,
  hidden: false,
  OR: [
    { audience: 'self' },
    ...(system ? [{ audience: 'system' }] : []),
    { audience: 'project', ...(projects !== 'all' && { projectId: { in: [...projects] } }) },
  ],
})

export async function readNotices(
  core: Core,
  sight: Sight,
  { unread, page, pageSize }: { unread: boolean; page: number; pageSize: number },
): Promise<{ items: Notice[]; total: number }> {
  const where = { ...seen(sight), ...(unread && { readAt: null }) }
  const [rows, total] = await Promise.all([
    core.db.prisma.notice.findMany({
      where,
      orderBy: { id: 'desc' },
      skip: (page - 1) * pageSize,
      take: pageSize,
    }),
    core.db.prisma.notice.count({ where }),
  ])
  return {
    total,
    items: rows.map(({ id, kind, facts, createdAt, readAt }) => ({
      id: Number(id),
      kind: kind as NoticeKind,
      facts: facts as NoticeFacts,
      createdAt,
      readAt,
    })),
  }
}

/** Counted up to `most`. */
export async function countUnread(core: Core, sight: Sight, most: number): Promise<number> {
  const rows = await core.db.prisma.notice.findMany({
    where: { ...seen(sight), readAt: null },
    select: { id: true },
    take: most,
  })
  return rows.length
}

/** `ids`: some of them; `upTo`: that one and all before it. Those of others stay as they are. */
export async function writeRead(
  core: Core,
  sight: Sight,
  which: { ids: readonly number[] } | { upTo: number },
): Promise<void> {
  const id = 'ids' in which ? { in: which.ids.map(BigInt) } : { lte: BigInt(which.upTo) }
  await core.db.prisma.notice.updateMany({
    where: { ...seen(sight), id, readAt: null },
    data: { readAt: new Date(core.now()) },
  })
}

export async function readPreferences(core: Core, userId: number): Promise<NoticePreferences> {
  const row = await core.db.prisma.noticePreference.findUnique({ where: { userId } })
  return completed(row?.kinds, row?.language)
}

/** `change`: what becomes of what holds. Two at once do not undo one another. */
export async function writePreferences(
  core: Core,
  userId: number,
  change: (before: NoticePreferences) => NoticePreferences,
): Promise<NoticePreferences> {
  return core.db.transaction(async (tx) => {
    await tx.$queryRaw`SELECT id FROM users WHERE id = ${userId} FOR UPDATE`
    const row = await tx.noticePreference.findUnique({ where: { userId } })
    const after = change(completed(row?.kinds, row?.language))
    const data = { kinds: { ...after.kinds } as object, language: after.language }
    await tx.noticePreference.upsert({ where: { userId }, create: { userId, ...data }, update: data })
    return after
  })
}

/** The same question about one row that is at hand. */
export const isSeen = (
  { audience, projectId }: { audience: string; projectId: number | null },
  { projects, system }: Sight,
): boolean =>
  audience === 'self' ||
  (audience === 'system' && system) ||
  (audience === 'project' && (projects === 'all' || projects.includes(projectId ?? 0)))

export interface DueMail {
  id: number
  userId: number
  email: string | null
  kind: NoticeKind
  audience: string
  projectId: number | null
  facts: NoticeFacts
  /** So far. */
  attempts: number
}

/** The oldest first. */
export async function readDueMails(core: Core, most: number): Promise<DueMail[]> {
  const rows = await core.db.prisma.notice.findMany({
    where: { mailDueAt: { lte: new Date(core.now()) } },
    include: { user: { select: { email: true } } },
    orderBy: [{ mailDueAt: 'asc' }, { id: 'asc' }],
    take: most,
  })
  return rows.map(({ id, userId, user, kind, audience, projectId, facts, mailAttempts }) => ({
    id: Number(id),
    userId,
    email: user.email,
    kind: kind as NoticeKind,
    audience,
    projectId,
    facts: facts as NoticeFacts,
    attempts: mailAttempts,
  }))
}

/** `again`: it was not sent, and is tried once more. */
export async function writeMailDone(
  core: Core,
  id: number,
  again?: { attempts: number; dueAt: Date },
): Promise<void> {
  await core.db.prisma.notice.updateMany({
    where: { id: BigInt(id) },
    data: { mailDueAt: again?.dueAt ?? null, ...(again && { mailAttempts: again.attempts }) },
  })
}

export async function removeNoticesBefore(core: Core, before: Date): Promise<number> {
  const { count } = await core.db.prisma.notice.deleteMany({ where: { createdAt: { lt: before } } })
  return count
}
