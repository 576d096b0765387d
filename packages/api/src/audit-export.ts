import { type ListedAuditLine, sealedForm } from '@berth/core/audit'

/** One line of the log as its hash covers it, and the hash: an export can be verified by whoever has it. */
export const toRecord = (line: ListedAuditLine) => ({
  ...sealedForm(line as ListedAuditLine & { position: number }),
  position: line.position,
  // Until it has its place a line has no hash of the chain.
  hash: line.position === null ? null : line.hash,
})

type AuditRecord = ReturnType<typeof toRecord>
const columns = [
  'position',
  'id',
  'at',
  'actor_kind',
  'actor_id',
  'actor_name',
  'credential',
  'address',
  'user_agent',
  'request_id',
  'action',
  'resource_type',
  'resource',
  'project_id',
  'result',
  'times',
  'detail',
  'hash',
] as const satisfies (keyof AuditRecord)[]

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

const FORMULA = /^(?=[=+\-@\t\r\n＝＋－＠])|(?<=[;\t\r\n])(?=[ "]{0,8}[=+\-@＝＋－＠])/g

/**
 * What begins like a formula would be one to a spreadsheet: names and user agents are chosen by strangers. Such a cell
 * gets an apostrophe in front, as OWASP has it, and so does what follows a semicolon or a tab: where those part columns,
 * quotes hold no such text together, and a new cell begins there. Numbers are ours and stay numbers.
 */
export function cell(value: unknown): string {
  if (value === null || value === undefined) return ''
  if (typeof value === 'number') return String(value)
  const text = typeof value === 'string' ? value : JSON.stringify(value)
  const safe = text.replace(FORMULA, "'")
  return `"${safe.replaceAll('"', '""')}"`
}
