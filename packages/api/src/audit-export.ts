import type { ListedAuditLine } from '@berth/core/audit'

/** One line of the log with everything that is kept of it, under the names of its columns. */
export const toRecord = (line: ListedAuditLine) => ({
  id: line.id,
  at: line.at.toISOString(),
  actor_kind: line.actorKind,
  actor_id: line.actorId,
  actor_name: line.actorName,
  credential: line.credential,
  address: line.address,
  user_agent: line.userAgent,
  request_id: line.requestId,
  action: line.action,
  resource_type: line.resourceType,
  resource: line.resource,
  project_id: line.projectId,
  result: line.result,
  times: line.times,
  detail: line.detail,
})

type AuditRecord = ReturnType<typeof toRecord>
const columns = Object.keys({
  id: 0,
  at: 0,
  actor_kind: 0,
  actor_id: 0,
  actor_name: 0,
  credential: 0,
  address: 0,
  user_agent: 0,
  request_id: 0,
  action: 0,
  resource_type: 0,
  resource: 0,
  project_id: 0,
  result: 0,
  times: 0,
  detail: 0,
} satisfies Record<keyof AuditRecord, 0>) as (keyof AuditRecord)[]

export interface AuditFormat {
  mediaType: string
  extension: string
  head: string
  write(line: ListedAuditLine): string
}

/** RFC 4180. */
const END = '\r\n'

export const auditFormats: Record<'csv' | 'jsonl', AuditFormat> = {
  csv: {
    mediaType: 'text/csv; charset=utf-8; header=present',
    extension: 'csv',
    head: columns.join(',') + END,
    write(line) {
      const record = toRecord(line)
      return columns.map((column) => cell(record[column])).join(',') + END
    },
  },
  jsonl: {
    mediaType: 'application/x-ndjson; charset=utf-8',
    extension: 'jsonl',
    head: '',
    write: (line) => `${JSON.stringify(toRecord(line))}\n`,
  },
}

/**
 * What begins like a formula would be one to a spreadsheet: names and user agents are chosen by strangers. Such a cell
 * gets an apostrophe in front, as OWASP has it; numbers are ours and stay numbers.
 */
export function cell(value: unknown): string {
  if (value === null || value === undefined) return ''
  if (typeof value === 'number') return String(value)
  const text = typeof value === 'string' ? value : JSON.stringify(value)
  const safe = /^[=+\-@\t\r\n＝＋－＠]/.test(text) ? `'${text}` : text
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
}
