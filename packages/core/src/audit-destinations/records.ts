import { type PlacedAuditLine, sealedForm } from '../audit/index.ts'

/** Lines that a receiver will never get: they were purged while it could not be reached. */
export interface Gap {
  firstPosition: number
  lastPosition: number
  /** The last of them is there, and the receiver does not take it. */
  refused?: true
}

/** What goes to a receiver. */
export type Outgoing =
  | { kind: 'line'; line: PlacedAuditLine }
  | { kind: 'gap'; gap: Gap; at: Date }
  | { kind: 'test'; at: Date }

/** A batch with a gap before each line that does not follow the one before. */
export function withGaps(lines: readonly PlacedAuditLine[], behind: number, at: Date): Outgoing[] {
  let last = behind
  return lines.flatMap((line): Outgoing[] => {
    const gap = { firstPosition: last + 1, lastPosition: line.position - 1 }
    last = line.position
    const own: Outgoing = { kind: 'line', line }
    return gap.firstPosition > gap.lastPosition ? [own] : [{ kind: 'gap', gap, at }, own]
  })
}

export const lostIn = (records: readonly Outgoing[]): number =>
  records.reduce(
    (sum, record) =>
      record.kind === 'gap' ? sum + record.gap.lastPosition - record.gap.firstPosition + 1 : sum,
    0,
  )

/** As JSON. Of a line everything that its hash covers, so that the receiver can check the chain by itself. */
export function toJson(record: Outgoing): Record<string, unknown> {
  if (record.kind === 'line') return { kind: 'line', ...sealedForm(record.line), hash: record.line.hash }
  if (record.kind === 'test')
    return { kind: 'test', at: record.at.toISOString(), message: 'a test by an administrator of Berth' }
  const { firstPosition, lastPosition, refused } = record.gap
  return {
    kind: 'gap',
    at: record.at.toISOString(),
    first_position: firstPosition,
    last_position: lastPosition,
    message: refused
      ? 'the line was refused again and again; it stands in the log of Berth'
      : 'these lines were purged before they could be forwarded',
  }
}
