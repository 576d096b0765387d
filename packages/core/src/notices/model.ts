import { badRequest } from '../errors/index.ts'

/** Everything that people are told, and whose business each is. The names stand in rows. */
export const noticeKinds = {
  quota_warning: 'project',
  quota_exceeded: 'project',
  webhook_disabled: 'project',
  robot_expiring: 'project',
  system_robot_expiring: 'system',
  access_token_expiring: 'self',
  forwarding_failing: 'system',
  forwarding_losing: 'system',
  directory_hold: 'system',
  replication_failed: 'system',
} as const
export type NoticeKind = keyof typeof noticeKinds
/** `project`: who administers it. `system`: administrators. Both as they are when it is said, and again when it is read. */
export type Audience = (typeof noticeKinds)[NoticeKind]

export const isNoticeKind = (value: string): value is NoticeKind => Object.hasOwn(noticeKinds, value)

/** Names as they were then; times as ISO text. What a kind does not have is absent. */
export interface NoticeFacts {
  project?: string
  /** A robot's full name, a token's, a webhook's, that of a receiver of the audit log or of a replication policy. */
  name?: string
  usedBytes?: number
  limitBytes?: number
  /** When something ends. */
  expiresAt?: string
  /** Until it expires, at most. */
  days?: number
  /** Of the audit log, that wait. */
  lines?: number
  /** How many. */
  people?: number
  /** Of a replication, that failed. */
  tasks?: number
  /** Of replications: ids of the policy, and of its run that failed. */
  policyId?: number
  executionId?: number
}

export interface Notice {
  id: number
  kind: NoticeKind
  facts: NoticeFacts
  createdAt: Date
  readAt: Date | null
}

/** Something to tell, before it is known whom. */
export interface News {
  kind: NoticeKind
  /** At most 128 characters. */
  subjectKey: string
  facts: NoticeFacts
  at: Date
  /** Of the audience `project`. */
  projectId?: number
  /** Of the audience `self`. */
  userId?: number
}

export const languages = ['en', 'zh-CN'] as const
export type Language = (typeof languages)[number]

export interface Followed {
  inbox: boolean
  mail: boolean
}
export interface NoticePreferences {
  kinds: Record<NoticeKind, Followed>
  /** Of mails. */
  language: Language
}

const unset: Followed = { inbox: true, mail: false }

/** What stands in a row, whoever wrote it, made whole. */
export function completed(stored: unknown, language: unknown): NoticePreferences {
  const kinds = (stored ?? {}) as Record<string, Partial<Followed> | undefined>
  return {
    kinds: Object.fromEntries(
      Object.keys(noticeKinds).map((kind) => [
        kind,
        {
          inbox: kinds[kind]?.inbox ?? unset.inbox,
          mail: kinds[kind]?.mail ?? unset.mail,
        },
      ]),
    ) as Record<NoticeKind, Followed>,
    language: languages.find((known) => known === language) ?? 'en',
  }
}

/** Absent kinds and fields stay. @throws DomainError BAD_REQUEST */
export function changed(
  before: NoticePreferences,
  change: { kinds?: Record<string, Partial<Followed>>; language?: string },
): NoticePreferences {
  const unknown = Object.keys(change.kinds ?? {}).find((kind) => !isNoticeKind(kind))
  if (unknown !== undefined) throw badRequest(`${unknown.slice(0, 64)} is no kind of notice`)
  if (change.language !== undefined && !languages.some((known) => known === change.language))
    throw badRequest(`language must be one of ${languages.join(', ')}`)
  const kinds = { ...before.kinds }
  for (const [kind, followed] of Object.entries(change.kinds ?? {}))
    kinds[kind as NoticeKind] = { ...kinds[kind as NoticeKind], ...followed }
  return { kinds, language: (change.language as Language | undefined) ?? before.language }
}

const DAY_MS = 86_400_000
/** Days before the end at which people are told, the last first. */
export const EXPIRY_DAYS = [1, 7] as const

/**
 * Which of the warnings is due for something that ends: the number of days, or undefined. What was made to last no longer
 * than that is no news.
 */
export function expiryDue(nowMs: number, createdAt: Date, expiresAt: Date): number | undefined {
  const end = expiresAt.getTime()
  if (end <= nowMs) return undefined
  return EXPIRY_DAYS.find((days) => end - nowMs <= days * DAY_MS && end - createdAt.getTime() > days * DAY_MS)
}
