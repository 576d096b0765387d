import { type Outgoing, toJson } from './records.ts'

/** RFC 5424, 6.2.1: what watches over security. */
const LOG_AUDIT = 13
const severities = { ok: 6, refused: 4, failed: 3, gap: 1, test: 6 } as const
/** The number for examples: it stands for no enterprise of its own. */
const SD_ID = 'berth@32473'

/** One message of RFC 5424, in the frame of RFC 6587, 3.4.1: its length in bytes, a blank, and the message. */
export function frame(record: Outgoing, hostname: string): Buffer {
  const message = Buffer.from(toMessage(record, hostname))
  return Buffer.concat([Buffer.from(`${message.length} `), message])
}

function toMessage(record: Outgoing, hostname: string): string {
  const line = record.kind === 'line' ? record.line : undefined
  const severity = severities[line ? line.result : record.kind === 'line' ? 'ok' : record.kind]
  const at = record.kind === 'line' ? record.line.at : record.at
  const id = line ? `${line.action}_${line.resourceType}` : record.kind
  const data = line
    ? `[${SD_ID} position="${line.position}" hash="${line.hash ?? ''}" result="${line.result}"]`
    : '-'
  const header = [
    `<${LOG_AUDIT * 8 + severity}>1`,
    at.toISOString(),
    printable(hostname, 255),
    'berth',
    '-',
    printable(id, 32),
    data,
  ]
  // JSON holds no line feed, so that receivers who split at them find whole messages too.
  return `${header.join(' ')} ${JSON.stringify(toJson(record))}`
}

/** RFC 5424, 6: printable US-ASCII without blanks; a hyphen for nothing. */
const printable = (text: string, maxLength: number): string =>
  text.replace(/[^\x21-\x7e]/g, '?').slice(0, maxLength) || '-'
