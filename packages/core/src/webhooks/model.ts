import { badRequest } from '../errors/index.ts'
import { compileGlob, GlobError } from '../globs/index.ts'
import type { Columns } from '../list-query/index.ts'

/** Harbor's types of events. A policy may name any of them, as clients do that know Harbor. */
export const webhookEvents = [
  'PUSH_ARTIFACT',
  'PULL_ARTIFACT',
  'DELETE_ARTIFACT',
  'QUOTA_EXCEED',
  'QUOTA_WARNING',
  'REPLICATION',
  'SCANNING_COMPLETED',
  'SCANNING_FAILED',
  'SCANNING_STOPPED',
  'TAG_RETENTION',
] as const
export type WebhookEvent = (typeof webhookEvents)[number]
/** Those that can happen, and are offered. */
export const offeredEvents: readonly WebhookEvent[] = [
  'PUSH_ARTIFACT',
  'PULL_ARTIFACT',
  'DELETE_ARTIFACT',
  'QUOTA_EXCEED',
  'QUOTA_WARNING',
  'REPLICATION',
]

export type NotifyType = 'http' | 'slack'
export type PayloadFormat = 'Default' | 'CloudEvents'
export const payloadFormats: Record<NotifyType, readonly PayloadFormat[]> = {
  http: ['Default', 'CloudEvents'],
  slack: ['Default'],
}

export interface Target {
  /** Stays when the webhook is edited, and is nobody else's when the target is gone. */
  id: number
  type: NotifyType
  address: string
  payloadFormat: PayloadFormat
  skipCertVerify: boolean
  /** Encrypted `TargetSecrets`. */
  sealed: string
}
/** What of a target is shown to nobody. */
export interface TargetSecrets {
  /** The value of the header `Authorization`; empty: none. */
  authHeader: string
  headers: Record<string, string>
}

export interface WebhookPolicy {
  id: number
  projectId: number
  name: string
  description: string
  enabled: boolean
  eventTypes: WebhookEvent[]
  targets: Target[]
  /** Empty: everything. */
  repositoryFilter: string
  tagFilter: string
  /** Encrypted; null: not signed. */
  secret: string | null
  previousSecret: string | null
  previousSecretUntil: Date | null
  deadInRow: number
  disabledReason: string
  lastTriggers: Partial<Record<WebhookEvent, string>>
  creatorName: string
  createdAt: Date
  updatedAt: Date
}

/** Exactly what a caller may set; absent parts stay as they are, or become their defaults. */
export interface PolicyInput {
  name?: string
  description?: string
  enabled?: boolean
  eventTypes?: readonly string[]
  targets?: readonly TargetInput[]
  repositoryFilter?: string
  tagFilter?: string
}
export interface TargetInput {
  type?: string
  address?: string
  authHeader?: string
  skipCertVerify?: boolean
  payloadFormat?: string
  headers?: Record<string, string>
}

export const MAX_POLICIES_PER_PROJECT = 50
export const MAX_TARGETS = 5

export const policyColumns: Columns = {
  id: { sql: 'w.id', type: 'integer' },
  name: { sql: 'w.name', type: 'text' },
  description: { sql: 'w.description', type: 'text' },
  enabled: { sql: 'w.enabled', type: 'boolean' },
  creator: { sql: 'w.creator_name', type: 'text' },
  creation_time: { sql: 'w.created_at', type: 'time' },
  update_time: { sql: 'w.updated_at', type: 'time' },
}

const isPlain = (text: string) => text.isWellFormed() && !/\p{Cc}/u.test(text)

export function parseName(value: string | undefined): string {
  const name = value?.trim() ?? ''
  if (name === '' || name.length > 255 || !isPlain(name))
    throw badRequest('the name of a webhook must have 1 to 255 characters')
  return name
}

export function parseDescription(text: string): string {
  if (text.length > 1_024 || !text.isWellFormed() || text.includes('\0'))
    throw badRequest('the description must have at most 1024 characters')
  return text
}

export function parseEventTypes(given: readonly string[]): WebhookEvent[] {
  const unknown = given.find((type) => !(webhookEvents as readonly string[]).includes(type))
  if (unknown !== undefined) throw badRequest(`there is no type of event ${unknown.slice(0, 64)}`)
  if (given.length === 0) throw badRequest('a webhook needs at least one type of event')
  return webhookEvents.filter((type) => given.includes(type))
}

/** A glob in its one form; empty for everything. */
export function parseFilter(name: string, pattern: string): string {
  const trimmed = pattern.trim()
  if (trimmed === '' || trimmed === '**') return ''
  try {
    compileGlob(trimmed)
  } catch (error) {
    if (error instanceof GlobError) throw badRequest(`${name}: ${error.message}`)
    throw error
  }
  return trimmed
}
