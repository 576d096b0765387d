import { badRequest } from '../../errors/index.ts'
import type { Condition } from '../../list-query/index.ts'

export const PURGE = 'PURGE_AUDIT_LOG'
/** Harbor's limit: 27 years. */
const MAX_RETENTION_HOURS = 240_000
const MAX_EVENT_TYPES = 200

export interface PurgeParams {
  /** Lines older than this go; 0 and less: none do. */
  retentionHours: number
  /** As `create_artifact`; `other` is everything but what happens to artifacts. Empty: no line goes. */
  eventTypes: string[]
  /** Counts, and removes nothing. */
  dryRun: boolean
}

/** Harbor's names for them. @throws DomainError BAD_REQUEST */
export function parsePurge(params: Readonly<Record<string, unknown>> = {}): PurgeParams {
  const hours = params.audit_retention_hour ?? 0
  if (typeof hours !== 'number' || !Number.isInteger(hours) || hours > MAX_RETENTION_HOURS)
    throw badRequest(`audit_retention_hour must be a whole number of at most ${MAX_RETENTION_HOURS}`)
  const types = params.include_event_types ?? ''
  if (typeof types !== 'string')
    throw badRequest('include_event_types must be names with commas between them')
  const eventTypes = [...new Set(types.split(',').map((type) => type.trim().toLowerCase()))].filter(Boolean)
  if (
    eventTypes.length > MAX_EVENT_TYPES ||
    eventTypes.some((type) => !/^([a-z]+_[a-z_]+|other)$/.test(type))
  )
    throw badRequest('include_event_types must be names of event types, or other')
  const dryRun = params.dry_run ?? false
  if (typeof dryRun !== 'boolean') throw badRequest('dry_run must be true or false')
  return { retentionHours: Math.max(hours, 0), eventTypes, dryRun }
}

export const presentParams = ({ retentionHours, eventTypes, dryRun }: PurgeParams) => ({
  audit_retention_hour: retentionHours,
  include_event_types: eventTypes.join(','),
  dry_run: dryRun,
})

// The three that Harbor counts apart because they are most of a log.
const ofArtifacts = ['create_artifact', 'delete_artifact', 'pull_artifact']

/** Which lines a purge is about, by their types. */
export function typeCondition(eventTypes: readonly string[]): Condition {
  const other = eventTypes.includes('other')
  const named = eventTypes.filter((type) => type !== 'other')
  // With `other` it is easier to say what stays.
  const pairs = (other ? ofArtifacts.filter((type) => !named.includes(type)) : named).map(toPair)
  if (pairs.length === 0) return { sql: other ? '1 = 1' : '1 = 0', params: [] }
  const any = pairs.map(() => '(action = ? AND resource_type = ?)').join(' OR ')
  return { sql: other ? `NOT (${any})` : `(${any})`, params: pairs.flat() }
}

const toPair = (eventType: string): [string, string] => {
  const at = eventType.indexOf('_')
  return [eventType.slice(0, at), eventType.slice(at + 1)]
}
