import { createHash } from 'node:crypto'
import type { Core } from '../../context/index.ts'
import type { ListedAuditLine } from '../model.ts'

/** What a line says, before the database and the seal have added theirs. */
export type LineContent = Omit<ListedAuditLine, 'id' | 'position' | 'hash' | 'seal'>
/** A line with its place in the log. */
export type PlacedLine = Omit<ListedAuditLine, 'position' | 'hash' | 'seal'> & { position: number }

/** The hash before the first line. */
export const FIRST_HASH = '0'.repeat(64)

/**
 * JSON in one form only, after RFC 8785: names sorted by UTF-16 units, no blanks, numbers and strings as ECMAScript
 * writes them. For what JSON can hold.
 */
export function canonicalJson(value: unknown): string {
  if (value === null || typeof value !== 'object') return JSON.stringify(value) ?? 'null'
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`
  const members = Object.entries(value)
    .filter(([, member]) => member !== undefined)
    .sort(([left], [right]) => (left < right ? -1 : 1))
  return `{${members.map(([name, member]) => `${JSON.stringify(name)}:${canonicalJson(member)}`).join(',')}}`
}

const contentForm = (line: LineContent) => ({
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

/** A line as an export shows it and as its hash covers it: version 1 of the form, described in docs/operations. */
export const sealedForm = (line: PlacedLine) => ({
  position: line.position,
  id: line.id,
  ...contentForm(line),
})

/** SHA-256, in hex, over the hash before, a line feed and the line. */
export const hashOf = (hashBefore: string, line: PlacedLine): string =>
  createHash('sha256')
    .update(`${hashBefore}\n${canonicalJson(sealedForm(line))}`)
    .digest('hex')

// 128 bits: nobody can try that many on this server.
const SEAL_LENGTH = 22

/** By this Berth knows its own lines until they have a hash: who can write to the database cannot make one. */
export const contentSeal = (core: Core, line: LineContent): string =>
  core.secrets.mac('audit-lines', canonicalJson(contentForm(line))).slice(0, SEAL_LENGTH)

/** By this it knows the hashes that it gave: they cannot be computed anew behind a line that was changed. */
export const hashSeal = (core: Core, hash: string): string =>
  core.secrets.mac('audit-seals', hash).slice(0, SEAL_LENGTH)
