import type { CallInput } from '@berth/contract'
import { parseFilter } from '@berth/ui'
import { asPart } from '../../data/as-part.ts'
import { readListState } from '../../data/list-state.ts'

export const auditPageSize = 50

/** The words that the filter of the log understands before a colon, and the fields of the API they stand for. */
const filterFields = {
  actor: 'username',
  resource: 'resource',
  address: 'address',
  credential: 'credential',
  request: 'request_id',
} as const
export const auditFilterKeys = Object.keys(filterFields) as (keyof typeof filterFields)[]

const HOUR_MS = 3_600_000
/** Spans that end now. */
export const auditSpans = { hour: HOUR_MS, day: 24 * HOUR_MS, week: 168 * HOUR_MS, month: 720 * HOUR_MS }
export type AuditSpan = keyof typeof auditSpans
export const auditSpanNames = Object.keys(auditSpans) as AuditSpan[]
export const auditResults = ['ok', 'refused', 'failed'] as const

type Params = { get(name: string): string | null }

export const readSpan = (params: Params): AuditSpan | undefined =>
  auditSpanNames.find((span) => span === params.get('since'))

/** A day of a date field, as `2026-01-31`; empty for anything else. */
export function readDay(params: Params, name: 'from' | 'to'): string {
  const day = params.get(name) ?? ''
  return /^\d{4}-\d{2}-\d{2}$/.test(day) && !Number.isNaN(Date.parse(day)) ? day : ''
}

// A word of its own for the API: no sign of `q` in it.
const readWord = (params: Params, name: string): string =>
  /^[a-z_]{1,64}$/.exec(params.get(name) ?? '')?.[0] ?? ''

// The server's first paint and the browser ask for the same span: it moves on every five minutes.
const STEP_MS = 300_000
const wireTime = (atMs: number): string => new Date(atMs).toISOString().slice(0, 19)

/** Where a search goes on that did not look at everything, as the API said it; empty for anything else. */
export function readBefore(params: Params): string {
  const at = params.get('before') ?? ''
  return /^\d{4}-\d\d-\d\dT[\d:.]{8,12}Z$/.test(at) && !Number.isNaN(Date.parse(at)) ? at : ''
}

/** Days are those of UTC, first and last included. */
function timeRange(params: Params, nowMs: number, before: string): string | undefined {
  const span = readSpan(params)
  const from = readDay(params, 'from')
  const first = span
    ? wireTime(Math.floor(nowMs / STEP_MS) * STEP_MS - auditSpans[span])
    : from && `${from}T00:00:00`
  const to = span ? '' : readDay(params, 'to')
  // The end of a day comes after any other time of it.
  const last = [to && `${to}T23:59:59`, before].filter(Boolean).sort()[0] ?? ''
  return first || last ? `op_time=[${first}~${last}]` : undefined
}

/**
 * The conditions behind the log's URL: `?q=actor:ada&since=day&operation=delete&type=robot&result=refused`. `before` is
 * where this look begins; what is followed or exported is everything that matches.
 */
export function auditConditions(params: Params, nowMs: number, before = ''): string | undefined {
  const { text, terms } = parseFilter(readListState(params, []).q, auditFilterKeys)
  const conditions = [timeRange(params, nowMs, before)]
  for (const [key, field] of Object.entries(filterFields)) {
    // One condition per field: of several, the last one wins.
    const value = terms[key]?.at(-1)
    if (value) conditions.push(`${field}=~${asPart(value)}`)
  }
  if (text) conditions.push(`text=~${asPart(text)}`)
  for (const [name, field] of [
    ['operation', 'operation'],
    ['type', 'resource_type'],
    ['result', 'result'],
  ] as const) {
    const value = readWord(params, name)
    if (value) conditions.push(`${field}=${value}`)
  }
  return conditions.filter(Boolean).join(',') || undefined
}

export function auditInput(params: Params, nowMs: number) {
  const q = auditConditions(params, nowMs, readBefore(params))
  const { page } = readListState(params, [])
  return {
    query: { page, page_size: auditPageSize, ...(q && { q }) },
  } satisfies CallInput<'listAuditLogExts'>
}

export const projectAuditInput = (project: string, params: Params, nowMs: number) =>
  ({
    path: { project_name: project },
    ...auditInput(params, nowMs),
  }) satisfies CallInput<'getLogExts'>

/** `create_user_group` is what was done, and to what. */
export function readEventType(type: string): { operation: string; type: string } {
  const at = type.indexOf('_')
  return { operation: type.slice(0, at), type: type.slice(at + 1) }
}
