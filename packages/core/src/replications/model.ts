import { badRequest } from '../errors/index.ts'
import type { Columns } from '../list-query/index.ts'
import { namesEachMinute, parseCron } from '../schedules/index.ts'
import { parseFilters } from './parse-filters.ts'

/** Harbor's word for executions and schedules of replication. */
export const REPLICATION = 'REPLICATION'
/** Of policies that are gone. */
export const REMOVED = 'REPLICATION_REMOVED'

export const triggerKinds = ['manual', 'scheduled', 'event_based'] as const
export type TriggerKind = (typeof triggerKinds)[number]
export type Decoration = 'matches' | 'excludes'

/** `semver` and `newest` are Berth's own. */
export type PolicyFilter =
  | { type: 'name'; value: string }
  | { type: 'tag'; value: string; decoration: Decoration }
  | { type: 'label'; value: string[]; decoration: Decoration }
  | { type: 'resource'; value: 'image' | 'artifact' }
  | { type: 'semver'; value: string }
  | { type: 'newest'; value: string }

/** A rule by which images go to another registry or come from it. */
export interface ReplicationPolicy {
  id: number
  name: string
  description: string
  /** Null: this Berth. Exactly one of the two is. */
  srcRegistryId: number | null
  destRegistryId: number | null
  destNamespace: string
  replaceCount: number
  filters: PolicyFilter[]
  triggerKind: TriggerKind
  /** Empty unless scheduled. */
  cron: string
  /** What is deleted at the source is deleted at the destination. */
  deletion: boolean
  /** Tags may be moved at the destination. */
  override: boolean
  enabled: boolean
  /** Kilobits a second of each blob; 0: as fast as it goes. */
  speedKbps: number
  copyByChunk: boolean
  singleActive: boolean
  /** Both ways. */
  mirror: boolean
  creatorName: string
  createdAt: Date
  updatedAt: Date
}

/** Why work of a policy is left, when it was made before somebody gave the policy another registry or direction. */
export const ELSEWHERE = 'the policy goes elsewhere by now'

export function goesElsewhere(
  { srcRegistryId, destRegistryId, mirror }: ReplicationPolicy,
  { registryId, direction }: { registryId: number; direction: 'push' | 'pull' },
): boolean {
  const now = srcRegistryId === null ? 'push' : 'pull'
  return registryId !== (srcRegistryId ?? destRegistryId) || (!mirror && direction !== now)
}

export type PolicyColumns = Omit<ReplicationPolicy, 'id' | 'creatorName' | 'createdAt' | 'updatedAt'>

/** A policy as it is given. What is absent is as Harbor has it: false, empty, manual. */
export interface PolicyInput {
  name?: string
  description?: string
  /** 0 or absent: this Berth. */
  srcRegistryId?: number
  destRegistryId?: number
  destNamespace?: string
  replaceCount?: number
  filters?: readonly { type?: string; value?: unknown; decoration?: string }[]
  trigger?: { kind?: string; cron?: string }
  deletion?: boolean
  override?: boolean
  enabled?: boolean
  speedKbps?: number
  copyByChunk?: boolean
  singleActive?: boolean
  mirror?: boolean
}

const MAX_SPEED_KBPS = 2_147_483_647
const NAMESPACE = /^[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*(?:\/[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*)*$/

/** What `q` and `sort` may name. */
export const policyColumns: Columns = {
  id: { sql: 'p.id', type: 'integer' },
  name: { sql: 'p.name', type: 'text' },
  description: { sql: 'p.description', type: 'text' },
  enabled: { sql: 'p.enabled', type: 'boolean' },
  dest_namespace: { sql: 'p.dest_namespace', type: 'text' },
  src_registry_id: { sql: 'COALESCE(p.src_registry_id, 0)', type: 'integer' },
  dest_registry_id: { sql: 'COALESCE(p.dest_registry_id, 0)', type: 'integer' },
  trigger: { sql: 'p.trigger_kind', type: 'text', lowerCase: true },
  creation_time: { sql: 'p.created_at', type: 'time' },
  update_time: { sql: 'p.updated_at', type: 'time' },
}

/** Checked, with everything in its one form; whether the registries are there is not asked. @throws DomainError BAD_REQUEST */
export function parsePolicy(input: PolicyInput): PolicyColumns {
  const srcRegistryId = input.srcRegistryId || null
  const destRegistryId = input.destRegistryId || null
  if ((srcRegistryId === null) === (destRegistryId === null))
    throw badRequest('give either the source or the destination: the other one is this Berth')
  const { kind, cron } = parseTrigger(input.trigger)
  const { mirror = false, singleActive = false } = input
  const destNamespace = parseNamespace(input.destNamespace)
  if (kind === 'event_based' && srcRegistryId !== null)
    throw badRequest('other registries do not tell of events: event_based needs this Berth as the source')
  if (kind === 'event_based' && singleActive)
    throw badRequest(
      'single_active_replication is not for event_based: an event would be lost while one runs',
    )
  if (mirror && destNamespace !== '')
    throw badRequest('a mirror needs the same names on both sides, so it has no dest_namespace')
  return {
    name: parseName(input.name),
    description: parseDescription(input.description),
    srcRegistryId,
    destRegistryId,
    destNamespace,
    replaceCount: parseReplaceCount(input.replaceCount),
    filters: parseFilters(input.filters ?? []),
    triggerKind: kind,
    cron,
    deletion: input.deletion === true,
    override: input.override === true,
    enabled: input.enabled === true,
    speedKbps: parseSpeed(input.speedKbps),
    copyByChunk: input.copyByChunk === true,
    singleActive,
    mirror,
  }
}

function parseName(text = ''): string {
  const name = text.trim()
  if (name === '' || name.length > 255 || /\p{Cc}/u.test(name) || !name.isWellFormed())
    throw badRequest('a replication policy needs a name of at most 255 characters')
  return name
}

function parseDescription(text = ''): string {
  if (text.length > 1_024 || !text.isWellFormed() || text.includes('\0'))
    throw badRequest('a description has at most 1024 characters')
  return text
}

function parseNamespace(text = ''): string {
  const namespace = text.trim().replace(/^\/+|\/+$/g, '')
  if (namespace === '') return ''
  if (namespace.length > 255 || !NAMESPACE.test(namespace))
    throw badRequest('dest_namespace must be lower-case parts of a name with slashes between them')
  return namespace
}

function parseReplaceCount(count = -1): number {
  if (!Number.isInteger(count) || count < -128 || count > 127)
    throw badRequest('dest_namespace_replace_count must be a whole number of at most 127, or -1')
  // Harbor takes any that is negative for its old way.
  return Math.max(count, -1)
}

function parseSpeed(speed = 0): number {
  if (!Number.isInteger(speed) || speed > MAX_SPEED_KBPS)
    throw badRequest('speed must be a whole number of kilobits')
  return Math.max(0, speed)
}

/** @throws DomainError BAD_REQUEST */
export function parseTrigger({ kind = 'manual', cron }: NonNullable<PolicyInput['trigger']> = {}): {
  kind: TriggerKind
  cron: string
} {
  const known = triggerKinds.find((word) => word === (kind || 'manual'))
  if (!known) throw badRequest(`the type of a trigger is one of ${triggerKinds.join(', ')}`)
  if (known !== 'scheduled') return { kind: known, cron: '' }
  const parsed = parseCron(cron)
  if (namesEachMinute(parsed))
    throw badRequest(
      'the minutes of the cron expression must not be all of them: a replication each minute is too often',
    )
  return { kind: known, cron: parsed }
}
